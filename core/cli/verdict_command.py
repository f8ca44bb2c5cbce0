"""``verdict``: two or more runs held against each other, or runs against a class of listeners."""

import argparse
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.cli.answer_files import read_listeners
from core.cli.console import Answer, ProgressLine, first_lines, table_text
from core.cli.lookup import find_run
from core.evaluation.published import PUBLISHED
from core.evaluation.verdict.records import Contender, Pair, Standing, Verdict
from core.evaluation.verdict.words import percent, points, points_interval
from core.runs.record import Run

_GROUPINGS = ("auto", "artist", "recording", "clip")


def add_verdict_options(command: argparse.ArgumentParser) -> None:
    """Options of ``verdict``."""
    command.add_argument(
        "runs",
        nargs="+",
        metavar="RUN",
        help="two or more, or one beside --answers: run ids, or their first characters, 'latest', or "
        f"{' or '.join(map(repr, PUBLISHED))} for the study's published matrix",
    )
    command.add_argument(
        "--answers",
        nargs="+",
        action="append",
        default=[],
        metavar="FILE.json",
        help="what the listeners of a class answered in the quiz on these clips, judged by what most of them said; "
        "give it once for each class",
    )
    command.add_argument(
        "--by",
        choices=_GROUPINGS,
        default="auto",
        help="what intervals and tests take whole: clips of one artist, of one recording, or single clips (default: "
        "the artist where artists are known, else the recording)",
    )
    command.add_argument("--clips", action="store_true", help="list the clips on which two runs differ")


def run_verdict(options: Namespace, progress: ProgressLine) -> Answer:
    """The verdict on the runs named."""
    from core.runs.verdict import judge_runs

    published = [text for text in dict.fromkeys(options.runs) if text in PUBLISHED]
    runs = [find_run(text) for text in options.runs if text not in PUBLISHED]
    # A run without results is refused by itself, before what was answered is held against it.
    classes = _classes(options.answers, runs) if all(run.result is not None for run in runs) else []
    verdict = judge_runs(runs, others=[*(PUBLISHED[text].contender for text in published), *classes], by=options.by)
    ids = [*(run.id for run in runs), *published, *[None] * len(classes)]
    return Answer(_values(verdict, ids), "\n".join(_lines(verdict, with_clips=options.clips)))


def _classes(given: Sequence[Sequence[str]], runs: Sequence[Run]) -> list[Contender]:
    """Classes of listeners by the files of each, named so that they can be told apart."""
    from core.runs.class_answers import class_contender

    found = [class_contender(read_listeners(paths), runs) for paths in given]
    names = [each.name for each in found]
    return [
        each if names.count(each.name) == 1 else replace(each, name=f"{each.name}, class {place}")
        for place, each in enumerate(found, start=1)
    ]


def _values(verdict: Verdict, ids: Sequence[str | None]) -> dict[str, Any]:
    values = verdict.to_dict()
    for standing, run_id in zip(values["standings"], ids, strict=True):
        standing["run_id"] = run_id
    return values


def _lines(verdict: Verdict, *, with_clips: bool) -> list[str]:
    lines = [verdict.sentence, "", _standings_text(verdict.standings)]
    for pair in verdict.pairs:
        lines += ["", *_pair_lines(verdict, pair, with_clips=with_clips)]
    if verdict.notes:
        lines += ["", *verdict.notes]
    return lines


def _standings_text(standings: tuple[Standing, ...]) -> str:
    rows = [
        (
            each.name,
            f"{each.result.n:,}",
            percent(each.result.accuracy),
            f"{_range(each.result.interval)}",
            "-" if each.by_group is None else f"{_range(each.by_group.interval)} ({each.by_group.n_groups:,})",
            f"{len(each.genres)}",
            percent(each.result.chance),
            "-" if each.kappa is None else f"{each.kappa:.2f}",
            f"{each.information.bits:.2f} of {each.information.most_bits:.2f}",
            "-" if each.cost.training_s is None else f"{each.cost.training_s:,.0f}",
            "-" if each.cost.n_parameters is None else f"{each.cost.n_parameters:,}",
        )
        for each in standings
    ]
    word = next((each.by_group.word for each in standings if each.by_group is not None), "group")
    header = (
        "", "n", "accuracy", "95 %", f"95 % by {word} (n)", "genres", "chance", "kappa", "bits",
        "training s", "parameters",
    )  # fmt: skip
    return table_text(header, rows)


def _range(interval: tuple[float, float]) -> str:
    return f"{100 * interval[0]:.0f} to {100 * interval[1]:.0f} %"


def _pair_lines(verdict: Verdict, pair: Pair, *, with_clips: bool) -> list[str]:
    a, b, paired = verdict.standings[pair.first].name, verdict.standings[pair.second].name, pair.paired
    by_group = (
        ""
        if pair.by_group is None
        else f"; by {pair.by_group.word} {points_interval(pair.by_group.interval)}, p = {pair.p_by_group:.3g}"
    )
    adjusted = f"; after Holm p = {pair.p_adjusted:.3g}" if len(verdict.pairs) > 1 else ""
    lines = [
        f"{a} against {b}: {points(pair.difference)} points (95 % interval {points_interval(pair.interval)}; exact "
        f"McNemar p = {paired.p_value:.3g}{by_group}{adjusted})",
        f"  both right {paired.n_both:,}, only the first {paired.n_only_a:,}, only the second {paired.n_only_b:,}, "
        f"both wrong {paired.n_neither:,}; they say the same with kappa {_figure(pair.kappa)}, err on the same clips "
        f"with kappa {_figure(pair.errors.kappa)}",
    ]
    if with_clips:
        for title, cell in (("only the first", "only_first"), ("only the second", "only_second")):
            lines += [f"  {title}: {line}" for line in first_lines(list(pair.clips[cell]))]
    return lines


def _figure(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.2f}"
