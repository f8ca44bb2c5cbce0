"""What the script is told of a run, as plain values for JSON."""

from typing import Any

from core.evaluation.calibration import Temperature
from core.exchange.layout import FORMAT, VERSION
from core.features.base import AudioFrontEnd, Features
from core.features.gtzan_parts import GtzanTableParts
from core.features.musicnn import MusicnnFeatures
from core.models.segments import excerpt_width
from core.prediction.song import MAX_STRETCH_S
from core.prediction.windows import window_length
from core.runs.record import Run


def about_run(run: Run, *, clip_s: float, temperature: Temperature | None) -> dict[str, Any]:
    """Genres, front ends with all their parameters, windows, parts and temperature.

    Parameters
    ----------
    run : Run
        Whose front ends are all computed from sound.
    clip_s : float
        Seconds of a typical clip of its training.
    temperature : Temperature or None
    """
    config = run.config
    n_excerpts = config.split.n_excerpts
    first = config.front_end
    assert isinstance(first, AudioFrontEnd)
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": config.name,
        "run_id": run.id,
        "kind": config.model.kind,
        "genres": list(config.genres),
        "front_ends": [_front_end(front_end, clip_s) for front_end in config.front_ends],
        "clip_samples": round(clip_s * first.sr_hz),
        "segments": None
        if config.segments is None
        else {"n_frames": config.input_shape[1], "n_verdict": config.segments.n_verdict},
        "n_excerpts": n_excerpts,
        "excerpt_frames": None if n_excerpts is None else excerpt_width(first.shape[1], n_excerpts),
        "temperature": 1.0 if temperature is None else temperature.value,
        "max_song_s": MAX_STRETCH_S,
    }


def _front_end(front_end: Features, clip_s: float) -> dict[str, Any]:
    assert isinstance(front_end, AudioFrontEnd)
    values = {
        **front_end.to_dict(),
        "sr_hz": front_end.sr_hz,
        "max_samples": front_end.max_samples,
        "window": window_length(front_end, clip_s),
        "code_version": front_end.code_version,
    }
    if isinstance(front_end, GtzanTableParts):
        values["part_samples"] = front_end.hop_length
    if isinstance(front_end, MusicnnFeatures):
        values["n_columns"] = front_end.shape[1]
    return values
