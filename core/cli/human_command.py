"""``human``: whether a run's mistakes are those that people make."""

import argparse
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from core.cli.answer_files import read_content, read_listeners
from core.cli.console import Answer, ProgressLine, table_text
from core.cli.lookup import find_run
from core.errors import ConfigError, RunError
from core.evaluation.human.kinship import (
    Kinship,
    KinshipResult,
    kinship_of_mistakes,
    kinship_sentence,
    literature_kinship,
    read_kinship,
)
from core.evaluation.human.listeners import (
    class_consistency,
    consistency_of,
    consistency_sentence,
    merge_answers,
    predictions_of,
)
from core.evaluation.human.literature import LINKS, SOURCES
from core.evaluation.metrics import confusion_matrix, validate_predictions
from core.evaluation.predictions import Predictions
from core.evaluation.published import PUBLISHED

_MOST_SHOWN = 10


def add_human_options(command: argparse.ArgumentParser) -> None:
    """Options of ``human``."""
    command.add_argument(
        "--run",
        required=True,
        metavar="ID",
        help=f"run id, or its first characters, or 'latest', or {' or '.join(map(repr, PUBLISHED))} for the study's "
        "published matrix",
    )
    command.add_argument(
        "--kinship",
        metavar="FILE.csv",
        help="table of genre_a, genre_b, kinship in place of that of the literature",
    )
    command.add_argument(
        "--answers", nargs="+", metavar="FILE.json", help="what listeners answered in the quiz on the run's test clips"
    )
    command.add_argument(
        "--sources", action="store_true", help="list the kinships of the literature with their sources"
    )


def run_human(options: Namespace, progress: ProgressLine) -> Answer:
    """Kinship of the mistakes, and listeners' answers beside the run."""
    published = PUBLISHED.get(options.run)
    if published is not None:
        if options.answers:
            raise ConfigError("The study's matrix was published without its clips, so nobody can be asked about them.")
        name, matrix, predictions = published.title, published.matrix, None
    else:
        run = find_run(options.run)
        if run.status != "finished":
            raise RunError(f"{run.label} is {run.status}: it has no results. Choose a finished run.")
        from core.runs.results import load_predictions

        predictions = load_predictions(run.id)
        validate_predictions(predictions)
        name, matrix = run.config.name, confusion_matrix(predictions)
    kinship = literature_kinship() if options.kinship is None else _kinship_of(options.kinship)
    result = kinship_of_mistakes(matrix, kinship)
    values: dict[str, Any] = {
        "name": name,
        "kinship": {
            **asdict(result.correlation),
            "title": result.title,
            "genres": list(result.genres),
            "left_out": list(result.left_out),
            "pairs": result.pairs.to_dict("records"),
            "sentence": kinship_sentence(result),
        },
        "listeners": None,
    }
    lines = [kinship_sentence(result), "", _pairs_text(result)]
    if options.sources:
        values["links"] = [asdict(link) for link in LINKS]
        values["sources"] = {key: source.text for key, source in SOURCES.items()}
        lines += ["", *_source_lines()]
    if options.answers and predictions is not None:
        values["listeners"], said = _listeners(options.answers, predictions, name)
        lines += ["", *said]
    return Answer(values, "\n".join(lines))


def _kinship_of(text: str) -> Kinship:
    path, content = read_content(text, "a table of kinship")
    return read_kinship(content, path.name)


def _pairs_text(result: KinshipResult) -> str:
    rows = [
        (f"{first} and {second}", f"{confusion:.1%}", f"{strength:g}")
        for first, second, strength, confusion in result.pairs.head(_MOST_SHOWN).itertuples(index=False)
    ]
    return table_text(("most confused", "share", "kinship"), rows)


def _source_lines() -> list[str]:
    lines = [
        f"{link.strength:g}  {link.first}, {link.second}: {link.why} ({'; '.join(link.sources)})" for link in LINKS
    ]
    return [*lines, "", *(source.text for source in SOURCES.values())]


def _listeners(paths: Sequence[str], run: Predictions, name: str) -> tuple[dict[str, Any], list[str]]:
    files = read_listeners(paths)
    truth = dict(zip(run.table["clip"], run.table["actual"], strict=True))
    merged = merge_answers(files, truth, run.genres)
    each = [predictions_of(answers, truth, run.genres) for answers in files.values() if answers.answers]
    consistency, in_class = consistency_of(merged.predictions, run), class_consistency(each, run)
    who = merged.contender.name
    n_correct = int(merged.matrix.to_numpy().trace())
    values = {
        "n_listeners": merged.n_listeners,
        "n_answers": merged.n_answers,
        "n_correct": n_correct,
        "n_clips": merged.n_clips,
        "n_tied": merged.n_tied,
        "confusion": {"genres": list(run.genres), "counts": merged.matrix.to_numpy().tolist()},
        "error_consistency": asdict(consistency),
        "class": asdict(in_class),
    }
    lines = [
        f"{merged.n_listeners:,} listeners gave {merged.n_answers:,} answers on {merged.n_clips:,} clips, "
        f"{n_correct / merged.n_answers:.1%} of them right.",
        consistency_sentence(consistency, who, name),
    ]
    if in_class.with_run is not None and in_class.among_listeners is not None:
        lines.append(
            f"Mean error consistency of a listener with {name} {in_class.with_run:.2f}, of two listeners "
            f"{in_class.among_listeners:.2f}."
        )
    return values, lines
