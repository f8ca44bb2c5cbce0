"""Genres are told apart, on a light and a dark page, with every sight: by colour, and where there are many by shape."""

import itertools

import numpy as np
import pytest

from dashboard.charts.style.contrast import contrast_ratio
from dashboard.charts.style.palette import FURTHER_COLORS, GTZAN_COLORS, SHAPES, genre_colors, genre_symbols
from dashboard.charts.style.theme import DARK, LIGHT
from tests.dashboard.charts.style.color_distance import SIGHTS, apart, ciede2000

ALL = [*GTZAN_COLORS, *(f"style {number}" for number in range(20))]
LEAST_OF_TEN = {"normal": 21, "deuteranopia": 11.5, "protanopia": 11, "tritanopia": 9.5}
LEAST_OF_THIRTY = {"normal": 9.5, "deuteranopia": 4.9, "protanopia": 4.9, "tritanopia": 4.3}
LEAST_OF_A_SHAPE = {"normal": 26, "deuteranopia": 13.5, "protanopia": 14, "tritanopia": 11.5}


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [  # Sharma, Wu, Dalal (2005), table 1
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
        ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
    ],
)
def test_the_distance_is_the_published_one(first: tuple, second: tuple, distance: float) -> None:
    assert ciede2000(np.array(first), np.array(second)) == pytest.approx(distance, abs=1e-4)


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_ten_genres_are_told_apart_by_colour(sight: str) -> None:
    least = min(apart(a, b, sight) for a, b in itertools.combinations(GTZAN_COLORS.values(), 2))
    assert least > LEAST_OF_TEN[sight]


@pytest.mark.parametrize("sight", SIGHTS)
def test_thirty_genres_are_told_apart_by_colour_and_shape(sight: str) -> None:
    colors, symbols = genre_colors(ALL), genre_symbols(ALL)
    assert sorted(colors.values()) == sorted([*GTZAN_COLORS.values(), *FURTHER_COLORS])
    for a, b in itertools.combinations(ALL, 2):
        least = LEAST_OF_A_SHAPE if symbols[a] == symbols[b] else LEAST_OF_THIRTY
        assert apart(colors[a], colors[b], sight) > least[sight], (a, b)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("pair", [("rock", "metal"), ("one", "two"), ("folk", "ambient"), ("blues", "zouk")])
def test_two_genres_are_told_apart_whatever_they_are(pair: tuple[str, str], sight: str) -> None:
    colors, symbols = genre_colors(pair), genre_symbols(pair)
    assert apart(*colors.values(), sight) > LEAST_OF_THIRTY[sight]
    assert symbols[pair[0]] != symbols[pair[1]] or apart(*colors.values(), sight) > LEAST_OF_A_SHAPE[sight]


@pytest.mark.parametrize("color", [*GTZAN_COLORS.values(), *FURTHER_COLORS])
def test_each_stands_out_from_both_pages(color: str) -> None:
    assert contrast_ratio(color, LIGHT.surface) >= 3
    assert contrast_ratio(color, DARK.surface) >= 3


def test_the_ten_genres_have_ten_shapes() -> None:
    symbols = genre_symbols(GTZAN_COLORS)
    assert sorted(symbols.values()) == sorted(SHAPES)
    assert genre_symbols(["rock"])["rock"] == symbols["rock"]


def test_where_colours_repeat_shapes_differ() -> None:
    names = [*ALL, *(f"more {number}" for number in range(30))]
    colors, symbols = genre_colors(names), genre_symbols(names)
    assert len({(colors[name], symbols[name]) for name in names}) == len(names)
