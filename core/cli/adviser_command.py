"""``adviser``: which genres to drop or to merge."""

import argparse
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from core.cli.console import Answer, ProgressLine, table_text
from core.cli.lookup import find_run, named_among
from core.errors import RunError
from core.evaluation.adviser.choices import Ranking, lead_interval, rank_choices, rank_matrix_choices
from core.evaluation.adviser.curve import Step, drop_curve, matrix_drop_curve, matrix_merge_curve, merge_curve
from core.evaluation.adviser.words import OPTIMISM, choice_sentence, own_choice_sentence, turn_sentence
from core.evaluation.metrics import confusion_matrix, validate_predictions
from core.evaluation.predictions import Predictions
from core.evaluation.published import PUBLISHED, PublishedMatrix

_USUAL = 3
_MOST_SHOWN = 5


def add_adviser_options(command: argparse.ArgumentParser) -> None:
    """Options of ``adviser``."""
    command.add_argument(
        "--run",
        required=True,
        metavar="ID",
        help=f"run id, or its first characters, or 'latest', or {' or '.join(map(repr, PUBLISHED))} for the study's "
        "published matrix",
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--leave-out", type=int, metavar="N", help=f"rank all ways to leave out so many genres (default {_USUAL})"
    )
    which.add_argument("--drop", metavar="A,B,...", help="say how good it is to leave out these genres")


def run_adviser(options: Namespace, progress: ProgressLine) -> Answer:
    """Advice on the genres of a run."""
    published = PUBLISHED.get(options.run)
    if published is not None:
        return _advice(options, published.matrix, None, published)
    run = find_run(options.run)
    if run.status != "finished":
        raise RunError(f"{run.label} is {run.status}: it has no results. Choose a finished run.")
    from core.runs.results import load_predictions

    predictions = load_predictions(run.id)
    validate_predictions(predictions)
    unit = run.config.split.unit
    return _advice(options, confusion_matrix(predictions), predictions, None, run_id=run.id, unit=unit)


def _advice(
    options: Namespace,
    matrix: pd.DataFrame,
    predictions: Predictions | None,
    published: PublishedMatrix | None,
    *,
    run_id: str = "",
    unit: str = "clip",
) -> Answer:
    drops = matrix_drop_curve(matrix) if predictions is None else drop_curve(predictions)
    mergers = matrix_merge_curve(matrix) if predictions is None else merge_curve(predictions)
    genres = drops[0].score.genres
    own = published.own_choice if published is not None and options.leave_out is None else ()
    if options.drop is not None:
        own = named_among(options.drop, genres, option="--drop")
    n_dropped = len(own) or options.leave_out
    if n_dropped is None:
        n_dropped = min(_USUAL, len(genres) - 2)
    values: dict[str, Any] = {
        "run_id": run_id or (published.id if published else ""),
        "drops": [asdict(step) for step in drops],
        "mergers": [asdict(step) for step in mergers],
        "choices": [],
        "own_choice": None,
        "best_again": None,
        "sentences": [],
    }
    said: list[str] = []
    lines: list[str] = []
    if n_dropped != 0 or options.leave_out is not None:
        ranking = rank_choices(predictions, n_dropped) if predictions else rank_matrix_choices(matrix, n_dropped)
        values["choices"] = [asdict(choice) for choice in ranking.choices[:100]]
        values["best_again"] = ranking.best_again
        said.append(choice_sentence(ranking, unit=unit))
        if own:
            own_values, sentence = _own(matrix, ranking, own, with_lead=predictions is None, unit=unit)
            values["own_choice"] = own_values
            said.append(sentence)
            if options.drop is None and published is not None and published.own_result:
                n_correct, n = published.own_result
                said.append(f"Trained anew without them, it was right for {100 * n_correct / n:.0f} % of {n}.")
        lines += ["", *_choice_lines(ranking)]
    lines += ["", "dropped one by one", _curve_text(drops, "left out", " and "), "", "merged two by two"]
    lines.append(_curve_text(mergers, "merged", " with "))
    said += [text for text in (turn_sentence(drops), OPTIMISM) if text]
    values["sentences"] = said
    return Answer(values, "\n".join([*said, *lines]))


def _own(
    matrix: pd.DataFrame, ranking: Ranking, own: Sequence[str], *, with_lead: bool, unit: str
) -> tuple[dict[str, Any], str]:
    choice, rank = ranking.choice(own), ranking.rank_of(own)
    lead = lead_interval(matrix, ranking.choices[0], choice) if with_lead and rank > 1 else None
    values = asdict(choice) | {"rank": rank, "n_choices": len(ranking.choices), "lead_of_best": lead}
    return values, own_choice_sentence(ranking, own, lead=lead, unit=unit)


def _choice_lines(ranking: Ranking) -> list[str]:
    rows = [
        (
            number,
            ", ".join(choice.dropped),
            f"{choice.score.accuracy:.1%}",
            f"{choice.score.n:,}",
            "-" if choice.score.kappa is None else f"{choice.score.kappa:.2f}",
        )
        for number, choice in enumerate(ranking.choices[:_MOST_SHOWN], start=1)
    ]
    return [table_text(("", "left out", "accuracy", "n", "kappa"), rows)]


def _curve_text(steps: Sequence[Step], title: str, joined: str) -> str:
    rows = [
        (
            len(step.score.genres),
            joined.join(step.changed) or "-",
            f"{step.score.accuracy:.1%}",
            f"{step.score.n:,}",
            f"{step.score.chance:.1%}",
            "-" if step.score.kappa is None else f"{step.score.kappa:.2f}",
            f"{step.score.bits:.2f}",
        )
        for step in steps
    ]
    return table_text(("genres", title, "accuracy", "n", "chance", "kappa", "bits"), rows)
