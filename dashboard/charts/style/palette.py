"""Colours of genres, models and parts: the same thing has the same colour on every page, light or dark.

The ten colours of the GTZAN genres were found by maximising the smallest distance between any two of them (CIEDE2000),
as seen with normal sight, with protanopia, deuteranopia and tritanopia (Machado, Oliveira, Fernandes 2009), among those
with a contrast of at least 3 to 1 on the light and on the dark page (WCAG 2.1). Twenty more follow, found in the same
way with the ten given. Thirty cannot all be told apart by colour alone: where they are points each has a shape as well,
and two of the same shape are as far apart as the ten are.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import cycle

import altair as alt

from core.models.kinds import KINDS

GTZAN_COLORS: dict[str, str] = {
    "blues": "#0055ff",
    "classical": "#994499",
    "country": "#889966",
    "disco": "#ff4499",
    "hiphop": "#cc1100",
    "jazz": "#bb8800",
    "metal": "#776666",
    "pop": "#4499dd",
    "reggae": "#007733",
    "rock": "#448888",
}

FURTHER_COLORS: tuple[str, ...] = (
    "#779999",
    "#cc3366",
    "#ff5555",
    "#8877ff",
    "#bb44cc",
    "#4477bb",
    "#009977",
    "#ee0033",
    "#8888bb",
    "#557788",
    "#558833",
    "#776611",
    "#bb7777",
    "#9922dd",
    "#777777",
    "#00aa44",
    "#995555",
    "#885577",
    "#aa88aa",
    "#ff22ee",
)

# Genres of the Free Music Archive and other well-known names: a place of their own among the further colours.
_FURTHER_GENRES = (
    "electronic",
    "experimental",
    "folk",
    "international",
    "instrumental",
    "ambient",
    "easylistening",
    "soulrnb",
    "soul",
    "spoken",
    "techno",
    "latin",
    "world",
    "house",
    "funk",
    "oldtimehistoric",
    "punk",
    "indie",
    "rnb",
    "gospel",
)

LISTENER_COLOR = "#cc79a7"
"""Of people who answered by ear, beside models."""
OTHER_MODEL_COLOR = "#7b8790"
PART_COLORS: dict[str, str] = {"train": "#888877", "validation": "#ccbb77", "test": "#7b4fc4"}
"""Colours of the parts of a split, none of them near that of a kind of model."""

SHAPES: tuple[str, ...] = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "cross",
    "star",
    "hourglass",
    "triangle-down",
    "hexagon",
    "triangle-left",
)

# Of the further colours, in their order: what is near in colour differs in shape.
_FURTHER_SHAPES: tuple[str, ...] = (
    "cross",
    "star",
    "triangle-down",
    "cross",
    "triangle-left",
    "hexagon",
    "square",
    "triangle-left",
    "star",
    "diamond",
    "hourglass",
    "square",
    "hexagon",
    "triangle-up",
    "triangle-up",
    "circle",
    "diamond",
    "triangle-down",
    "circle",
    "hourglass",
)

# SVG paths between -1 and 1; the other shapes are known to Vega by name.
_VEGA_PATHS: dict[str, str] = {
    "star": "M0,-1.2L.29,-.4L1.14,-.37L.48,.15L.71,.97L0,.5L-.71,.97L-.48,.15L-1.14,-.37L-.29,-.4Z",
    "hourglass": "M-0.9,-0.9L0.9,-0.9L-0.9,0.9L0.9,0.9Z",
    "hexagon": "M1.00,0.00L0.50,0.87L-0.50,0.87L-1.00,0.00L-0.50,-0.87L0.50,-0.87Z",
}
# The others, for the legend.
_PLAIN_PATHS: dict[str, str] = {
    "circle": "M-1,0A1,1,0,1,1,1,0A1,1,0,1,1,-1,0Z",
    "square": "M-0.9,-0.9H0.9V0.9H-0.9Z",
    "diamond": "M0,-1.25L1,0L0,1.25L-1,0Z",
    "triangle-up": "M0,-1L1.1,0.9H-1.1Z",
    "triangle-down": "M0,1L1.1,-0.9H-1.1Z",
    "triangle-left": "M-1,0L0.9,-1.1V1.1Z",
    "cross": "M-0.4,-1.1H0.4V-0.4H1.1V0.4H0.4V1.1H-0.4V0.4H-1.1V-0.4H-0.4Z",
}
# Plotly's numbers of the shapes.
_PLOTLY_SYMBOLS: dict[str, int] = {
    "circle": 0,
    "square": 1,
    "diamond": 2,
    "cross": 3,
    "triangle-up": 5,
    "triangle-down": 6,
    "triangle-left": 7,
    "hexagon": 14,
    "star": 17,
    "hourglass": 25,
}


def _plain(genre: str) -> str:
    return "".join(letter for letter in genre.casefold() if letter.isalnum())


def genre_colors(genres: Iterable[str]) -> dict[str, str]:
    """Colour of each genre, as ``#rrggbb``.

    The ten GTZAN genres and twenty well-known others have a fixed colour, whatever they are shown with and however
    they are spelt (``Hip-Hop``). Any other name gets one by its hash among the colours that its companions leave free;
    beyond thirty genres colours repeat.
    """
    wanted = sorted(set(genres))
    colors: dict[str, str] = {}
    for genre in wanted:
        name = _plain(genre)
        if name in GTZAN_COLORS:
            colors[genre] = GTZAN_COLORS[name]
        elif name in _FURTHER_GENRES:
            colors[genre] = FURTHER_COLORS[_FURTHER_GENRES.index(name)]
    palette = FURTHER_COLORS + tuple(GTZAN_COLORS.values())
    for genre in wanted:
        if genre in colors:
            continue
        taken = set(colors.values())
        free = [color for color in FURTHER_COLORS if color not in taken]
        free = free or [color for color in palette if color not in taken] or list(palette)
        start = _place(genre, len(FURTHER_COLORS))
        ordered = [color for color in palette[start:] + palette[:start] if color in free]
        colors[genre] = ordered[0]
    return {genre: colors[genre] for genre in wanted}


def genre_symbols(genres: Iterable[str]) -> dict[str, str]:
    """Shape of each genre (of `SHAPES`): that of its colour; where colours repeat, the next ones."""
    colors = genre_colors(genres)
    own = dict(zip(GTZAN_COLORS.values(), SHAPES, strict=True)) | dict(
        zip(FURTHER_COLORS, _FURTHER_SHAPES, strict=True)
    )
    before: Counter[str] = Counter()
    symbols = {}
    for genre, color in colors.items():
        symbols[genre] = SHAPES[(SHAPES.index(own[color]) + before[color]) % len(SHAPES)]
        before[color] += 1
    return symbols


def altair_genre_scale(genres: Sequence[str], *, among: Sequence[str] = ()) -> alt.Scale:
    """Altair colour scale for a genre field, in the order given.

    Parameters
    ----------
    genres : sequence of str
    among : sequence of str
        Genres of the collection, where only some of them are drawn: they keep the colours that they have among all.
    """
    colors = genre_colors(among or genres)
    return alt.Scale(domain=list(genres), range=[colors[genre] for genre in genres])


def altair_genre_shapes(genres: Sequence[str], *, among: Sequence[str] = ()) -> alt.Scale:
    """Altair shape scale for a genre field: beside colour, what tells overlapping points apart."""
    symbols = genre_symbols(among or genres)
    return alt.Scale(domain=list(genres), range=[_VEGA_PATHS.get(symbols[genre], symbols[genre]) for genre in genres])


def plotly_symbols(genres: Iterable[str]) -> dict[str, int]:
    """Plotly's number of the shape of each genre."""
    return {genre: _PLOTLY_SYMBOLS[shape] for genre, shape in genre_symbols(genres).items()}


def genre_paths(genres: Iterable[str]) -> dict[str, str]:
    """Outline of each genre's shape as an SVG path, about from -1 to 1."""
    paths = _PLAIN_PATHS | _VEGA_PATHS
    return {genre: paths[shape] for genre, shape in genre_symbols(genres).items()}


def model_colors() -> dict[str, str]:
    """Colour of each kind of model by its title; a kind that names none gets the next that no other has.

    Those named in `core.models.kinds` were found like the genres' colours, CNN and FFNN given: at least 0.11 apart with
    every sight tried.
    """
    named = {kind.title: kind.color for kind in KINDS.values() if kind.color}
    unnamed = [kind.title for kind in KINDS.values() if not kind.color]
    return named | dict(zip(unnamed, cycle(FURTHER_COLORS), strict=False))


def model_color(kind: str) -> str:
    """Colour of a kind of model (``Run.model_kind``), the same on every page; grey for one that is not in the table."""
    return model_colors().get(kind, OTHER_MODEL_COLOR)


def _place(name: str, n_places: int) -> int:
    return int.from_bytes(hashlib.sha256(_plain(name).encode()).digest()[:4]) % n_places
