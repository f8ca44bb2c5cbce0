"""Confusion in words: what is shown, the titles of cells, and how the clips of a cell are sorted."""

from collections.abc import Mapping, Sequence

from core.evaluation.confusion.cells import Cell
from core.evaluation.confusion.two import Move
from core.evaluation.ordering import Confusion
from core.evaluation.verdict.words import MINUS
from dashboard.sentences.wording import format_percent, format_plural

SHOWN_HELP = (
    "One run alone; all folds or all seeds of the same training laid on each other; or two runs on the same clips: the "
    "matrix of the first less that of the second, or what one says where the other says something."
)
EVERY = "Every genre"


def shown_label(shown: str, n_runs: int) -> str:
    """What may be shown, as an option: ``"5 folds summed"``."""
    return {
        "run": "This run",
        "folds": f"{n_runs:,} folds summed",
        "seeds": f"{n_runs:,} seeds summed",
        "difference": "Difference of two",
        "disagreement": "Two against each other",
    }[shown]


def no_counterpart_words(n_apart: int, n_unread: int, *, unit: str) -> str:
    """Why no second run is offered.

    Parameters
    ----------
    n_apart, n_unread : int
        Runs on this music that were tested on none of the same clips, and those whose files cannot be read.
    unit : str
        What was tested, in the singular.
    """
    why = []
    if n_apart:
        why.append("the other run on this music was not" if n_apart == 1 else f"none of the {n_apart:,} others was")
    if n_unread:
        why.append(f"{format_plural(n_unread, 'run')} cannot be read")
    return (
        f"Two matrices can be compared where two runs were tested on some of the same {unit}s: {', and '.join(why)}. "
        "A run with the same split and seed would be."
    )


def not_offered_words(n_apart: int, n_unread: int, *, unit: str) -> str:
    """Which runs are not offered beside the one in view, and why; empty where all are. See `no_counterpart_words`."""
    why = []
    if n_apart:
        why.append(f"{format_plural(n_apart, 'run')} tested on none of the same {unit}s")
    if n_unread:
        why.append(f"{format_plural(n_unread, 'run')} whose files cannot be read")
    return f"Not offered: {' and '.join(why)}." if why else ""


def axis_titles(shown: str, run_names: Sequence[str]) -> tuple[str, str]:
    """What the rows and the columns of a matrix are."""
    if shown == "disagreement":
        return f"{run_names[0]} says", f"{run_names[1]} says"
    return "Actual genre", "Predicted genre"


def cells_title(cells: Sequence[Cell], *, shown: str, run_names: Sequence[str], unit: str = "clip") -> str:
    """Heading over the clips of cells, as plain text; ``unit`` is what was tested, in the singular."""
    if len(cells) > 1:
        return f"{unit.capitalize()}s of {len(cells):,} cells"
    row, column = cells[0]
    if shown == "disagreement":
        said = [f"{name} says {genre or 'anything'}" for name, genre in zip(run_names, (row, column), strict=True)]
        return ", ".join(said)
    if row is None and column is None:
        return f"All test {unit}s"
    if column is None:
        return f"{row}, whatever it was taken for"
    if row is None:
        return f"Everything predicted as {column}"
    return f"{row} classified correctly" if row == column else f"{row} predicted as {column}"


def cell_name(cell: Cell) -> str:
    """A cell as an option of a list, as plain text: ``"blues → jazz"``."""
    return " → ".join(name or EVERY.lower() for name in cell)


def confusion_label(pair: Confusion) -> str:
    """One of the biggest confusions on a button, as plain text."""
    return f"{pair.actual} → {pair.predicted} · {pair.n:,} of {pair.n_actual:,}"


def confusion_help(pair: Confusion, *, shown: str, run_names: Sequence[str], unit: str) -> str:
    """What such a button opens, as plain text."""
    if shown == "disagreement":
        return (
            f"{format_plural(pair.n, unit)} of which {run_names[0]} says {pair.actual} and {run_names[1]} says "
            f"{pair.predicted}."
        )
    return (
        f"{format_plural(pair.n, unit)} of {pair.actual} predicted as {pair.predicted}: {format_percent(pair.share)} "
        f"of this genre's test {unit}s."
    )


def move_label(move: Move) -> str:
    """A cell in which two runs differ on a button, as plain text: ``"blues → jazz · +3"``."""
    return f"{move.actual} → {move.predicted} · {signed(move.n)}"


def move_help(move: Move, run_names: Sequence[str]) -> str:
    """What such a button opens, as plain text."""
    return (
        f"{move.actual} predicted as {move.predicted}: {move.n_first:,} by {run_names[0]}, {move.n_second:,} by "
        f"{run_names[1]}."
    )


def signed(number: int) -> str:
    """``"+3"``, ``"−2"``, ``"0"``."""
    return "0" if number == 0 else f"{number:+,d}".replace("-", MINUS)


def moved_words(who: Mapping[str, int], run_names: Sequence[str], unit: str) -> str:
    """How many clips of cells moved between two runs, as plain text.

    Parameters
    ----------
    who : mapping of str to int
        Clips by ``first``, ``second`` and ``both``.
    run_names : sequence of str
    unit : str
    """
    first, second, both = (who.get(name, 0) for name in ("first", "second", "both"))
    return (
        f"{format_plural(first, unit)} only by {run_names[0]}, {second:,} only by {run_names[1]}, {both:,} by both: a "
        f"difference of {signed(first - second)}. Those that moved come first, the surest verdicts before the others."
    )


def family_proposal_name(members: Sequence[str]) -> str:
    """A name for genres that become one family: ``"blues + jazz"``, ``"blues + 3 more"``."""
    return " + ".join(members) if len(members) < 3 else f"{members[0]} + {len(members) - 1:,} more"
