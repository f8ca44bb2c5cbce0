import numpy as np
import pandas as pd
import pytest

from core.exploration import MeanSpectrogram
from core.features.given import GivenSpectrogram
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.mel import MelSpectrogram
from dashboard.charts.spectrograms.mean_spectrogram import (
    color_limits,
    mean_columns,
    mean_figure,
    spectrum_chart,
    spectrum_table,
)

MEL, LINEAR, GIVEN = MelSpectrogram(), GtzanSpectrogram(), GivenSpectrogram(n_bands=8, n_frames=20)


def mean(level: float, n_bands: int) -> MeanSpectrogram:
    return MeanSpectrogram(
        np.full((n_bands, 20), level), np.full(20, 3), np.full(n_bands, level), np.full(n_bands, 2.0), 3, 3
    )


def test_columns_are_means_of_the_frames_that_are_there() -> None:
    level = np.array([[1.0, 3, 5, np.nan, np.nan, np.nan]])
    columns, step = mean_columns(level, max_columns=3)
    assert step == 2
    np.testing.assert_array_equal(columns, [[2, 5, np.nan]])


@pytest.mark.parametrize(
    ("front_end", "unit", "frequency"), [(MEL, "dB", True), (LINEAR, "SD", True), (GIVEN, "SD", False)]
)
def test_axes_and_units_are_those_of_the_front_end(front_end, unit: str, frequency: bool) -> None:
    figure = mean_figure(np.zeros(front_end.shape), front_end).to_dict()
    assert figure["data"][0]["colorbar"]["title"]["text"] == unit
    axis = figure["layout"]["yaxis"]
    assert ("Hz" in axis["title"]["text"]) == frequency
    if front_end is LINEAR:
        # 86.13 Hz a band from 0: ticks stand where their frequency is.
        for place, text in zip(axis["tickvals"], axis["ticktext"], strict=True):
            assert place * 22_050 / 256 == pytest.approx(float(text.replace(",", "")))


def test_a_difference_is_centred_on_nothing() -> None:
    level = np.array([[-1.0, 0.2, 0.5], [3.0, 0.0, np.nan]])
    low, high = color_limits(level, is_difference=True)
    assert low == -high
    heat = mean_figure(level, GivenSpectrogram(n_bands=2, n_frames=3), is_difference=True).to_dict()["data"][0]
    assert heat["zmin"] == -heat["zmax"]
    assert color_limits(np.full((2, 2), np.nan)) == (-1, 1)
    assert color_limits(np.zeros((2, 2)), is_difference=True)[1] > 0


def test_the_mean_spectrum_says_frequencies_and_clips() -> None:
    table = spectrum_table({"blues": mean(-20, 128), "jazz": mean(-30, 128)}, MEL)
    assert len(table) == 256
    np.testing.assert_allclose(table["frequency_hz"][:128], MEL.band_axis.centres_hz, atol=0.006)
    assert table.groupby("genre")["level"].first().to_dict() == {"blues": -20, "jazz": -30}
    assert "frequency_hz" not in spectrum_table({"blues": mean(1, 8)}, GIVEN)
    spec = spectrum_chart({"blues": mean(-20, 128)}, MEL).to_dict()
    rows = pd.DataFrame(next(iter(spec["datasets"].values())))
    assert (rows["high"] - rows["low"] == 4).all()
    spectrum_chart({"blues": mean(1, 8)}, GIVEN).to_dict()
