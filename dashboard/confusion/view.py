"""What the page shows: the matrix of a run or of several summed, the difference of two, or where two disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.evaluation.confusion.cells import Cell, clips_in_cells
from core.evaluation.confusion.matrices import merge_families
from core.evaluation.confusion.two import (
    MatrixDifference,
    difference_of,
    disagreement_of,
    disputed_clips,
    moved_clips,
)
from core.runs.comparing import best_counterpart, best_first
from core.runs.record import Run
from core.runs.repeats import RepeatKind, repeats_of
from core.runs.same_clips import may_share_clips
from dashboard.confusion.choice import chosen_families
from dashboard.confusion.counterparts import Counterparts, counterparts_of
from dashboard.confusion.material import pair_of, rows_of, summed
from dashboard.sentences.confusion import EVERY, SHOWN_HELP, no_counterpart_words, not_offered_words, shown_label
from dashboard.sentences.runs import option_label
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.shared.run_picker import finished_runs
from dashboard.state import address_value, linked_key, query_value, set_query_value, warn_of_link

_OF_TWO = ("difference", "disagreement")


@dataclass(frozen=True, eq=False, kw_only=True)
class View:
    """What is looked at.

    Attributes
    ----------
    shown : str
        "run", "folds", "seeds", "difference" or "disagreement".
    run : Run
        The one that was picked: the first of two.
    runs : tuple of Run
        All whose verdicts these are: it alone, with its other folds or seeds, or with the second of two.
    families : dict of str to tuple of str
    whole : DataFrame
        Counts of genres, unmerged: confusions, those of two runs together, or first against second.
    matrix : DataFrame
        The same with genres merged into families.
    difference : MatrixDifference or None
        Of two runs.
    others : tuple of Run
        Further finished runs that may have been tested on the same clips, the best first.
    of_genre : str or None
        Where two disagree: only clips of this genre are counted.
    """

    shown: str
    run: Run
    runs: tuple[Run, ...]
    families: Mapping[str, tuple[str, ...]]
    whole: pd.DataFrame
    matrix: pd.DataFrame
    others: tuple[Run, ...]
    difference: MatrixDifference | None = None
    of_genre: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Genres or families of rows and columns, in the order of the run."""
        return tuple(str(name) for name in self.matrix.index)

    @property
    def is_of_two(self) -> bool:
        """Whether two runs are held against each other."""
        return self.shown in _OF_TWO

    @property
    def run_names(self) -> tuple[str, ...]:
        """Names of the runs that tell them apart."""
        return tuple(name_with_seed(run) for run in self.runs)

    @property
    def basis(self) -> str:
        """Changes where a chosen cell may be another one."""
        return f"{self.run.id}:{'|'.join(self.names)}"

    @property
    def unit(self) -> str:
        """What is counted, in the singular: ``clip``, ``excerpt``, or ``verdict`` where clips count several times."""
        is_repeated = not self.is_of_two and not summed(tuple(run.id for run in self.runs)).is_each_clip_once
        return "verdict" if is_repeated else self.run.config.split.unit

    def n_in_row(self, name: str) -> int:
        """What is counted in a row of the matrix."""
        return int(self.matrix.to_numpy()[self.names.index(name)].sum())

    def clips(self, cells: Sequence[Cell]) -> pd.DataFrame:
        """The clips of some cells: see `clips_in_cells`, `moved_clips` and `disputed_clips`."""
        if self.shown == "difference":
            return moved_clips(pair_of(*self._ids), cells, families=self.families)
        if self.shown == "disagreement":
            return disputed_clips(pair_of(*self._ids), cells, actual=self.of_genre, families=self.families)
        return clips_in_cells(rows_of(self._ids), cells, families=self.families)

    @property
    def _ids(self) -> tuple[str, ...]:
        return tuple(run.id for run in self.runs)


def pick_view(run: Run, runs: Sequence[Run]) -> View:
    """Choose what is shown of a run, and what it is held against.

    Raises
    ------
    RunError
        The files of a run cannot be read.
    """
    kinds: tuple[RepeatKind, ...] = ("folds", "seeds")
    repeats: dict[str, tuple[Run, ...]] = {kind: repeats_of(run, runs, kind) for kind in kinds}
    others = [each for each in best_first(finished_runs(runs)) if each.id != run.id and may_share_clips(run, each)]
    unit = run.config.split.unit
    counterparts = counterparts_of(run, others)
    able = ["run", *(kind for kind in repeats if len(repeats[kind]) > 1), *(_OF_TWO if counterparts.able else ())]
    shown = query_value("show", able, "run", what="view of the matrix") or "run"
    if len(able) > 1:
        key, changed = linked_key("show", shown)
        st.segmented_control(
            "Matrix",
            able,
            required=True,
            format_func=lambda each: shown_label(each, len(repeats.get(each, ()))),
            key=key,
            on_change=changed,
            help=SHOWN_HELP,
        )
    if others and not counterparts.able:
        n_apart, n_unread = len(counterparts.apart), len(counterparts.unread)
        st.caption(f":material/info: {no_counterpart_words(n_apart, n_unread, unit=unit)}")
    if shown not in _OF_TWO:
        chosen = repeats.get(shown, (run,))
        whole = summed(tuple(each.id for each in chosen)).matrix
        families = chosen_families([str(genre) for genre in whole.index])
        return View(
            shown=shown,
            run=run,
            runs=chosen,
            families=families,
            whole=whole,
            matrix=merge_families(whole, families),
            others=tuple(each for each in others if each not in chosen),
        )
    return _view_of_two(run, counterparts, shown)


def _view_of_two(run: Run, counterparts: Counterparts, shown: str) -> View:
    others = counterparts.able
    by_id = {each.id: each for each in others}
    counterpart = best_counterpart(run, others) or others[0]
    _warn_of_other(run, counterparts, counterpart)
    other = by_id[query_value("other", list(by_id), counterpart.id, what="other run") or counterpart.id]
    key, changed = linked_key("other", other.id)
    st.selectbox(
        "Other run",
        list(by_id),
        format_func=lambda each: option_label(by_id[each]),
        key=key,
        on_change=changed,
        help="It is held against the run above, on the clips and genres that both have.",
    )
    if left_out := not_offered_words(len(counterparts.apart), len(counterparts.unread), unit=run.config.split.unit):
        st.caption(left_out)
    said = pair_of(run.id, other.id)
    families = chosen_families(said.genres)
    if shown == "difference":
        whole = _together(difference_of(said))
        difference = difference_of(said, families=families)
        return View(
            shown=shown,
            run=run,
            runs=(run, other),
            families=families,
            whole=whole,
            matrix=_together(difference),
            others=tuple(each for each in others if each is not other),
            difference=difference,
        )
    of_genre = query_value("of", said.genres, None, what="genre")
    whole = disagreement_of(said, actual=of_genre)
    return View(
        shown=shown,
        run=run,
        runs=(run, other),
        families=families,
        whole=whole,
        matrix=merge_families(whole, families),
        others=tuple(each for each in others if each is not other),
        of_genre=of_genre,
    )


def _warn_of_other(run: Run, counterparts: Counterparts, instead: Run) -> None:
    """Answer a link to a run that is here but cannot be held against the one in view."""
    wanted = address_value("other")
    found = next((each for each in (*counterparts.apart, *counterparts.unread) if each.id == wanted), None)
    if found is None:
        return
    why = "cannot be read" if found in counterparts.unread else f"has no test {run.config.split.unit} in common with it"
    warn_of_link(
        f"The link asks for {escape_markdown(found.label)} beside {escape_markdown(run.label)}, but the former {why}. "
        f"Showing {escape_markdown(instead.label)} instead."
    )
    set_query_value("other", None)


def _together(difference: MatrixDifference) -> pd.DataFrame:
    return difference.first + difference.second


def pick_genre(view: View) -> None:
    """Where two runs disagree: of which genre the clips are that count."""
    if view.shown != "disagreement":
        return
    genres = pair_of(view.runs[0].id, view.runs[1].id).genres
    key, changed = linked_key("of", view.of_genre)
    st.selectbox(
        "Only clips of",
        genres,
        index=None,
        key=key,
        on_change=changed,
        placeholder=EVERY,
        width=220,
        help="Counts the clips of one actual genre alone.",
    )
