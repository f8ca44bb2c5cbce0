"""``classify --explain`` and ``--what-if``: options, plain values and text."""

import argparse
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.console import ProgressLine, table_text
from core.errors import ConfigError
from core.explanation.changes import CHANGES, Change, named_changes
from core.explanation.resynthesis import check_share
from core.explanation.saliency import METHODS
from core.jobs.reporter import ProgressReporter
from core.runs.record import Run

if TYPE_CHECKING:
    from core.explanation.explain import Explanation
    from core.explanation.what_if import WhatIf

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
    group.add_argument(
        "--exact-flips",
        action="store_true",
        help="with --what-if: judge further values around the flips nearest to the song as it is, as close as can be",
    )


def asks_why(options: Namespace) -> bool:
    """Whether reasons are asked for; `ConfigError` where what is asked is impossible, before anything is computed."""
    given = {"--why": options.why, "--why-not": options.why_not, "--share": options.share, "--method": options.method}
    if not options.explain and (alone := [name for name, value in given.items() if value is not None]):
        raise ConfigError(f"{alone[0]} belongs to --explain; give that too.")
    if options.exact_flips and options.what_if is None:
        raise ConfigError("--exact-flips belongs to --what-if; give that too.")
    if options.share is not None:
        check_share(options.share)
    if options.what_if is not None:
        named_changes(options.what_if)
    return bool(options.explain or options.what_if is not None)


@dataclass(frozen=True)
class Reasons:
    """What ``--explain`` and ``--what-if`` found.

    Attributes
    ----------
    explanation : Explanation or None
    curves : tuple of WhatIf
    share : float
        Of the cells that were heard.
    """

    explanation: "Explanation | None"
    curves: tuple["WhatIf", ...]
    share: float

    def values(self) -> dict[str, Any]:
        """As plain values; what was not asked for is left out."""
        explained = {} if self.explanation is None else {"explanation": self.explanation.to_dict()}
        return explained | ({"what_if": [curve.to_dict() for curve in self.curves]} if self.curves else {})

    def lines(self) -> list[str]:
        """As lines for people."""
        return [*_explained_lines(self.explanation), *_curve_lines(self.curves)]


def find_reasons(song: Path, run: Run, options: Namespace, progress: ProgressLine) -> Reasons:
    """What ``--explain`` and ``--what-if`` ask for.

    Parameters
    ----------
    song : Path
    run : Run
        A finished one.
    options : Namespace
    progress : ProgressLine
    """
    from core.explanation.explain import explain_song
    from core.prediction.song import HeardSong, load_model

    changes = () if options.what_if is None else named_changes(options.what_if)
    share = _USUAL_SHARE if options.share is None else options.share
    model, reporter = load_model(run.id), progress.reporter()
    explanation = None
    if options.explain:
        reporter.phase("Explaining", total=1)
        explanation = explain_song(
            HeardSong(song),
            run.id,
            model=model,
            genre=options.why or "",
            against=options.why_not or "",
            share=share,
            method=options.method or "occlusion",
            on_step=lambda done, n: reporter.advance(done / n),
        )
    return Reasons(explanation, _find_curves(song, run, changes, options, reporter, model), share)


def _find_curves(
    song: Path,
    run: Run,
    changes: Sequence[Change],
    options: Namespace,
    reporter: ProgressReporter,
    model: Any,
) -> "tuple[WhatIf, ...]":
    from core.explanation.changeable import ChangeableSong
    from core.explanation.narrowing import narrow_flips
    from core.explanation.what_if import what_if

    if not changes:
        return ()
    reporter.phase("Changing the song", total=len(changes))
    changeable, curves = ChangeableSong(song), []
    for number, change in enumerate(changes):

        def tell(done: int, n: int, number: int = number, title: str = change.title) -> None:
            reporter.advance(number + done / n, detail=title)

        found = what_if(changeable, change, {run.id: model}, on_point=tell)
        curves.append(found[run.id])
    if options.exact_flips:
        reporter.phase("Looking for the nearest flips", total=len(changes))
        for number, curve in enumerate(curves):
            curves[number] = narrow_flips(changeable, {run.id: curve}, {run.id: model})[run.id]
            reporter.advance(number + 1, detail=curve.change.title)
    return tuple(curves)


def _explained_lines(found: "Explanation | None") -> list[str]:
    from core.explanation.words import contribution_lines, heard_lines, linear_lines, saliency_lines

    if found is None:
        return []
    lines = ["", found.question.text, *filter(None, [found.part])]
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
    return lines


def _curve_lines(curves: "tuple[WhatIf, ...]") -> list[str]:
    from core.explanation.words import what_if_lines

    lines: list[str] = []
    for curve in curves:
        rows = [
            (f"{point.value:g}", verdict.genre, f"{max(verdict.probabilities):.1%}")
            for point in curve.points
            if (verdict := point.verdict) is not None
        ]
        header = (f"{curve.change.title} ({curve.change.unit})", "genre", "probability")
        lines += ["", *what_if_lines(curve), table_text(header, rows)]
    if curves and curves[0].span_s[0] > 0:
        start_s, end_s = curves[0].span_s
        lines.insert(0, f"\nChanged and judged: {start_s:.0f} to {end_s:.0f} s of the song.")
    return lines
