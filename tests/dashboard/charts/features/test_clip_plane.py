"""The map on the page: all clips, each where it is and in its colour, readable at any number."""

import math

import numpy as np
import pandas as pd
import pytest

from core.exploration import ClipMap
from dashboard.charts.features.clip_plane import MAX_SVG, plane_figure
from dashboard.charts.features.crowding import point_opacity, point_px
from dashboard.charts.style.palette import GTZAN_COLORS, genre_colors, plotly_symbols

GENRES = ("blues", "jazz", "<b>x</b>")


def placed(n_clips: int, genres: tuple[str, ...] = GENRES) -> ClipMap:
    rng = np.random.default_rng(0)
    points = pd.DataFrame(
        {
            "clip": [f"{number:05d}" for number in range(n_clips)],
            "genre": [genres[number % len(genres)] for number in range(n_clips)],
            "pc1": rng.normal(0, 20_000, n_clips),
            "pc2": rng.normal(0, 1, n_clips),
        }
    )
    return ClipMap("pca", points, ("pc1", "pc2"), n_clips, explained=(0.5, 0.2))


def drawn_colors(dots: object) -> list[str]:
    """The colour of each point, as the browser looks it up in the scale."""
    marker = dots.marker  # type: ignore[attr-defined]
    ends = marker.cmin, marker.cmax
    steps = [(float(place), color) for place, color in marker.colorscale]
    shares = (np.asarray(marker.color) - ends[0]) / (ends[1] - ends[0])
    return [next(color for place, color in steps[1::2] if share < place) for share in shares]


@pytest.mark.parametrize(("n_clips", "kind"), [(60, "scatter"), (MAX_SVG + 1, "scattergl"), (20_000, "scattergl")])
def test_every_clip_is_drawn_in_its_place_colour_and_shape(n_clips: int, kind: str) -> None:
    given = placed(n_clips)
    dots, ring = plane_figure(given, genres=GENRES, all_genres=GENRES, chosen="00007").data
    assert (dots.type, len(ring.x)) == (kind, 1)
    names = list(dots.customdata)
    assert sorted(names) == given.points["clip"].tolist()
    points = given.points.set_index("clip").loc[names]
    np.testing.assert_allclose(dots.x, points["pc1"], rtol=1e-6)
    np.testing.assert_allclose(dots.y, points["pc2"], rtol=1e-6)
    colors, symbols = genre_colors(GENRES), plotly_symbols(GENRES)
    assert drawn_colors(dots) == [colors[genre] for genre in points["genre"]]
    shapes = [symbols[genre] for genre in points["genre"]]
    assert dots.marker.symbol == ("circle" if n_clips > MAX_SVG else tuple(shapes))
    assert ring.x[0] == given.points["pc1"].iloc[7]


def test_a_map_of_20_000_clips_is_sent_in_little_more_than_their_names() -> None:
    sent = plane_figure(placed(20_000), genres=GENRES, all_genres=GENRES).to_json(validate=False)
    assert len(sent) < 60 * 20_000


def test_a_hidden_genre_is_left_out_and_the_axes_and_colours_stay() -> None:
    given = placed(90)
    whole = plane_figure(given, genres=GENRES, all_genres=GENRES)
    part = plane_figure(given, genres=["jazz"], all_genres=GENRES, chosen="00000")
    assert len(part.data) == 1  # no ring: the chosen clip is of a hidden genre
    assert set(part.data[0].hovertext) == {"jazz"}
    assert set(drawn_colors(part.data[0])) == {GTZAN_COLORS["jazz"]}
    assert part.layout.xaxis.range == whole.layout.xaxis.range
    seen = plane_figure(given, genres=GENRES, all_genres=GENRES, seen={"x": (1.0, 2.0), "y": (3.0, 4.0)})
    assert (seen.layout.xaxis.range, seen.layout.yaxis.range) == ((1.0, 2.0), (3.0, 4.0))


def test_selected_clips_stand_out() -> None:
    (dots,) = plane_figure(placed(30), genres=GENRES, all_genres=GENRES, selected={"00003", "00004", "gone"}).data
    assert {dots.customdata[place] for place in dots.selectedpoints} == {"00003", "00004"}
    assert dots.unselected.marker.opacity < 0.2 < 0.7 < dots.selected.marker.opacity
    (all_on,) = plane_figure(placed(30), genres=GENRES, all_genres=GENRES).data
    assert all_on.selectedpoints is None


def test_no_genre_covers_another_by_its_place_in_the_alphabet() -> None:
    (dots,) = plane_figure(placed(3_000), genres=GENRES, all_genres=GENRES).data
    last = pd.Series(dots.hovertext[-1_000:]).value_counts()
    assert last.min() > 280


def test_names_are_no_markup() -> None:
    given = placed(3)
    given.points["clip"] = ["<i>a</i>", "b", "c"]
    (dots,) = plane_figure(given, genres=GENRES, all_genres=GENRES).data
    assert "&lt;i&gt;a&lt;/i&gt;" in dots.text
    assert "&lt;b&gt;x&lt;/b&gt;" in dots.hovertext
    assert "<i>a</i>" in dots.customdata


def test_axes_have_no_prefix_of_a_unit() -> None:
    layout = plane_figure(placed(9), genres=GENRES, all_genres=GENRES).layout
    for axis in (layout.xaxis, layout.yaxis):
        assert (axis.exponentformat, axis.separatethousands) == ("none", True)


@pytest.mark.parametrize(("n", "most_covered"), [(80, 0.12), (1_000, 0.13), (5_000, 0.15), (20_000, 0.6)])
def test_points_leave_room_between_them_at_any_number(n: int, most_covered: float) -> None:
    side_px = 500
    covered = n * math.pi / 4 * point_px(n, width=side_px, height=side_px) ** 2 / side_px**2
    assert covered < most_covered
    # Three on each other are still told from one.
    if n >= 1_000:
        assert 1 - (1 - point_opacity(n)) ** 3 > point_opacity(n) + 0.15


def test_points_get_smaller_and_fainter_but_never_vanish() -> None:
    sizes = [point_px(n, width=500, height=400) for n in (1, 100, 1_000, 20_000, 10**6)]
    opacities = [point_opacity(n) for n in (1, 300, 1_000, 20_000, 10**6)]
    assert sizes == sorted(sizes, reverse=True)
    assert opacities == sorted(opacities, reverse=True)
    assert (sizes[0], sizes[-1]) == (10, 3)
    assert (opacities[0], opacities[1], opacities[-1]) == (0.95, 0.95, 0.35)
