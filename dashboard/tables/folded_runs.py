"""Runs as a table in which seeds and folds of one configuration are one row."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from core.experiments.aggregate import protocol_words
from core.experiments.folding import FoldedRuns
from core.runs.finding import protocol_of_run
from dashboard.sentences.results import result_word
from dashboard.sentences.wording import format_interval
from dashboard.tables.runs import frame_of_rows, run_row


def folded_frame(rows: Sequence[FoldedRuns]) -> pd.DataFrame:
    """As `runs_frame`, a row for each of these; what runs of a row do not share is missing, costs are means.

    Returns
    -------
    DataFrame
        The columns of `runs_frame`, indexed by the id of the first run of each row, and ``n_runs``,
        ``spread_percent`` (standard deviation of the accuracies, in points), ``lowest_percent``, ``highest_percent``,
        ``runs`` (ids, with blanks between).
    """
    return frame_of_rows({row.first.id: run_row(row.first) | _BY_ITSELF | _of_row(row) for row in rows})


_BY_ITSELF = {"n_runs": 1, "spread_percent": None, "lowest_percent": None, "highest_percent": None}


def exported_runs(rows: Sequence[FoldedRuns]) -> pd.DataFrame:
    """The same to download: with the ids, and tags as text."""
    frame = folded_frame(rows).reset_index()
    return frame.assign(tags=[", ".join(tags) for tags in frame["tags"]])


def _of_row(row: FoldedRuns) -> dict[str, object]:
    if row.kind == "single":
        return {"runs": row.first.id}
    assert row.accuracy is not None
    assert row.interval is not None
    assert row.spread is not None
    assert row.n is not None
    assert row.chance is not None
    assert row.first.result is not None
    low, high = row.interval
    n_correct = round(row.accuracy * row.n)
    result = replace(row.first.result, n_correct=n_correct, n=row.n, interval=row.interval, chance=row.chance)
    return {
        "name": row.name,
        "which": which_text(row),
        "accuracy_percent": 100 * row.accuracy,
        "spread_percent": None if row.spread.deviation is None else 100 * row.spread.deviation,
        "lowest_percent": 100 * row.spread.lowest,
        "highest_percent": 100 * row.spread.highest,
        "interval": format_interval(row.interval),
        "interval_low_percent": 100 * low,
        "interval_high_percent": 100 * high,
        "n_test": row.n,
        "chance_percent": 100 * row.chance,
        "caution": result_word(result, unit=row.first.config.split.unit),
        "protocol": protocol_words(row.runs) if row.kind == "folds" else result.protocol,
        "n_runs": len(row.runs),
        "split": protocol_of_run(row.first),
        "seed": _shared([run.config.seed for run in row.runs]),
        "epochs": _mean([len(run.history) for run in row.runs if not run.config.is_classical]),
        "training_s": _mean([run.training_s for run in row.runs if run.training_s is not None]),
        "prediction_ms": _mean([run.prediction_ms for run in row.runs if run.prediction_ms is not None]),
        "tags": list(dict.fromkeys(tag for run in row.runs for tag in run.tags)),
        "note": "\n".join(dict.fromkeys(run.note for run in row.runs if run.note)),
        "archived": all(run.archived for run in row.runs),
        "runs": " ".join(run.id for run in row.runs),
    }


def which_text(row: FoldedRuns) -> str:
    """What the runs of a row are: ``5 seeds · by artist``; ``folds 1, 2, 4 of 5 · by artist``."""
    split = row.first.config.split
    protocol = protocol_of_run(row.first)
    protocol = protocol[:1].lower() + protocol[1:]
    if row.kind == "folds":
        n_folds = split.n_folds or 0
        done = f"{n_folds} folds" if not row.missing else f"{n_folds - len(row.missing)} of {n_folds} folds"
        return f"{done} · {protocol}"
    if split.n_folds is not None:
        return f"{len(row.runs)} runs, seeds and folds · {protocol}"
    drawn = "" if split.seed is not None or not split.rules.drawn else " of model and split"
    return f"{len(row.runs)} seeds{drawn} · {protocol}"


def _shared(values: Sequence[int]) -> int | None:
    return values[0] if len(set(values)) == 1 else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
