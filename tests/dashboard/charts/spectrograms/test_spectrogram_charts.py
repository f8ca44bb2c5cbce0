import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from core.features.mel import MelSpectrogram
from dashboard.charts.spectrograms.spectrogram import (
    COLOR_SCALE,
    frequency_label,
    frequency_ticks,
    spectrogram_figure,
    thin_columns,
)
from dashboard.charts.spectrograms.spectrogram_picture import (
    HEIGHT,
    WIDTH,
    level_legend_svg,
    level_png,
    spectrogram_svg,
)
from dashboard.charts.style.theme import DARK

MEL = MelSpectrogram()


@pytest.fixture
def level_db() -> np.ndarray:
    """Silence but for band 100, at the peak, over 647 frames."""
    level = np.full((128, 647), -80.0, dtype=np.float16)
    level[100] = 0.0
    return level


def test_thinning_averages_neighbours_and_keeps_a_constant() -> None:
    level = np.tile(np.arange(6.0), (2, 1))
    thinned, step = thin_columns(level, 3)
    assert step == 2
    np.testing.assert_array_equal(thinned, [[0.5, 2.5, 4.5]] * 2)
    same, step = thin_columns(np.full((2, 7), -3.0), 3)
    assert (same.shape, step) == ((2, 3), 3)
    np.testing.assert_array_equal(same, np.full((2, 3), -3.0))


def test_short_clips_are_not_thinned() -> None:
    thinned, step = thin_columns(np.zeros((4, 330)), 330)
    assert (thinned.shape, step) == ((4, 330), 1)


@pytest.mark.parametrize(
    ("hz", "text"), [(300, "300"), (62.5, "62.5"), (1000, "1,000"), (1500, "1,500"), (16_000, "16,000")]
)
def test_frequencies_are_written_as_all_numbers_are(hz: float, text: str) -> None:
    assert frequency_label(hz) == text


def test_a_tick_stands_at_the_band_of_its_frequency() -> None:
    places, texts = frequency_ticks(MEL)
    at = dict(zip(texts, places, strict=True))
    assert {"1,000", "3,000", "8,000"} <= set(texts)
    centres = MEL.band_axis.centres_hz
    assert abs(centres[round(at["1,000"])] - 1000) < 40
    assert abs(centres[round(at["8,000"])] - 8000) < 200
    assert places == sorted(places)


def test_the_figure_shows_the_levels_in_db_at_the_right_time(level_db: np.ndarray) -> None:
    figure = spectrogram_figure(level_db, MEL)
    heat = figure.data[0]
    assert heat.z.shape[0] == 128
    assert heat.z.shape[1] <= 330
    assert (np.asarray(heat.z)[100] == 0).all()
    assert (np.asarray(heat.z)[:100] == -80).all()
    assert (heat.zmin, heat.zmax) == (-80, 0)
    assert heat.dx == pytest.approx(2 * 1024 / 22_050)
    assert figure.layout.xaxis.range[1] == pytest.approx(647 * 1024 / 22_050)
    assert heat.customdata[100][0] == round(MEL.band_axis.centres_hz[100])
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Time (s)", "Frequency (Hz)")


def test_no_colour_is_one_that_streamlit_replaces() -> None:
    # Streamlit's chart theme takes #000001 to #000036 for placeholders of its own colours.
    assert not [color for color in COLOR_SCALE if color.startswith("#0000")]


def test_the_picture_has_one_pixel_a_cell_with_the_highest_band_on_top(level_db: np.ndarray) -> None:
    image = Image.open(io.BytesIO(level_png(level_db, MEL.level_scale))).convert("RGB")
    assert image.size == (647, 128)
    pixels = np.asarray(image)
    loud = tuple(int(COLOR_SCALE[-1][place : place + 2], 16) for place in (1, 3, 5))
    floor = tuple(int(COLOR_SCALE[0][place : place + 2], 16) for place in (1, 3, 5))
    assert tuple(pixels[127 - 100, 5]) == loud
    assert tuple(pixels[127, 5]) == floor


def test_the_svg_is_well_formed_and_has_both_axes(level_db: np.ndarray) -> None:
    svg = spectrogram_svg(level_db, MEL, theme=DARK, name="blues & <jazz>", accent="#4b5ac3")
    root = ElementTree.fromstring(svg)
    words = [element.text for element in root.iter() if element.text]
    assert "blues & <jazz>" in words
    assert {"Time (s)", "Hz", "1,000", "8,000", "0", "30"} <= set(words)
    assert root.attrib["viewBox"] == f"0 0 {WIDTH} {HEIGHT}"
    assert DARK.muted in svg
    assert "#4b5ac3" in svg
    picture = re.search(r"base64,([^\"]+)", svg)
    assert picture is not None
    assert Image.open(io.BytesIO(base64.b64decode(picture.group(1)))).size == (324, 128)


def test_the_legend_names_the_range_and_the_unit() -> None:
    words = [
        element.text for element in ElementTree.fromstring(level_legend_svg(MEL.level_scale)).iter() if element.text
    ]
    assert {"−80", "0", "dB"} <= set(words)
