"""What finished runs say of a song: probabilities of every genre, overall and along the song.

Conventions: the song is cut into windows as long as a typical training clip (`core.prediction.windows` has the rule);
a song as long as a clip is one window. Each window goes through the run's own front ends, exactly as a clip did, and is
cut into parts where clips were (`core.prediction.parts`): what is said of a clip of the collection is what the run
itself says of it. Each window's probabilities are at the run's temperature, where it has one. The verdict is their mean
over the time that is each window's own.
A song that several runs judge is decoded once for all sample rates that are named before, and each window goes once
through each front end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.audio import AudioInfo, Sound, probe_audio, read_sounds
from core.audio.bandwidth import top_hz
from core.ears.weights import Training
from core.errors import AudioError, FeatureError, GenreLabError
from core.evaluation.calibration import Temperature
from core.features.base import AudioFrontEnd, require_audio_front_ends
from core.features.musicnn import MusicnnFeatures
from core.models.build import load_model_file
from core.prediction.clips import clip_probabilities
from core.prediction.hearing import Hearing, SongHearing
from core.prediction.judge import Judge, appoint_judge, rates_of
from core.prediction.seen import SeenSong
from core.prediction.tags import SongTags, tags_along
from core.prediction.windows import own_spans, window_length, window_starts
from core.runs.store import model_path

if TYPE_CHECKING:
    import keras

MAX_SONG_S = 20 * 60.0
"""Seconds of a song that are looked at, from its start: about 100 MB of samples."""
_WINDOWS_AT_ONCE = 16
_SHORT = 0.5
_REACHES = 0.8
"""Share of the frequencies that a model listens to which a song must have."""
_KEPT_BYTES = 2**28
"""Features of windows that are kept for the runs to come; what goes beyond is computed again."""


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
        Mean over the windows by their ``weights``, in the order of ``genres``; they sum to 1.
    windows : tuple of Window
        In order of time; silent ones are left out.
    duration_s : float
        Of the whole song, as far as it can be decoded.
    warning : str
        What limits the verdict, in words for the user; empty when nothing does.
    temperature : Temperature or None
        What the probabilities were softened or sharpened by.
    reliable : bool
        False where the song lacks what the model listens to: its frequencies end far below the model's.
    """

    genres: tuple[str, ...]
    probabilities: tuple[float, ...]
    windows: tuple[Window, ...]
    duration_s: float
    warning: str = ""
    temperature: Temperature | None = None
    reliable: bool = True

    @property
    def genre(self) -> str:
        """The most probable genre."""
        return self.genres[int(np.argmax(self.probabilities))]

    @property
    def ranked(self) -> tuple[tuple[str, float], ...]:
        """Genres with their probabilities, the most probable first."""
        pairs = zip(self.genres, self.probabilities, strict=True)
        return tuple(sorted(pairs, key=lambda pair: -pair[1]))

    @property
    def weights(self) -> tuple[float, ...]:
        """Share of each window in the verdict: of the time that is heard, what is the window's own. Sums to 1."""
        spans = own_spans([window.start_s for window in self.windows], [window.end_s for window in self.windows])
        heard_s = sum(end - start for start, end in spans)
        return tuple((end - start) / heard_s for start, end in spans)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, in full precision; name and length of the song are for the caller to say."""
        return {
            "genre": self.genre,
            "probabilities": dict(zip(self.genres, self.probabilities, strict=True)),
            "windows": [
                {
                    "start_s": window.start_s,
                    "end_s": window.end_s,
                    "weight": weight,
                    "probabilities": dict(zip(self.genres, window.probabilities, strict=True)),
                }
                for window, weight in zip(self.windows, self.weights, strict=True)
            ],
            "temperature": None if self.temperature is None else asdict(self.temperature),
            "warning": self.warning,
            "reliable": self.reliable,
        }


def load_model(run_id: str) -> "keras.Model":
    """The model of a finished run, for prediction only.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or its model file is missing or damaged.
    """
    return load_model_file(model_path(run_id))


def classify_song(source: Path | bytes, run_id: str, *, model: "keras.Model | None" = None) -> SongVerdict:
    """Genre probabilities of a song by a finished run.

    Parameters
    ----------
    source : Path or bytes
        A sound file, or its content.
    run_id : str
    model : keras.Model, optional
        The run's model where the caller keeps it; loaded otherwise.

    Raises
    ------
    AudioError
        The song cannot be read, or all of it is silence.
    RunError
        The run is unknown or unfinished, its files are damaged, or its features cannot be computed from audio.
    """
    return HeardSong(source).judged_by(run_id, model=model)


def classify_song_by(source: Path | bytes, run_ids: Sequence[str]) -> dict[str, SongVerdict | GenreLabError]:
    """Genre probabilities of a song by several finished runs, by their ids.

    Parameters
    ----------
    source : Path or bytes
        A sound file, or its content.
    run_ids : sequence of str

    Returns
    -------
    dict of str to SongVerdict or GenreLabError
        In the order of ``run_ids``; the error, of those that `classify_song` raises, of a run that cannot judge.
    """
    song = HeardSong(source, rates_hz=rates_of(run_ids))
    answers: dict[str, SongVerdict | GenreLabError] = {}
    for run_id in run_ids:
        try:
            answers[run_id] = song.judged_by(run_id)
        except GenreLabError as error:
            answers[run_id] = error
    return answers


class HeardSong:
    """A song that several runs judge: decoded once, seen once through each of their front ends.

    They may judge it at the same time, each in a thread of its own.

    Parameters
    ----------
    source : Path or bytes
        A sound file, or its content; looked at when the first run judges it.
    rates_hz : iterable of int
        Sample rates at which it will be wanted, as far as they are known: for these it is decoded once. One that is
        asked for besides costs a further decoding.
    """

    def __init__(self, source: Path | bytes, *, rates_hz: Iterable[int] = ()) -> None:
        self._source = source
        self._rates_hz = tuple(rates_hz)
        self._info: AudioInfo | None = None
        self._sounds: dict[int, Sound] = {}
        self._seen: dict[tuple[AudioFrontEnd, int, int], _Seen | None] = {}
        self._n_bytes = 0
        self._hearing = Hearing()
        self._reading = Lock()
        self._seeing: dict[AudioFrontEnd, Lock] = {}

    def judged_by(self, run_id: str, *, model: "keras.Model | None" = None) -> SongVerdict:
        """What a finished run says; parameters and errors as of `classify_song`."""
        return self.heard_by(appoint_judge(run_id), model=model)

    def heard_by(self, judge: Judge, *, model: Any = None) -> SongVerdict:
        """The same of a run that was made ready for many songs."""
        run, front_ends, clip_s, temperature = judge.run, judge.front_ends, judge.clip_s, judge.temperature
        sr_hz = front_ends[0].sr_hz
        n_samples = len(self._read(sr_hz))
        duration_s = self._measure(n_samples / sr_hz)
        # A hybrid's numeric features may be of audio at another rate.
        for other in front_ends[1:]:
            self._read(other.sr_hz)
        model = model if model is not None else judge.load_model()
        spans: list[tuple[float, float]] = []
        rows: list[NDArray[np.float64]] = []
        n_silent = 0
        for batch in self._batches(front_ends, clip_s):
            n_silent += batch.n_left_out
            if batch.spans:
                spans += [(start / sr_hz, stop / sr_hz) for start, stop in batch.spans]
                n_valid = np.array(batch.n_valid)
                rows += list(clip_probabilities(model, batch.inputs, n_valid, run.config, temperature=temperature))
        if not spans:
            raise AudioError("The song is silent, or too short to be analysed; choose another file.")
        deaf = self._lack(front_ends, judge.learnt_sr_hz)
        limits = _limits(
            duration_s=duration_s,
            heard_s=n_samples / sr_hz,
            window_s=window_length(front_ends[0], clip_s) / sr_hz,
            n_silent=n_silent,
        )
        notes = [*deaf, *self._sounds[sr_hz].notes, *limits]
        verdict = SongVerdict(
            genres=run.config.genres,
            probabilities=(),
            windows=tuple(Window(*span, tuple(row.tolist())) for span, row in zip(spans, rows, strict=True)),
            duration_s=duration_s,
            warning=" ".join(notes),
            temperature=temperature,
            reliable=not deaf,
        )
        mean = np.average(np.array(rows, dtype=np.float64), axis=0, weights=verdict.weights)
        return replace(verdict, probabilities=tuple((mean / mean.sum()).tolist()))

    def seen_by(self, run_id: str) -> SeenSong:
        """What a finished run's model sees of the song, window by window; errors as of `classify_song`."""
        judge = appoint_judge(run_id)
        sr_hz = judge.front_ends[0].sr_hz
        batches = [batch for batch in self._batches(judge.front_ends, judge.clip_s) if batch.spans]
        if not batches:
            raise AudioError("The song is silent, or too short to be analysed; choose another file.")
        return SeenSong(
            spans_s=tuple((start / sr_hz, stop / sr_hz) for batch in batches for start, stop in batch.spans),
            inputs=tuple(np.concatenate(parts) for parts in zip(*(batch.inputs for batch in batches), strict=True)),
            n_valid=np.array([n for batch in batches for n in batch.n_valid]),
        )

    @property
    def n_bytes(self) -> int:
        """Memory of what is kept: its samples and features of its windows."""
        return self._n_bytes + sum(sound.samples.nbytes for sound in list(self._sounds.values()))

    def samples_at(self, sr_hz: int) -> NDArray[np.float32]:
        """The song, as far as it is heard, mono at a sample rate, shape (samples,). Do not modify."""
        return self._read(sr_hz)

    def hearing(self, training: Training = "msd") -> SongHearing:
        """What trained ears hear along the song, without a second hearing where a run that uses them has judged it.

        Raises
        ------
        AudioError
            The song cannot be read, or all of it is silence.
        FeatureError
            The weights of the ears are not installed.
        """
        ears = MusicnnFeatures(training=training)
        require_audio_front_ends([ears])
        heard = self._hearing.along(training, self._read(ears.sr_hz))
        if heard is None:
            raise AudioError("The song is silent, or too short to be analysed; choose another file.")
        return heard

    def tags(self, training: Training = "msd") -> SongTags:
        """The tags that trained ears hear along the song; heard and raises as `hearing`."""
        return tags_along(self.hearing(training))

    def _probed(self) -> AudioInfo:
        if self._info is None:
            self._info = probe_audio(self._source)
        return self._info

    def _measure(self, heard_s: float) -> float:
        """Seconds of the whole song; what was decoded counts where all of it was to be."""
        stated_s = self._probed().duration_s
        return stated_s if stated_s > MAX_SONG_S else heard_s

    def _lack(self, front_ends: Sequence[AudioFrontEnd], learnt_sr_hz: float | None) -> list[str]:
        """What the song lacks of what a model with these front ends listens to, in words; empty when nothing.

        A model whose own training clips had a lower sample rate (``learnt_sr_hz``) expects no more than that.
        """
        info = self._probed()
        expected_hz = max(front_end.highest_hz for front_end in front_ends)
        if learnt_sr_hz:
            expected_hz = min(expected_hz, learnt_sr_hz / 2)
        sr_hz = front_ends[0].sr_hz
        if info.sr_hz / 2 < _REACHES * expected_hz:
            half_hz = info.sr_hz / 2
            why = f"the song's sample rate is {info.sr_hz:,} Hz, so that nothing above {half_hz:,.0f} Hz is in it"
        elif (top := top_hz(self._read(sr_hz), sr_hz)) is not None and top < _REACHES * expected_hz:
            why = (
                f"nothing above about {round(top, -2):,.0f} Hz is in the song, although its sample rate of "
                f"{info.sr_hz:,} Hz would allow it (it was probably resampled from a lower one)"
            )
        else:
            return []
        return [f"Unreliable: {why}, while the model listens up to {expected_hz:,.0f} Hz."]

    def _read(self, sr_hz: int) -> NDArray[np.float32]:
        """The song at a sample rate."""
        with self._reading:
            if sr_hz not in self._sounds:
                rates_hz = [sr_hz, *(rate for rate in self._rates_hz if rate not in self._sounds)]
                self._sounds |= read_sounds(self._source, rates_hz=rates_hz, duration_s=MAX_SONG_S)
            return self._sounds[sr_hz].samples

    def _batches(self, front_ends: Sequence[AudioFrontEnd], clip_s: float) -> Iterator["_WindowBatch"]:
        """The windows of the song, some at a time, for a model whose typical clip lasts ``clip_s``."""
        sr_hz, n_samples = front_ends[0].sr_hz, len(self._read(front_ends[0].sr_hz))
        window = window_length(front_ends[0], clip_s)
        starts = window_starts(n_samples, window, clip=round(clip_s * sr_hz))
        if len(starts) == 1:
            window = front_ends[0].max_samples
        for first in range(0, len(starts), _WINDOWS_AT_ONCE):
            wanted = starts[first : first + _WINDOWS_AT_ONCE]
            spans: list[tuple[int, int]] = []
            seen_of: list[list[_Seen]] = []
            if isinstance(front_ends[0], MusicnnFeatures):
                self._hearing.hear(front_ends[0], self._read(sr_hz), wanted, window)
            for start in wanted:
                seen = self._see_all(front_ends, start / sr_hz, None if len(starts) == 1 else clip_s)
                if seen is not None:
                    spans.append((start, min(start + window, n_samples)))
                    seen_of.append(seen)
            by_front_end = zip(*seen_of, strict=True)
            inputs = tuple(np.stack([seen.values for seen in of_one]) for of_one in by_front_end)
            n_valid = [seen[0].n_valid for seen in seen_of]
            yield _WindowBatch(spans, inputs, n_valid, len(wanted) - len(spans))

    def _see_all(
        self, front_ends: Sequence[AudioFrontEnd], start_s: float, clip_s: float | None
    ) -> "list[_Seen] | None":
        """A window as each front end gives it; None where one cannot analyse it.

        Each sees as much as of a typical clip; or, where ``clip_s`` is None, of the song as if it were a clip.
        """
        all_seen = []
        for front_end in front_ends:
            length = front_end.max_samples if clip_s is None else window_length(front_end, clip_s)
            # One that looks further than the first front end would reach past the end of the song.
            last = max(0, len(self._read(front_end.sr_hz)) - length)
            start = 0 if clip_s is None else min(round(start_s * front_end.sr_hz), last)
            seen = self._see(front_end, start, start + length)
            if seen is None:
                return None
            all_seen.append(seen)
        return all_seen

    def _see(self, front_end: AudioFrontEnd, start: int, stop: int) -> "_Seen | None":
        """A window as a front end gives it, kept for the next run; None where it cannot be analysed."""
        if isinstance(front_end, MusicnnFeatures):
            (heard,) = self._hearing.hear(front_end, self._read(front_end.sr_hz), [start], stop - start)
            return None if heard is None else _Seen(*front_end.columns_of(heard))
        key = front_end, start, stop
        with self._seeing.setdefault(front_end, Lock()):
            if key in self._seen:
                return self._seen[key]
            try:
                seen = _Seen(*front_end.transform(self._read(front_end.sr_hz)[start:stop]))
            except FeatureError:
                seen = None
            n_bytes = 0 if seen is None else seen.values.nbytes
            if self._n_bytes + n_bytes <= _KEPT_BYTES:
                self._seen[key] = seen
                self._n_bytes += n_bytes
            return seen


@dataclass(frozen=True)
class _Seen:
    """A window as a front end gives it, and how many of its frames are music."""

    values: NDArray[Any]
    n_valid: int


@dataclass(frozen=True)
class _WindowBatch:
    """Some windows of a song, in samples and as the front ends give them, and how many had to be left out."""

    spans: list[tuple[int, int]]
    inputs: tuple[NDArray[Any], ...]
    n_valid: list[int]
    n_left_out: int


def _limits(*, duration_s: float, heard_s: float, window_s: float, n_silent: int) -> list[str]:
    notes = []
    if heard_s < _SHORT * window_s:
        notes.append(
            f"The song lasts {duration_s:.1f} s, less than half of the {window_s:.0f} s that the model was trained on; "
            "treat the prediction with caution."
        )
    if duration_s > MAX_SONG_S + 0.5:
        notes.append(f"Only the first {MAX_SONG_S / 60:.0f} of {duration_s / 60:.0f} minutes were analysed.")
    if n_silent:
        windows = "One silent window was" if n_silent == 1 else f"{n_silent} silent windows were"
        notes.append(f"{windows} left out.")
    return notes
