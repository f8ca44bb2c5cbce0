"""Matrices and the clips of their cells as tables, for people and to download."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.evaluation.confusion.matrices import shares
from core.evaluation.confusion.two import MatrixDifference
from core.evaluation.metrics import wilson_interval
from dashboard.sentences.wording import format_interval

WHO = {"first": "only {0}", "second": "only {1}", "both": "both"}


def genre_frame(margins: pd.DataFrame, *, with_interval: bool) -> pd.DataFrame:
    """Recall, precision and F1 of each genre for people, in per cent.

    Parameters
    ----------
    margins : DataFrame
        From `core.evaluation.confusion.matrices.margins`.
    with_interval : bool
        With the 95 % interval of recall; without where clips count several times.
    """
    columns: dict[str, object] = {"Genre": margins["genre"], "Recall": 100 * margins["recall"]}
    if with_interval:
        columns["95 % interval"] = [
            format_interval(wilson_interval(right, n)) if n else "–"
            for right, n in zip(margins["n_correct"], margins["n"], strict=True)
        ]
    columns |= {
        "Correct": [f"{right:,} of {n:,}" for right, n in zip(margins["n_correct"], margins["n"], strict=True)],
        "Precision": 100 * margins["precision"],
        "F1": 100 * margins["f1"],
        "Predicted": margins["n_predicted"],
    }
    return pd.DataFrame(columns)


def genre_export(margins: pd.DataFrame, *, with_interval: bool) -> pd.DataFrame:
    """The same in full precision: shares 0 to 1, the interval of recall in ``low`` and ``high``."""
    table = margins.copy()
    if with_interval:
        ends = [
            wilson_interval(right, n) if n else (np.nan, np.nan)
            for right, n in zip(margins["n_correct"], margins["n"], strict=True)
        ]
        table["low"], table["high"] = (pd.Series(side, dtype=float) for side in zip(*ends, strict=True))
    return table


def matrix_export(matrix: pd.DataFrame) -> pd.DataFrame:
    """One row a cell: names of row and column, ``n``, ``row_share`` and ``column_share`` (0 to 1)."""
    return _long(
        matrix,
        n=matrix,
        row_share=shares(matrix, of="row"),
        column_share=shares(matrix, of="column"),
    )


def difference_export(difference: MatrixDifference) -> pd.DataFrame:
    """One row a cell: ``n_first``, ``n_second``, ``difference`` of the two, ``row_share_difference`` (-1 to 1)."""
    return _long(
        difference.counts,
        n_first=difference.first,
        n_second=difference.second,
        difference=difference.counts,
        row_share_difference=difference.shares,
    )


def _long(matrix: pd.DataFrame, **figures: pd.DataFrame) -> pd.DataFrame:
    rows, columns = (np.asarray(names, dtype=object) for names in (matrix.index, matrix.columns))
    names = str(matrix.index.name or "actual"), str(matrix.columns.name or "predicted")
    return pd.DataFrame(
        {
            f"{names[0]}_says" if names[0] == "first" else names[0]: np.repeat(rows, len(columns)),
            f"{names[1]}_says" if names[1] == "second" else names[1]: np.tile(columns, len(rows)),
            **{name: values.to_numpy().ravel() for name, values in figures.items()},
        }
    )


def clips_frame(
    clips: pd.DataFrame,
    known: pd.DataFrame,
    *,
    run_names: Sequence[str],
    is_of_several: bool,
    heard: Sequence[bool] | None,
) -> pd.DataFrame:
    """Clips of cells for people.

    Parameters
    ----------
    clips : DataFrame
        From `core.evaluation.confusion`: `clips_in_cells`, `moved_clips` or `disputed_clips`.
    known : DataFrame
        What is known of each of them: ``artist``, ``title``, ``fault``, ``tags``; columns without any are left out.
    run_names : sequence of str
        Of the runs whose verdicts these are.
    is_of_several : bool
        Whether the clips are of several genres, so that theirs must be said.
    heard : sequence of bool, optional
        Whether each can be heard here, where that differs.
    """
    columns: dict[str, object] = {"Clip": clips["clip"].to_numpy()}
    if "first" in clips:
        columns["Genre"] = clips["actual"].to_numpy()
        if "who" in clips:
            columns["Put here by"] = [WHO[who].format(*run_names) for who in clips["who"]]
        for place, answerer in enumerate(("first", "second")):
            columns[f"{run_names[place]} says"] = clips[answerer].to_numpy()
            columns["Probability" if place == 0 else "Its probability"] = (
                100 * clips[f"{answerer}_probability"].to_numpy()
            )
    else:
        if is_of_several:
            columns |= {"Genre": clips["actual"].to_numpy(), "Predicted": clips["predicted"].to_numpy()}
        columns["Probability"] = 100 * clips["probability"].to_numpy()
        if len(run_names) > 1 and (clips["n_verdicts"] > 1).any():
            columns["Verdicts here"] = [f"{n} of {of}" for n, of in zip(clips["n"], clips["n_verdicts"], strict=True)]
    for title in ("artist", "title", "fault", "tags"):
        if (known[title] != "").any():
            columns["Known fault" if title == "fault" else title.capitalize()] = known[title].to_numpy()
    if heard is not None:
        columns["Sound here"] = list(heard)
    return pd.DataFrame(columns)


def clips_export(clips: pd.DataFrame, known: pd.DataFrame, *, run_names: Sequence[str]) -> pd.DataFrame:
    """The same in full precision: probabilities 0 to 1, the runs by name."""
    table = clips.reset_index(drop=True).copy()
    if "answerer" in table:
        table["answerer"] = [run_names[place] for place in table["answerer"]]
        table = table.rename(columns={"answerer": "run"})
    else:
        table.insert(2, "first_run", run_names[0])
        table.insert(3, "second_run", run_names[1])
    return pd.concat([table, known.reset_index(drop=True)], axis=1)


def verdicts_frame(said: Sequence[tuple[str, str, float, bool]]) -> pd.DataFrame:
    """What runs say of one clip: name of the run, genre, probability (0 to 1), whether that is right."""
    return pd.DataFrame(
        [(name, genre, 100 * share, "right" if right else "wrong") for name, genre, share, right in said],
        columns=["Run", "Says", "Probability", "Verdict"],
    )


def counted(values: pd.Series) -> Mapping[str, int]:
    """How often each value is there."""
    return {str(value): int(n) for value, n in values.value_counts().items()}
