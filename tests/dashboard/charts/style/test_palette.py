import itertools

import numpy as np
import pytest

from core.models.kinds import KINDS
from dashboard.charts.style.contrast import blend, contrast_ratio, shades
from dashboard.charts.style.palette import (
    GTZAN_COLORS,
    OTHER_MODEL_COLOR,
    PART_COLORS,
    altair_genre_scale,
    altair_genre_shapes,
    genre_colors,
    model_color,
    model_colors,
)
from dashboard.charts.style.theme import DARK, LIGHT
from dashboard.shared.legible_choices import CHOSEN_ON_DARK
from tests.dashboard.charts.style.color_distance import SIGHTS


def oklab(color: str, sight: str) -> np.ndarray:
    """Place of a colour in OKLab (Ottosson 2020), as seen with that sight."""
    channels = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1)
    cones = [
        [0.41222147, 0.53633254, 0.05144599],
        [0.2119035, 0.6806995, 0.10739696],
        [0.08830246, 0.28171884, 0.6299787],
    ]
    to_lab = [
        [0.21045426, 0.79361779, -0.00407205],
        [1.9779985, -2.42859221, 0.45059371],
        [0.0259040, 0.78277177, -0.80867577],
    ]
    return np.array(to_lab) @ np.cbrt(np.array(cones) @ seen)


def closest(colors: list[str], sight: str) -> float:
    places = [oklab(color, sight) for color in colors]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(places, 2))


def test_oklab_of_white_is_one_and_neutral() -> None:
    np.testing.assert_allclose(oklab("#ffffff", "normal"), [1, 0, 0], atol=1e-4)


@pytest.mark.parametrize("sight", ["normal", "deuteranopia", "protanopia"])
def test_the_two_models_can_be_told_apart(sight: str) -> None:
    assert closest([model_colors()["CNN"], model_colors()["FFNN"]], sight) > 0.15


@pytest.mark.parametrize("sight", ["normal", "deuteranopia", "protanopia"])
def test_all_kinds_of_model_have_a_colour_of_their_own(sight: str) -> None:
    assert set(model_colors()) == {kind.title for kind in KINDS.values()}
    assert closest(list(model_colors().values()), sight) > 0.11
    assert model_color("Perceptron of the future") == OTHER_MODEL_COLOR


@pytest.mark.parametrize("sight", ["normal", "deuteranopia", "protanopia"])
def test_parts_of_a_split_look_like_no_kind_of_model_and_differ(sight: str) -> None:
    assert closest(list(PART_COLORS.values()), sight) > 0.17
    for part, model in itertools.product(PART_COLORS.values(), model_colors().values()):
        assert closest([part, model], sight) > 0.07


@pytest.mark.parametrize("kind", model_colors())
def test_two_runs_of_a_kind_are_a_light_and_a_dark_one(kind: str) -> None:
    for sight in SIGHTS:
        assert closest(shades(model_color(kind), 2), sight) > 0.12
        assert closest(shades(model_color(kind), 3), sight) > 0.07


@pytest.mark.parametrize("color", model_colors().values())
def test_models_stand_out_from_both_pages(color: str) -> None:
    assert contrast_ratio(color, LIGHT.surface) > 1.6
    assert contrast_ratio(color, DARK.surface) > 3.0


def test_a_genre_has_the_same_colour_whatever_it_is_shown_with() -> None:
    alone = genre_colors(["jazz"])["jazz"]
    assert alone == genre_colors(["blues", "jazz", "zouk"])["jazz"] == GTZAN_COLORS["jazz"]
    assert genre_colors(["folk"])["folk"] == genre_colors(["ambient", "folk", "zouk"])["folk"]


def test_spelling_does_not_change_the_colour() -> None:
    assert set(genre_colors(["Hip-Hop", "hip hop", "HIPHOP"]).values()) == {GTZAN_COLORS["hiphop"]}


def test_thirty_unknown_genres_get_thirty_colours_every_time_the_same() -> None:
    names = [f"style {number}" for number in range(30)]
    colors = genre_colors(names)
    assert len(set(colors.values())) == 30
    assert colors == genre_colors(reversed(names))


def test_more_genres_than_colours_still_get_one_each() -> None:
    names = [f"style {number}" for number in range(45)]
    colors = genre_colors([*GTZAN_COLORS, *names])
    assert set(colors) == {*GTZAN_COLORS, *names}


def test_altair_scales_follow_the_order_given() -> None:
    scale = altair_genre_scale(["rock", "blues"]).to_dict()
    assert scale == {"domain": ["rock", "blues"], "range": [GTZAN_COLORS["rock"], GTZAN_COLORS["blues"]]}
    shapes = altair_genre_shapes(["blues", "classical"]).to_dict()
    assert shapes == {"domain": ["blues", "classical"], "range": ["circle", "square"]}


def test_the_theme_file_lists_the_same_ten_colours() -> None:
    import tomllib

    from core.settings import REPOSITORY

    theme = tomllib.loads((REPOSITORY / ".streamlit" / "config.toml").read_text())["theme"]
    for half, chart_theme in (("light", LIGHT), ("dark", DARK)):
        assert theme[half]["chartCategoricalColors"] == list(GTZAN_COLORS.values())
        assert theme[half]["backgroundColor"] == chart_theme.surface
        assert theme[half]["textColor"] == chart_theme.text
        assert theme[half]["primaryColor"] == chart_theme.accent


@pytest.mark.parametrize("half", ["light", "dark"])
def test_words_in_the_theme_are_legible(half: str) -> None:
    """What Streamlit makes of the theme's colours: captions at 60 %, white on primary buttons."""
    import tomllib

    from core.settings import REPOSITORY

    theme = tomllib.loads((REPOSITORY / ".streamlit" / "config.toml").read_text())["theme"][half]
    page = theme["backgroundColor"]
    for text in ("textColor", "codeTextColor"):
        assert contrast_ratio(blend(theme[text], page, 0.6), page) > 4.5
    assert contrast_ratio("#ffffff", theme["primaryColor"]) > 4.5
    chosen = theme["primaryColor"] if half == "light" else CHOSEN_ON_DARK
    assert contrast_ratio(chosen, blend(theme["primaryColor"], page, 0.1)) > 4.5
