"""How large a matrix of genres is drawn: its cells, its whole chart, and which genres can be named on its axes."""

from collections.abc import Sequence
from dataclasses import dataclass

LABEL_LIMIT_PX = 110
BESIDE_LISTS = 14
"""With more genres the matrix takes the whole width of the page."""

OVERVIEW_FROM = 35
"""From so many genres on, the matrix is seen as a whole: no figure would fit into its cells."""
_OVERVIEW_PX = 820
"""Of its cells together: with the names of genres it is as wide as a page is beside the navigation."""
_LABEL_EVERY_PX = 12


def is_overview(n_genres: int) -> bool:
    """Whether the matrix is so large that its cells hold no text and only some genres are named."""
    return n_genres >= OVERVIEW_FROM


@dataclass(frozen=True)
class MatrixSize:
    """Pixels of the whole chart, labels included, at which its cells are square."""

    width: int
    height: int


def cell_side_px(n_genres: int) -> int:
    """Side of a cell in pixels: no more than figures around it can bear, still legible for thirty genres.

    Few genres share the page with the lists beside them, many have its whole width: a chart wider than its place would
    be squeezed, and its cells no longer square. So an overview is about as wide as a page, whatever its genres.
    """
    if is_overview(n_genres):
        return max(4, _OVERVIEW_PX // n_genres)
    return min(58, 400 // n_genres) if n_genres <= BESIDE_LISTS else max(26, 660 // n_genres)


def matrix_size(genres: Sequence[str], *, beside: int = 0, below: int = 0) -> MatrixSize:
    """Size of the chart of these genres.

    Parameters
    ----------
    genres : sequence of str
    beside, below : int
        Columns beside and rows below the cells, for figures on each genre.
    """
    side = cell_side_px(len(genres))
    label = min(LABEL_LIMIT_PX, 6.5 * max(len(genre) for genre in genres))
    above = 0.71 * label + 10 if is_tilted(genres) else 16
    return MatrixSize(
        round(side * (len(genres) + beside) + label + 40), round(side * (len(genres) + below) + above + 64)
    )


def named_genres(order: Sequence[str]) -> list[str]:
    """Genres that are named on the axes: all, or of an overview as many as can be read."""
    every = -(-_LABEL_EVERY_PX // cell_side_px(len(order))) if is_overview(len(order)) else 1
    return list(order[::every])


def is_tilted(genres: Sequence[str]) -> bool:
    """Whether the names above the columns are written aslant, to fit."""
    return len(genres) > 4
