"""A stretch of a song as runs hear it: decoded once for all sample rates that are named before, and each window goes
once through each front end.

Conventions: windows as in `core.prediction.song`; times of a stretch are counted from its own beginning, but in what it
gives, from that of the song.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audio import AudioInfo, Sound, read_sounds
from core.audio.bandwidth import top_hz
from core.ears.weights import Training
from core.errors import AudioError, FeatureError
from core.evaluation.calibration import Temperature
from core.features.base import AudioFrontEnd, require_audio_front_ends
from core.features.musicnn import MusicnnFeatures
from core.prediction.clips import clip_probabilities
from core.prediction.hearing import Hearing, SongHearing
from core.prediction.judge import Judge
from core.prediction.seen import SeenSong
from core.prediction.windows import window_length, window_starts

_AT_ONCE_S = 180.0
"""Windows of so much sound are heard at once: of more, what networks make of them takes much memory."""
_REACHES = 0.8
"""Share of the frequencies that a model listens to which a song must have."""
_KEPT_BYTES = 2**28
"""Features of windows that are kept for the runs to come; what goes beyond is computed again."""
SILENT = "The song is silent, or too short to be analysed; choose another file."


@dataclass(frozen=True, eq=False)
class Said:
    """What a run says of a stretch, window by window.

    Attributes
    ----------
    spans_s : tuple of (float, float)
        From and to of each window, seconds of the song.
    probabilities : array of float64, shape (windows, genres)
    heard_s : float
        Length of the stretch, as far as it can be decoded.
    n_silent : int
        Windows that were left out.
    deaf : tuple of str
        What the stretch lacks of what the model listens to.
    notes : tuple of str
        What was unusual in reading it.
    """

    spans_s: tuple[tuple[float, float], ...]
    probabilities: NDArray[np.float64]
    heard_s: float
    n_silent: int
    deaf: tuple[str, ...]
    notes: tuple[str, ...]


class Stretch:
    """A stretch of a song.

    Parameters
    ----------
    source : Path or bytes
        The sound file, or its content.
    info : AudioInfo
        What its header says.
    begin_s, length_s : float
        From which second, whole where it is not 0, and how much of it at most.
    rates_hz : iterable of int
        Sample rates at which it will be wanted, as far as they are known.
    """

    def __init__(
        self, source: Path | bytes, info: AudioInfo, *, begin_s: float, length_s: float, rates_hz: Iterable[int]
    ) -> None:
        self.begin_s, self.length_s = begin_s, length_s
        self._source, self._info, self._rates_hz = source, info, tuple(rates_hz)
        self._sounds: dict[int, Sound] = {}
        self._seen: dict[tuple[AudioFrontEnd, int, int], _Seen | None] = {}
        self._n_bytes = 0
        self._hearing = Hearing()
        self._along: dict[Training, SongHearing] = {}
        self._kept: dict[tuple[str, Temperature | None], tuple[Any, Said]] = {}
        self._reading = Lock()
        self._seeing: dict[AudioFrontEnd, Lock] = {}

    def said_by(self, judge: Judge, model: Any) -> Said:
        """What a run says; `AudioError` where it cannot be read, or all of it is silence."""
        front_ends, clip_s = judge.front_ends, judge.clip_s
        sr_hz = front_ends[0].sr_hz
        n_samples = len(self.samples_at(sr_hz))
        # A hybrid's numeric features may be of audio at another rate.
        for other in front_ends[1:]:
            self.samples_at(other.sr_hz)
        spans: list[tuple[float, float]] = []
        rows: list[NDArray[np.float64]] = []
        n_silent = 0
        for batch in self._batches(front_ends, clip_s):
            n_silent += batch.n_left_out
            if batch.spans:
                spans += self._in_song(batch.spans, sr_hz)
                n_valid = np.array(batch.n_valid)
                temperature = judge.temperature
                rows.append(clip_probabilities(model, batch.inputs, n_valid, judge.run.config, temperature=temperature))
        if not spans:
            raise AudioError(SILENT)
        return Said(
            spans_s=tuple(spans),
            probabilities=np.concatenate(rows),
            heard_s=n_samples / sr_hz,
            n_silent=n_silent,
            deaf=tuple(self._lack(front_ends, judge.learnt_sr_hz)),
            notes=self._sounds[sr_hz].notes,
        )

    def keep_said(self, judge: Judge, model: Any) -> Said:
        """The same, and without a second hearing by the same model afterwards."""
        key = judge.run.id, judge.temperature
        kept = self._kept.get(key)
        if kept is None or kept[0] is not model:
            kept = self._kept[key] = model, self.said_by(judge, model)
        return kept[1]

    def seen_by(self, judge: Judge) -> SeenSong:
        """What a run's model sees, window by window; errors as of `said_by`."""
        sr_hz = judge.front_ends[0].sr_hz
        batches = [batch for batch in self._batches(judge.front_ends, judge.clip_s) if batch.spans]
        if not batches:
            raise AudioError(SILENT)
        return SeenSong(
            spans_s=tuple(span for batch in batches for span in self._in_song(batch.spans, sr_hz)),
            inputs=tuple(np.concatenate(parts) for parts in zip(*(batch.inputs for batch in batches), strict=True)),
            n_valid=np.array([n for batch in batches for n in batch.n_valid]),
        )

    def hearing(self, training: Training) -> SongHearing:
        """What trained ears hear along it, from its own beginning; parameters and errors as of `HeardSong.hearing`."""
        if training not in self._along:
            ears = MusicnnFeatures(training=training)
            require_audio_front_ends([ears])
            heard = self._hearing.along(training, self.samples_at(ears.sr_hz))
            if heard is None:
                raise AudioError(SILENT)
            self._along[training] = heard
        return self._along[training]

    def samples_at(self, sr_hz: int) -> NDArray[np.float32]:
        """Mono at a sample rate, shape (samples,). Do not modify."""
        with self._reading:
            if sr_hz not in self._sounds:
                rates_hz = [sr_hz, *(rate for rate in self._rates_hz if rate not in self._sounds)]
                self._sounds |= read_sounds(
                    self._source, rates_hz=rates_hz, offset_s=self.begin_s, duration_s=self.length_s
                )
            return self._sounds[sr_hz].samples

    @property
    def n_bytes(self) -> int:
        """Memory of what is kept: its samples and features of its windows."""
        return self._n_bytes + sum(sound.samples.nbytes for sound in list(self._sounds.values()))

    def let_go(self) -> None:
        """Free the samples, and the features of its windows; what was said and heard stays.

        Who asks for samples afterwards is answered at that rate alone.
        """
        with self._reading:
            self._sounds.clear()
            self._rates_hz = ()
            self._seen.clear()
            self._n_bytes = 0

    def _in_song(self, spans: Sequence[tuple[int, int]], sr_hz: int) -> list[tuple[float, float]]:
        return [(self.begin_s + start / sr_hz, self.begin_s + stop / sr_hz) for start, stop in spans]

    def _lack(self, front_ends: Sequence[AudioFrontEnd], learnt_sr_hz: float | None) -> list[str]:
        """What the song lacks of what a model with these front ends listens to, in words; empty when nothing.

        A model whose own training clips had a lower sample rate (``learnt_sr_hz``) expects no more than that.
        """
        info = self._info
        expected_hz = max(front_end.highest_hz for front_end in front_ends)
        if learnt_sr_hz:
            expected_hz = min(expected_hz, learnt_sr_hz / 2)
        sr_hz = front_ends[0].sr_hz
        if info.sr_hz / 2 < _REACHES * expected_hz:
            half_hz = info.sr_hz / 2
            why = f"the song's sample rate is {info.sr_hz:,} Hz, so that nothing above {half_hz:,.0f} Hz is in it"
        elif (top := top_hz(self.samples_at(sr_hz), sr_hz)) is not None and top < _REACHES * expected_hz:
            why = (
                f"nothing above about {round(top, -2):,.0f} Hz is in the song, although its sample rate of "
                f"{info.sr_hz:,} Hz would allow it (it was probably resampled from a lower one)"
            )
        else:
            return []
        return [f"Unreliable: {why}, while the model listens up to {expected_hz:,.0f} Hz."]

    def _batches(self, front_ends: Sequence[AudioFrontEnd], clip_s: float) -> Iterator["_WindowBatch"]:
        """The windows of the song, some at a time, for a model whose typical clip lasts ``clip_s``."""
        sr_hz, n_samples = front_ends[0].sr_hz, len(self.samples_at(front_ends[0].sr_hz))
        window = window_length(front_ends[0], clip_s)
        starts = window_starts(n_samples, window, clip=round(clip_s * sr_hz))
        if len(starts) == 1:
            window = front_ends[0].max_samples
        n_at_once = max(1, round(_AT_ONCE_S * sr_hz / window))
        for first in range(0, len(starts), n_at_once):
            wanted = starts[first : first + n_at_once]
            spans: list[tuple[int, int]] = []
            seen_of: list[list[_Seen]] = []
            if isinstance(front_ends[0], MusicnnFeatures):
                self._hearing.hear(front_ends[0], self.samples_at(sr_hz), wanted, window)
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
            last = max(0, len(self.samples_at(front_end.sr_hz)) - length)
            start = 0 if clip_s is None else min(round(start_s * front_end.sr_hz), last)
            seen = self._see(front_end, start, start + length)
            if seen is None:
                return None
            all_seen.append(seen)
        return all_seen

    def _see(self, front_end: AudioFrontEnd, start: int, stop: int) -> "_Seen | None":
        """A window as a front end gives it, kept for the next run; None where it cannot be analysed."""
        if isinstance(front_end, MusicnnFeatures):
            (heard,) = self._hearing.hear(front_end, self.samples_at(front_end.sr_hz), [start], stop - start)
            return None if heard is None else _Seen(*front_end.columns_of(heard))
        key = front_end, start, stop
        with self._seeing.setdefault(front_end, Lock()):
            if key in self._seen:
                return self._seen[key]
            try:
                seen = _Seen(*front_end.transform(self.samples_at(front_end.sr_hz)[start:stop]))
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
