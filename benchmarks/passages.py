"""What 30 s from the middle of a song of five minutes take to read, against all of it, in five formats."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.made_clips import made_samples
from benchmarks.timing import Result, compare
from core.audio import read_audio
from core.clips.passages import Excerpting

SR_HZ, MODEL_SR_HZ = 44_100, 22_050
_MADE_S = 30
_FORMATS = ("wav", "flac", "ogg", "mp3", "m4a")


def run(*, quick: bool = False, song_s: int = 303, length_s: int = 30) -> Iterator[Result]:
    """The results, one by one."""
    start_s = Excerpting(length_s=length_s).starts(song_s)[0]
    with tempfile.TemporaryDirectory() as folder:
        for extension in _FORMATS:
            path = write_song(Path(folder) / f"song.{extension}", song_s=song_s)
            yield compare(
                f"{length_s} s from the middle of {song_s} s of 44.1 kHz stereo, {extension}",
                lambda path=path: read_audio(path, sr_hz=MODEL_SR_HZ, offset_s=start_s, duration_s=length_s),
                "all of it",
                lambda path=path: read_audio(path, sr_hz=MODEL_SR_HZ),
                at_least=0.5 * song_s / length_s,
                n_rounds=2 if quick else 5,
            )


def write_song(path: Path, *, song_s: int) -> Path:
    """A song whose channels are alike, not equal, in the format of the extension."""
    left, right = (made_samples(duration_s=_MADE_S, sr_hz=SR_HZ, seed=seed) for seed in (0, 1))
    samples = np.stack([0.7 * left + 0.3 * right, 0.3 * left + 0.7 * right], axis=1).astype(np.float32)
    blocks = [samples[: min(_MADE_S, song_s - begin_s) * SR_HZ] for begin_s in range(0, song_s, _MADE_S)]
    if path.suffix == ".m4a":
        _write_m4a(path, blocks)
        return path
    with soundfile.SoundFile(path, "w", SR_HZ, 2) as file:
        for block in blocks:
            for second in np.array_split(block, len(block) // SR_HZ):  # libsndfile crashes on more Vorbis at once
                file.write(second)
    return path


def _write_m4a(path: Path, blocks: list[NDArray[np.float32]]) -> None:
    import av

    with av.open(str(path), "w", format="mp4") as container:
        track = container.add_stream("aac", rate=SR_HZ, layout="stereo")
        n_written = 0
        for block in blocks:
            frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="flt", layout="stereo")
            frame.sample_rate, frame.pts = SR_HZ, n_written
            n_written += len(block)
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
