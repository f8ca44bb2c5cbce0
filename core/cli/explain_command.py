"""``classify --explain`` and ``--what-if``: options, plain values and text."""

import argparse
from argparse import Namespace
from pathlib import Path
from typing import Any

from core.cli.console import ProgressLine, table_text
from core.errors import ConfigError
from core.explanation.changes import CHANGES, Change, named_changes
from core.explanation.resynthesis import check_share
from core.explanation.saliency import METHODS
from core.runs.record import Run

_USUAL_SHARE = 0.2


def add_explain_options(command: argparse.ArgumentParser) -> None:
    """Options of ``classify`` that ask for reasons."""
    group = command.add_argument_group("reasons")
    group.add_argument(
        "--explain",
        action="store_true",
        help="say why: what the model hears and the test of it, or what each group of numeric features adds",
    )
    group.add_argument("--why", metavar="GENRE", help="explain this genre (default: the most probable one)")
    group.add_argument("--why-not", metavar="GENRE", help="explain why the genre and not this one")
    group.add_argument(
        "--share",
        type=float,
        metavar="SHARE",
        help=f"of the most salient cells that are kept to be judged alone, 0.05 to 1 (default {_USUAL_SHARE:g})",
    )
    group.add_argument("--method", choices=list(METHODS), help="of the saliency (default occlusion)")
    group.add_argument(
        "--what-if",
        metavar="CHANGES",
        help=f"the verdict on the song changed: {', '.join(CHANGES)} (several with commas between them), or all",
    )


def asks_why(options: Namespace) -> bool:
    """Whether reasons are asked for; `ConfigError` where what is asked is impossible, before anything is computed."""
    given = {"--why": options.why, "--why-not": options.why_not, "--share": options.share, "--method": options.method}
    if not options.explain and (alone := [name for name, value in given.items() if value is not None]):
        raise ConfigError(f"{alone[0]} belongs to --explain; give that too.")
    if options.share is not None:
        check_share(options.share)
    if options.what_if is not None:
        named_changes(options.what_if)
    return bool(options.explain or options.what_if is not None)


def reasons(song: Path, run: Run, options: Namespace, progress: ProgressLine) -> tuple[dict[str, Any], list[str]]:
    """What ``--explain`` and ``--what-if`` found, as plain values and as lines for people.

    Parameters
    ----------
    song : Path
    run : Run
        A finished one.
    options : Namespace
    progress : ProgressLine
    """
    from core.prediction.song import load_model

    changes = () if options.what_if is None else named_changes(options.what_if)
    model = load_model(run.id)
    values: dict[str, Any] = {}
    lines: list[str] = []
    if options.explain:
        values["explanation"], lines = _explained(song, run, options, progress, model)
    if changes:
        values["what_if"], changed = _changed(song, run, changes, progress, model)
        lines += changed
    return values, lines


def _explained(
    song: Path, run: Run, options: Namespace, progress: ProgressLine, model: Any
) -> tuple[dict[str, Any], list[str]]:
    from core.explanation.explain import explain_song
    from core.explanation.words import contribution_lines, heard_lines, linear_lines, saliency_lines
    from core.prediction.song import HeardSong

    reporter = progress.reporter()
    reporter.phase("Explaining", total=1)
    found = explain_song(
        HeardSong(song),
        run.id,
        model=model,
        genre=options.why or "",
        against=options.why_not or "",
        share=_USUAL_SHARE if options.share is None else options.share,
        method=options.method or "occlusion",
        on_step=lambda done, n: reporter.advance(done / n),
    )
    lines = ["", found.question.text]
    if found.saliency is not None:
        lines += [
            *saliency_lines(found.saliency),
            f"Saliency: {METHODS[found.saliency.method]}. {found.saliency.basis}",
        ]
    if found.heard is not None:
        lines += heard_lines(found.heard)
    if found.unheard:
        lines.append(found.unheard)
    if found.contributions is not None:
        lines += [*contribution_lines(found.contributions), *linear_lines(found.contributions)]
    return found.to_dict(), lines


def _changed(
    song: Path, run: Run, changes: tuple[Change, ...], progress: ProgressLine, model: Any
) -> tuple[list[dict[str, Any]], list[str]]:
    from core.explanation.what_if import ChangeableSong, what_if
    from core.explanation.words import what_if_lines

    reporter = progress.reporter()
    reporter.phase("Changing the song", total=len(changes))
    changeable = ChangeableSong(song)
    values, lines = [], []
    for number, change in enumerate(changes):
        curve = what_if(changeable, change, {run.id: model})[run.id]
        reporter.advance(number + 1, detail=change.title)
        values.append(curve.to_dict())
        rows = [
            (f"{point.value:g}", verdict.genre, f"{max(verdict.probabilities):.1%}")
            for point in curve.points
            if (verdict := point.verdict) is not None
        ]
        lines += [
            "",
            *what_if_lines(curve),
            table_text((f"{change.title} ({change.unit})", "genre", "probability"), rows),
        ]
    start_s, end_s = changeable.span_s
    if not changeable.is_whole:
        lines.insert(0, f"\nChanged and judged: {start_s:.0f} to {end_s:.0f} s of the song.")
    return values, lines
