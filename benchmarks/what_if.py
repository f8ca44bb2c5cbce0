"""What-if curves of nine points: 30 s of a real song (44.1 kHz stereo), judged by the models that come with Genre Lab.

The plain way is each value on its own: the 30 s read from the file, changed (pitch and tempo by librosa, the others by
the same few lines of NumPy and SciPy, mp3 by the same LAME), written as a file, and classified. Models are loaded in
both. Seconds are by the clock, the best of some rounds turn about; processor time stands beside them, since other work
on the machine lengthens the former.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import librosa
from numpy.typing import NDArray

from benchmarks.timing import Result
from core.audio import read_audio
from core.explanation.changeable import ChangeableSong
from core.explanation.changes import CHANGES, Change
from core.explanation.heard import float_wav
from core.explanation.what_if import what_if
from core.prediction.song import HeardSong, load_model
from core.runs.shipped import shipped_runs

_SONG = "vibe_ace.ogg"
_LIMIT_S = 3.0


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    source = Path(os.environ.get("GENRE_LAB_SHARED", "../shared")) / "data" / "songs" / _SONG
    runs = shipped_runs()
    models = {run.id: load_model(run.id) for run in runs}
    panels = {run.label: {run.id: models[run.id]} for run in runs} | {f"{len(runs)} models": models}
    song = ChangeableSong(source)
    for name, panel in panels.items():
        for change in CHANGES.values():
            if quick and change.id not in ("pitch", "mp3"):
                continue
            yield from _measured(name, source, song, change, panel, n_rounds=1 if quick else 3)


def _measured(
    name: str, source: Path, song: ChangeableSong, change: Change, models: dict[str, Any], *, n_rounds: int
) -> Iterator[Result]:
    def ours() -> None:
        what_if(song, change, models)

    def plain() -> None:
        for value in change.values:
            heard = HeardSong(float_wav(_plain(source, song, change, value), song.sr_hz))
            for run_id, model in models.items():
                heard.judged_by(run_id, model=model)

    ours()
    rounds = [(_taken(ours), _taken(plain)) for _ in range(n_rounds)]
    ours_s, plain_s = (min(each[place][0] for each in rounds) for place in (0, 1))
    yield Result(
        name=f"{change.title}, nine points, {name}",
        ours_s=ours_s,
        other="each value on its own",
        other_s=plain_s,
        ratio=plain_s / ours_s,
        goal=f"under {_LIMIT_S:g} s",
        met=ours_s < _LIMIT_S,
    )
    yield Result(
        name="the same in processor time",
        ours_s=min(each[0][1] for each in rounds),
        other="each value on its own",
        other_s=min(each[1][1] for each in rounds),
        ratio=min(each[1][1] for each in rounds) / min(each[0][1] for each in rounds),
    )


def _plain(source: Path, song: ChangeableSong, change: Change, value: float) -> NDArray[Any]:
    start_s, end_s = song.span_s
    samples = read_audio(source, sr_hz=song.sr_hz, offset_s=start_s, duration_s=end_s - start_s)
    if value == change.neutral:
        return samples
    if change.id == "pitch":
        return librosa.effects.pitch_shift(samples, sr=song.sr_hz, n_steps=value, res_type="soxr_hq")
    if change.id == "tempo":
        return librosa.effects.time_stretch(samples, rate=value)
    return change.apply(samples, song.sr_hz, value)


def _taken(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock_s, processor_s = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock_s, time.process_time() - processor_s
