"""Colours of genres, models and parts: the same thing has the same colour on every page, light or dark.

The ten colours of the GTZAN genres were found by maximising the smallest distance between any two of them (OKLab), as
seen with normal sight, with protanopia, deuteranopia and tritanopia (Machado, Oliveira, Fernandes 2009), among colours
that stand out from both the light and the dark page. Twenty more follow, each as far from the earlier ones as can be.
Where points overlap, a shape tells genres apart as well.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import cycle

import altair as alt

from core.models.kinds import KINDS

GTZAN_COLORS: dict[str, str] = {
    "blues": "#4b5ac3",
    "classical": "#cc55ff",
    "country": "#a5961e",
    "disco": "#96d296",
    "hiphop": "#b43c0f",
    "jazz": "#f0b40f",
    "metal": "#a5a5b4",
    "pop": "#00c3ff",
    "reggae": "#009678",
    "rock": "#646274",
}

FURTHER_COLORS: tuple[str, ...] = (
    "#6978a5",
    "#963cae",
    "#69b478",
    "#d25a5a",
    "#ff87e1",
    "#6996a5",
    "#b46900",
    "#b4306c",
    "#6969e1",
    "#c3c3c3",
    "#b487ff",
    "#ff875a",
    "#0f874b",
    "#b487d2",
    "#8a5496",
    "#546c2a",
    "#b469c3",
    "#d2c369",
    "#e15a87",
    "#c3a596",
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
    """Shape of each genre (of `SHAPES`): fixed for the GTZAN genres, by place in the alphabet for others."""
    fixed = dict(zip(GTZAN_COLORS, SHAPES, strict=True))
    return {
        genre: fixed.get(_plain(genre), SHAPES[place % len(SHAPES)]) for place, genre in enumerate(sorted(set(genres)))
    }


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
