"""What holds of every chart that is made in these tests, whatever the test is about."""

from collections.abc import Iterator
from typing import Any

import altair as alt
import pytest

from tests.dashboard.charts.plain_axes import unformatted


@pytest.fixture(autouse=True)
def _numbers_are_written_in_one_way(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Axes of numbers say how they are written: without a prefix of a unit."""
    found: list[str] = []
    made = alt.TopLevelMixin.to_dict

    def to_dict(chart: Any, *given: Any, **options: Any) -> dict[str, Any]:
        spec: dict[str, Any] = made(chart, *given, **options)
        if "$schema" in spec:  # a whole chart, not a layer of one
            found.extend(unformatted(spec))
        return spec

    monkeypatch.setattr(alt.TopLevelMixin, "to_dict", to_dict)
    yield
    assert not found, found
