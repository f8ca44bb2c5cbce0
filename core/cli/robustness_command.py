"""``robustness``: how a run's accuracy bears changes of its own test clips."""

import argparse
import sys
from argparse import Namespace
from typing import Any

from core.cli.console import ProgressLine, first_lines, table_text
from core.cli.lookup import find_collection, find_run
from core.errors import ConfigError
from core.explanation.changes import CHANGES, named_changes

_USUAL_CLIPS = 50


def add_robustness_options(command: argparse.ArgumentParser) -> None:
    """Options of ``robustness``."""
    command.add_argument("--run", metavar="ID", required=True, help="run id, or its first characters, or 'latest'")
    command.add_argument(
        "--changes",
        metavar="CHANGES",
        default="all",
        help=f"{', '.join(CHANGES)} (several with commas between them), or all (default)",
    )
    command.add_argument(
        "--clips",
        type=int,
        metavar="N",
        default=_USUAL_CLIPS,
        help=f"test clips at most, as many of each genre as there are (default {_USUAL_CLIPS})",
    )
    command.add_argument(
        "--collection",
        metavar="PATH_OR_NAME",
        help="where its test clips are looked up by their names (default: its own, or any copy of GTZAN for a run on "
        "GTZAN); the run may have learnt from sounds of another length, which is then said",
    )


def run_robustness(options: Namespace, progress: ProgressLine) -> tuple[dict[str, Any], str]:
    """Measure it and keep it with the run; as plain values and as text."""
    changes = named_changes(options.changes)
    if options.clips < 1:
        raise ConfigError(f"--clips: expected at least 1, got {options.clips}.")
    run = find_run(options.run)
    collection = None if options.collection is None else find_collection(options.collection, progress)
    from core.explanation.robustness import sample_text, short_text
    from core.explanation.robustness_record import measure_for_run

    try:
        found = measure_for_run(
            run.id,
            [change.id for change in changes],
            n_clips=options.clips,
            collection=collection,
            reporter=progress.reporter(),
        )
    except KeyboardInterrupt:
        progress.clear()
        print("What was judged so far is kept: the same command goes on from there.", file=sys.stderr)
        raise
    assert found is not None  # nobody can ask a command without a job to stop
    lines = [
        f"{run.label}, changed; 95 % intervals",
        sample_text(found),
        f"split {found.protocol}",
        *([short] if (short := short_text(found)) else []),
        "A clip that cannot be judged at a value counts as wrong there.",
    ]
    for change in changes:
        rows = [
            (
                change.value_text(point.value),
                f"{point.accuracy:.1%}",
                f"{point.n_correct} of {point.n}",
                f"{point.interval[0]:.0%} to {point.interval[1]:.0%}",
            )
            for point in found.curves[change.id]
        ]
        lines += ["", table_text((change.title, "accuracy", "right", "interval"), rows)]
    lines += first_lines([f"not read {name}: {reason}" for name, reason in found.failures.items()])
    return found.to_dict(), "\n".join(lines)
