import numpy as np
import pytest

from core.exploration.distributions import density_by_genre
from tests.core.exploration.tables import clouds, table_of


def test_a_density_has_area_one_and_its_peak_at_the_middle() -> None:
    table = clouds(2000, {"a": [5.0]})
    density = density_by_genre(table, "x0")
    assert np.trapezoid(density["density"].astype(float), density["value"].astype(float)) == pytest.approx(1, abs=0.01)
    assert density.loc[density["height"].astype(float).idxmax(), "value"] == pytest.approx(5, abs=0.3)
    assert density["height"].max() == 1
    assert (density["value"].min(), density["value"].max()) == (table["x0"].min(), table["x0"].max())


def test_genres_of_two_clips_or_of_one_value_have_no_density() -> None:
    table = table_of(["two"] * 2 + ["same"] * 3 + ["fine"] * 3, x=[1, 2, 4, 4, 4, 1, 2, 3])
    assert set(density_by_genre(table, "x")["genre"]) == {"fine"}
    assert density_by_genre(table.head(2), "x").columns.tolist() == ["genre", "value", "density", "height"]
