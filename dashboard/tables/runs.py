"""Runs as tables: all of them, the latest, the members of a group, and what each reached and cost."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.evaluation.verdict.records import Standing
from core.evaluation.verdict.words import MINUS
from core.experiments.groups import RunGroup, distinction
from core.runs.record import Run
from dashboard.sentences.collections import recorded_or_synthetic
from dashboard.sentences.results import result_word
from dashboard.sentences.wording import (
    format_count,
    format_duration,
    format_interval,
    format_percent,
    format_time,
    name_with_seed,
)

_GROUP_PLACES = {"folds": "Fold", "seeds": "Seed of the run", "leak": "Protocol"}


def runs_frame(runs: Sequence[Run]) -> pd.DataFrame:
    """One row a run, newest first, indexed by its id; figures that a run does not have are missing.

    Returns
    -------
    DataFrame
        ``name``, ``which`` (what tells it from others of its name), ``model``, ``accuracy_percent``, ``interval``
        (text), ``interval_low_percent``, ``interval_high_percent``, ``n_test``, ``caution`` (`result_word`),
        ``split`` (short), ``chance_percent``, ``collection``, ``synthetic``, ``n_genres``, ``genres``, ``epochs``,
        ``epochs_planned``, ``n_parameters``, ``training_s``, ``prediction_ms``, ``seed``, ``protocol``, ``status``,
        ``origin`` (``own``, ``imported``, or ``Genre Lab`` for what comes with it), ``tags`` (list), ``note``,
        ``archived``, ``created`` (UTC).
    """
    return frame_of_rows({run.id: run_row(run) for run in runs})


def frame_of_rows(rows: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Rows by the id of their run as a table."""
    frame = pd.DataFrame.from_dict(dict(rows), orient="index")
    frame.index.name = "run"
    return frame


def run_row(run: Run) -> dict[str, Any]:
    """The row of a run in `runs_frame`."""
    result = run.result
    return {
        "name": run.config.name,
        "which": distinction(run.config, run.group_place),
        "model": run.model_kind,
        "accuracy_percent": 100 * result.accuracy if result else None,
        "interval": format_interval(result.interval) if result else "",
        "interval_low_percent": 100 * result.interval[0] if result else None,
        "interval_high_percent": 100 * result.interval[1] if result else None,
        "n_test": result.n if result else None,
        "caution": result_word(result, unit=run.config.split.unit) if result else "",
        "split": run.config.split.title,
        "chance_percent": 100 * result.chance if result else None,
        "collection": run.collection_title,
        "synthetic": run.synthetic,
        "n_genres": len(run.config.genres),
        "genres": ", ".join(run.config.genres),
        "epochs": None if run.config.is_classical else len(run.history),
        "epochs_planned": run.config.epochs,
        "n_parameters": run.n_parameters or None,
        "training_s": run.training_s,
        "prediction_ms": run.prediction_ms,
        "seed": run.config.seed,
        "protocol": result.protocol if result else "",
        "status": run.status,
        "origin": "Genre Lab" if run.shipped else "imported" if run.imported_from else "own",
        "tags": list(run.tags),
        "note": run.note,
        "archived": run.archived,
        "created": pd.Timestamp(run.created_at, unit="s").floor("s"),
    }


def recent_frame(runs: Sequence[Run]) -> pd.DataFrame:
    """One row a run for people, in the order given; an accuracy (in per cent) with its interval, n and split."""
    return pd.DataFrame(
        {
            "Run": [run.label for run in runs],
            "Test accuracy": [None if run.result is None else 100 * run.result.accuracy for run in runs],
            "95 % interval": ["–" if run.result is None else format_interval(run.result.interval) for run in runs],
            "n": [None if run.result is None else run.result.n for run in runs],
            "Note": ["" if run.result is None else result_word(run.result) for run in runs],
            "Split": [run.config.split.title for run in runs],
            "Collection": [run.collection_title for run in runs],
            "Music": [recorded_or_synthetic(synthetic=run.synthetic) for run in runs],
            "Status": ["comes with Genre Lab" if run.shipped else run.status for run in runs],
            "Started": [format_time(run.created_at) for run in runs],
        }
    ).astype({"Test accuracy": "Float64", "n": "Int64"})


def members_frame(group: RunGroup) -> pd.DataFrame:
    """Each run of a group for people."""
    results = [run.result for run in group.runs]
    return pd.DataFrame(
        {
            _GROUP_PLACES.get(group.kind, "Run"): [run.group_place or run.id[:6] for run in group.runs],
            "Test accuracy": ["–" if each is None else format_percent(each.accuracy) for each in results],
            "95 % interval": ["–" if each is None else format_interval(each.interval) for each in results],
            "Correct": ["–" if each is None else f"{each.n_correct:,} of {each.n:,}" for each in results],
            "Note": ["" if each is None else result_word(each) for each in results],
            "Seed": [run.config.seed for run in group.runs],
            "Status": [run.status for run in group.runs],
            "Split": [run.config.split.title for run in group.runs],
            "Run": [run.id[:6] for run in group.runs],
        }
    )


def cost_table(finished: Sequence[Run], standings: Sequence[Standing] = ()) -> pd.DataFrame:
    """What each run reached and what it cost, for people.

    Parameters
    ----------
    finished : sequence of Run
    standings : sequence of Standing, optional
        Of these runs, in this order: add the interval by artist or recording, kappa, and information in bits.
    """
    rows = []
    for place, run in enumerate(finished):
        assert run.result is not None
        per_epoch = run.training_s / len(run.history) if run.training_s and run.has_epochs else None
        rows.append(
            {
                "Run": name_with_seed(run),
                "Model": run.model_kind,
                "Test accuracy": format_percent(run.result.accuracy),
                "95 % interval": format_interval(run.result.interval),
                **(_by_group(standings, place) if standings else {}),
                "Test clips": run.result.n,
                "Note": result_word(run.result),
                "Split": run.config.split.title,
                "Genres": len(run.config.genres),
                "Chance": format_percent(run.result.chance),
                **(_beyond_chance(standings[place]) if standings else {}),
                "Parameters": format_count(run.n_parameters) if run.n_parameters else "–",
                "Training time": "–" if run.training_s is None else format_duration(run.training_s),
                "A prediction": "–" if run.prediction_ms is None else f"{run.prediction_ms:.3g} ms",
                "Epochs": str(len(run.history)) if run.has_epochs else "–",
                "An epoch": "–" if per_epoch is None else format_duration(per_epoch),
            }
        )
    return pd.DataFrame(rows)


def _by_group(standings: Sequence[Standing], place: int) -> dict[str, str]:
    word = next((each.by_group.word for each in standings if each.by_group is not None), "")
    by_group = standings[place].by_group
    return {f"By {word}": "–" if by_group is None else format_interval(by_group.interval)} if word else {}


def _beyond_chance(standing: Standing) -> dict[str, str]:
    """What can be held against runs of other genres."""
    information = standing.information
    return {
        "Kappa": "–" if standing.kappa is None else f"{standing.kappa:.2f}".replace("-", MINUS),
        "Bits": f"{information.bits:.2f} of {information.most_bits:.2f}",
    }
