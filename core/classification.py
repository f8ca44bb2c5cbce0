"""What a finished run says of a song: probabilities of every genre, overall and along the song.

Conventions: the song is cut into windows as long as a typical training clip, each starting half a window after the
one before, the last aligned to the end. Each window goes through the run's own front ends, exactly as a clip did, and
is cut into segments where clips were. The verdict is the mean of the windows' probabilities.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.audio import probe_audio, read_audio
from core.errors import AudioError, FeatureError, RunError
from core.features.base import AudioFrontEnd
from core.models.build import load_model_file
from core.models.verdict import clip_probabilities
from core.runs.store import get_run, load_details, model_path

if TYPE_CHECKING:
    import keras

MAX_SONG_S = 20 * 60.0
"""Seconds of a song that are looked at, from its start: about 100 MB of samples."""
_WINDOWS_AT_ONCE = 16
_SHORT = 0.5


@dataclass(frozen=True)
class Window:
    """A part of a song and what the model says of it.

    Attributes
    ----------
    start_s, end_s : float
    probabilities : tuple of float
        In the order of the verdict's genres; they sum to 1.
    """

    start_s: float
    end_s: float
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class SongVerdict:
    """What one run says of one song.

    Attributes
    ----------
    genres : tuple of str
    probabilities : tuple of float
        Mean over the windows, in the order of ``genres``; they sum to 1.
    windows : tuple of Window
        In order of time; silent ones are left out.
    duration_s : float
        Of the whole song.
    warning : str
        What limits the verdict, in words for the user; empty when nothing does.
    """

    genres: tuple[str, ...]
    probabilities: tuple[float, ...]
    windows: tuple[Window, ...]
    duration_s: float
    warning: str = ""

    @property
    def genre(self) -> str:
        """The most probable genre."""
        return self.genres[int(np.argmax(self.probabilities))]

    @property
    def ranked(self) -> tuple[tuple[str, float], ...]:
        """Genres with their probabilities, the most probable first."""
        pairs = zip(self.genres, self.probabilities, strict=True)
        return tuple(sorted(pairs, key=lambda pair: -pair[1]))


def load_model(run_id: str) -> "keras.Model":
    """The model of a finished run, for prediction only.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or its model file is missing or damaged.
    """
    return load_model_file(model_path(run_id))


def window_starts(n_samples: int, window: int) -> list[int]:
    """First samples of the windows of a song: each half a window on, the last aligned to the end.

    Parameters
    ----------
    n_samples : int
        Of the song, at least 1.
    window : int
        Samples of a window, at least 2.

    Returns
    -------
    list of int
        ``[0]`` for a song no longer than a window.
    """
    if n_samples <= window:
        return [0]
    last = n_samples - window
    starts = list(range(0, last + 1, window // 2))
    return starts if starts[-1] == last else [*starts, last]


def classify_song(source: Path | bytes, run_id: str, *, model: "keras.Model | None" = None) -> SongVerdict:
    """Genre probabilities of a song by a finished run.

    Parameters
    ----------
    source : Path or bytes
        A sound file, or its content.
    run_id : str
    model : keras.Model, optional
        The run's model where the caller keeps it; loaded otherwise.

    Returns
    -------
    SongVerdict

    Raises
    ------
    AudioError
        The song cannot be read, or all of it is silence.
    RunError
        The run is unknown or unfinished, its files are damaged, or its features cannot be computed from audio.
    """
    run = get_run(run_id)
    window_s = float(load_details(run_id)["typical_duration_s"])
    front_ends = []
    for given in run.config.front_ends:
        if not isinstance(given, AudioFrontEnd):
            raise RunError(
                f"This run was trained on {given.title.lower()}, which cannot be computed from audio. Choose another."
            )
        front_ends.append(given)
    front_end = front_ends[0]
    duration_s = probe_audio(source).duration_s
    samples = read_audio(source, sr_hz=front_end.sr_hz, duration_s=MAX_SONG_S)
    # A hybrid's numeric features may be of audio at another rate.
    others = [(other, read_audio(source, sr_hz=other.sr_hz, duration_s=MAX_SONG_S)) for other in front_ends[1:]]
    model = model if model is not None else load_model(run_id)
    window = _window_samples(front_end, window_s)
    windows: list[Window] = []
    n_silent = 0
    for batch in _feature_batches([(front_end, samples), *others], window):
        n_silent += batch.n_left_out
        if not batch.starts:
            continue
        rows = clip_probabilities(model, batch.inputs, np.array(batch.n_valid), run.config)
        for start, row in zip(batch.starts, rows, strict=True):
            end = min(start + window, len(samples))
            windows.append(Window(start / front_end.sr_hz, end / front_end.sr_hz, tuple(row.tolist())))
    if not windows:
        raise AudioError("The song is silent, or too short to be analysed; choose another file.")
    mean = np.mean([window.probabilities for window in windows], axis=0, dtype=np.float64)
    return SongVerdict(
        genres=run.config.genres,
        probabilities=tuple((mean / mean.sum()).tolist()),
        windows=tuple(windows),
        duration_s=duration_s,
        warning=_warning(duration_s, len(samples), window, n_silent, front_end),
    )


def _window_samples(front_end: AudioFrontEnd, window_s: float) -> int:
    """Samples of a window: a typical training clip, as far as the front end looks at it."""
    return max(2, min(round(window_s * front_end.sr_hz), front_end.max_samples))


@dataclass(frozen=True)
class _WindowBatch:
    """Some windows of a song as the front ends give them, and how many of them had to be left out."""

    starts: list[int]
    inputs: tuple[NDArray[Any], ...]
    n_valid: list[int]
    n_left_out: int


def _feature_batches(sounds: list[tuple[AudioFrontEnd, NDArray[np.float32]]], window: int) -> Iterator[_WindowBatch]:
    """The windows of a song, some at a time; ``window`` in samples of the first front end."""
    first_end, samples = sounds[0]
    starts = window_starts(len(samples), window)
    for first in range(0, len(starts), _WINDOWS_AT_ONCE):
        wanted = starts[first : first + _WINDOWS_AT_ONCE]
        kept: list[int] = []
        n_valid: list[int] = []
        features: list[list[NDArray[Any]]] = []
        for start in wanted:
            try:
                seen = [
                    front_end.transform(_excerpt(heard, start, window, front_end.sr_hz / first_end.sr_hz))
                    for front_end, heard in sounds
                ]
            except FeatureError:
                continue
            kept.append(start)
            n_valid.append(seen[0][1])
            features.append([values for values, _ in seen])
        inputs = tuple(np.stack(of_one) for of_one in zip(*features, strict=True))
        yield _WindowBatch(kept, inputs, n_valid, len(wanted) - len(kept))


def _excerpt(samples: NDArray[np.float32], start: int, window: int, ratio: float) -> NDArray[np.float32]:
    """A window given in samples of another rate, of which this is ``ratio``."""
    return samples[round(start * ratio) : round((start + window) * ratio)]


def _warning(duration_s: float, n_samples: int, window: int, n_silent: int, front_end: AudioFrontEnd) -> str:
    notes = []
    window_s = window / front_end.sr_hz
    if n_samples < _SHORT * window:
        notes.append(
            f"The song lasts {duration_s:.1f} s, less than half of the {window_s:.0f} s that the model was trained on; "
            "treat the prediction with caution."
        )
    if duration_s > MAX_SONG_S + 0.5:
        notes.append(f"Only the first {MAX_SONG_S / 60:.0f} of {duration_s / 60:.0f} minutes were analysed.")
    if n_silent:
        windows = "One silent window was" if n_silent == 1 else f"{n_silent} silent windows were"
        notes.append(f"{windows} left out.")
    return " ".join(notes)
