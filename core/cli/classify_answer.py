"""What ``classify`` finds of one song by one run, and the report of all of it."""

import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.cli.console import ProgressLine, table_text
from core.cli.explain_command import Reasons, find_reasons
from core.errors import RunError
from core.evaluation.calibration import (
    Calibration,
    calibration_text,
    measure_calibration,
    temperature_text,
    unused_text,
)
from core.evaluation.caution import caution_text
from core.files import write_atomically
from core.prediction.judge import appoint_judge, rates_of
from core.prediction.song import HeardSong, SongVerdict, load_model
from core.report.song import Judged, report_html
from core.runs.record import Run
from core.runs.results import load_predictions, load_run_temperature


@dataclass(frozen=True)
class Found:
    """What one run says of a song, as objects, as plain values and as lines for people."""

    run: Run
    verdict: SongVerdict
    calibration: Calibration | None
    reasons: Reasons | None
    values: dict[str, Any]
    lines: list[str]


def hear_song(song: Path, runs: Sequence[Run], progress: ProgressLine) -> tuple[HeardSong, dict[str, Any]]:
    """The song as the runs will hear it, decoded once for all of them, and their models by their ids."""
    heard = HeardSong(song, rates_hz=rates_of(run.id for run in runs))
    models = {run.id: load_model(run.id) for run in runs}
    if heard.is_long:
        reporter = progress.reporter()
        reporter.phase("Listening", total=len(heard.stretches))
        judges = [(appoint_judge(run_id), model) for run_id, model in models.items()]
        heard.go_through(judges, on_stretch=lambda done, _: reporter.advance(done))
    return heard, models


def judge_song(
    heard: HeardSong, song: Path, run: Run, options: Namespace, progress: ProgressLine, *, model: Any, why: bool
) -> Found:
    """The verdict of a finished run on a song, and where ``why`` its reasons; ``song`` is the file that is heard."""
    verdict = heard.judged_by(run.id, model=model)
    try:
        calibration = measure_calibration(load_predictions(run.id))
        trust = calibration_text(calibration, unit=run.config.split.unit)
    except RunError as error:
        calibration, trust = None, f"How far its probabilities can be believed is not known: {error}"
    caution = "" if run.result is None else caution_text(run.result, unit=run.config.split.unit)
    values = {
        "song": str(song),
        "run_id": run.id,
        "duration_s": verdict.duration_s,
        **verdict.to_dict(),
        "calibration": None if calibration is None else calibration.to_dict(),
        "synthetic": run.synthetic,
        "caution": caution,
    }
    overall = table_text(("genre", "probability"), [(genre, f"{p:.1%}") for genre, p in verdict.ranked])
    header = ("from s", "to s", *verdict.genres)
    rows = [
        (f"{window.start_s:.1f}", f"{window.end_s:.1f}", *(f"{p:.0%}" for p in window.probabilities))
        for window in verdict.windows
    ]
    said = verdict.genre if verdict.reliable else f"{verdict.genre} (unreliable)"
    lines = [f"{song.name}: {said}", overall, "", table_text(header, rows)]
    lines.append(trust)
    if verdict.temperature is not None:
        lines.append(temperature_text(verdict.temperature))
    elif (known := load_run_temperature(run.id)).fitted is not None:
        lines.append(unused_text(known.fitted))
    if caution:
        lines.append(f"Of the run: {caution}")
    if run.synthetic:
        lines.append("The run was trained on synthetic music.")
    if verdict.warning:
        lines.append(verdict.warning)
    reasons = find_reasons(song, run, options, progress) if why else None
    if reasons is not None:
        values, lines = values | reasons.values(), lines + reasons.lines()
    return Found(run, verdict, calibration, reasons, values, lines)


def write_report(place: Path, heard: HeardSong, name: str, found: Sequence[Found]) -> None:
    """Write what was found as one HTML file; `StorageError` where it cannot be written."""
    judged = []
    for one in found:
        explanation = None if one.reasons is None else one.reasons.explanation
        judged.append(
            Judged(
                one.run,
                one.verdict,
                one.calibration,
                () if one.reasons is None or explanation is None else ((explanation, one.reasons.share),),
                () if one.reasons is None else one.reasons.curves,
            )
        )
    page = report_html(name, heard, judged, made_at=time.time())
    # The name of a file may hold bytes that are no text.
    write_atomically(place, page.encode("utf-8", errors="replace"))
