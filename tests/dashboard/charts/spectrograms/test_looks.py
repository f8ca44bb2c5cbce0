"""Pictures on a shared axis of time, and their colours."""

from xml.etree import ElementTree

import numpy as np
import pytest

from dashboard.charts.spectrograms.color_maps import COLOR_MAPS, palette_of
from dashboard.charts.spectrograms.looks import fitted_ends, on_time_axis, reason_svg, values_image, waveform_svg


def oklab(colors: np.ndarray) -> np.ndarray:
    """Coordinates in which equal distances look alike (Ottosson 2020)."""
    share = colors / 255
    linear = np.where(share > 0.04045, ((share + 0.055) / 1.055) ** 2.4, share / 12.92)
    cones = np.cbrt(
        linear
        @ np.array(
            [[0.4122214708, 0.2119034982, 0.0883024619], [0.5363325363, 0.6806995451, 0.2817188376],
             [0.0514459929, 0.1073969566, 0.6299787005]]
        )
    )  # fmt: skip
    return cones @ np.array(
        [[0.2104542553, 1.9779984951, 0.0259040371], [0.7936177850, -2.4285922050, 0.7827717662],
         [-0.0040720468, 0.4505937099, -0.8086757660]]
    )  # fmt: skip


@pytest.mark.parametrize("name", list(COLOR_MAPS))
def test_colours_grow_lighter_evenly(name: str) -> None:
    lightness = oklab(palette_of(COLOR_MAPS[name]).astype(float))[:, 0]
    # But for the darkest few, where a screen has hardly any steps.
    steps = np.diff(lightness)[6:]
    assert (steps > -1e-3).all()
    assert lightness[-1] - lightness[0] > 0.6
    assert steps.max() < 4 * steps.mean()


def test_a_frame_stands_where_its_middle_is() -> None:
    values = np.arange(10.0)[np.newaxis]
    # Ten frames, centred on 0, 1 ... 9 s, drawn over 10 s in half seconds.
    shown = on_time_axis(values, 1.0, 10.0, 100)
    assert shown.shape == (1, 20)
    np.testing.assert_array_equal(shown[0, ::2], np.arange(10))
    # Fewer columns: each has the mean of the frames in it.
    np.testing.assert_array_equal(on_time_axis(values, 1.0, 10.0, 5)[0], [0.5, 2.5, 4.5, 6.5, 8.5])


def test_what_is_beyond_the_end_is_nothing() -> None:
    shown = on_time_axis(np.ones((3, 10)), 1.0, 20.0, 20)
    assert np.isfinite(shown[:, :10]).all()
    assert np.isnan(shown[:, 10:]).all()
    image = values_image(shown, (0, 1), COLOR_MAPS["viridis"])
    alpha = np.asarray(image)[..., 3]
    assert (alpha[:, :10] == 255).all()
    assert (alpha[:, 10:] == 0).all()


@pytest.mark.parametrize(("frame_s", "span_s"), [(0.046, 0.02), (0.001, 60.0), (2.0, 30.0)])
def test_any_span_is_drawn(frame_s: float, span_s: float) -> None:
    shown = on_time_axis(np.ones((2, 1)), frame_s, span_s, 450)
    assert shown.shape[1] >= 1
    assert shown[0, 0] == 1


def test_the_highest_row_is_on_top_in_the_last_colour() -> None:
    pixels = np.asarray(values_image(np.array([[0.0], [1.0]]), (0, 1), ["#000000", "#ff8000"]))
    assert pixels[0, 0].tolist() == [255, 128, 0]
    assert pixels[1, 0].tolist() == [0, 0, 0]


def test_fitted_colours_leave_out_the_extremes() -> None:
    values = np.linspace(-80, 0, 10_001)
    low, high = fitted_ends(values)
    assert (low, high) == (pytest.approx(-78.4), pytest.approx(-0.08))
    assert fitted_ends(np.full((2, 2), np.nan)) == (0, 1)
    assert fitted_ends(np.zeros((2, 2)))[1] > 0


def test_a_waveform_is_as_high_as_its_samples() -> None:
    svg = ElementTree.fromstring(waveform_svg(np.array([[-1.0, -0.5], [1.0, 0.5]]), most=1.0))
    points = [tuple(map(float, pair.split(","))) for pair in svg[0].attrib["points"].split()]
    assert points == [(0, 0), (1, 25), (1, 75), (0, 100)]


def test_a_reason_is_text_and_nothing_else() -> None:
    root = ElementTree.fromstring(reason_svg("The file <script>x</script> & more cannot be read. " * 8))
    assert len(root[0]) == 6
    assert not [element for element in root.iter() if element.tag.endswith("script")]
