"""What is known of models before they judge a song: a row for each."""

from collections.abc import Mapping, Sequence

import pandas as pd

from core.evaluation.metrics import recall_by_genre
from core.evaluation.predictions import Predictions
from core.runs.record import Run
from dashboard.sentences.results import result_word
from dashboard.sentences.wording import format_interval, format_percent, format_plural

UNKNOWN = "not known"


def models_frame(named: Sequence[tuple[str, Run]], predictions: Mapping[str, Predictions]) -> pd.DataFrame:
    """Their kind, how often each was right in its test, and which genres it knew best and worst there.

    Parameters
    ----------
    named : sequence of (str, Run)
        Finished runs under names that differ.
    predictions : mapping of str to Predictions
        By run id; of a run that is not in it, its genres are not known.
    """
    rows = []
    notes = [result_word(run.result) if run.result is not None else "" for _, run in named]
    for (name, run), note in zip(named, notes, strict=True):
        assert run.result is not None
        best, worst = _best_and_worst(predictions.get(run.id))
        row = {
            "Model": name,
            "Kind": run.model_kind,
            "Right": format_percent(run.result.accuracy),
            "95 % interval": format_interval(run.result.interval),
            "Tested on": format_plural(run.result.n, run.config.split.unit),
        }
        known = {"Knows best": best, "Knows worst": worst, "Split": run.result.protocol}
        rows.append(row | ({"Note": note} if any(notes) else {}) | known)
    return pd.DataFrame(rows).set_index("Model")


def _best_and_worst(predictions: Predictions | None) -> tuple[str, str]:
    """The genres of which most and fewest test clips were recognised, with how many; all that are level, up to two."""
    if predictions is None:
        return UNKNOWN, UNKNOWN
    tested = recall_by_genre(predictions).dropna()
    return _named(tested, tested["recall"].max()), _named(tested, tested["recall"].min())


def _named(tested: pd.DataFrame, recall: float) -> str:
    level = tested[tested["recall"] == recall]
    named = [
        f"{genre} ({right} of {n})"
        for genre, right, n in zip(level["genre"], level["n_correct"], level["n"], strict=True)
    ]
    more = f", {len(named) - 2} more" if len(named) > 2 else ""
    return ", ".join(named[:2]) + more
