"""What finished runs say of a song: probabilities of every genre, overall and along the song.

Conventions: the song is cut into windows as long as a typical training clip (`core.prediction.windows` has the rule);
a song as long as a clip is one window. Each window goes through the run's own front ends, exactly as a clip did, and is
cut into parts where clips were (`core.prediction.parts`): what is said of a clip of the collection is what the run
itself says of it. Each window's probabilities are at the run's temperature, where it has one. The verdict is their mean
over the time that is each window's own.
A song that several runs judge is decoded once for all sample rates that are named before, and each window goes once
through each front end. One of more than `MAX_STRETCH_S` is heard in stretches (`core.prediction.stretch`), one of which
is in memory at a time; each has windows of its own.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.audio import AudioInfo, probe_audio
from core.clips.passages import clock
from core.ears.weights import Training
from core.errors import AudioError, GenreLabError
from core.evaluation.calibration import Temperature
from core.models.build import load_model_file
from core.prediction.hearing import SongHearing, joined_hearing
from core.prediction.judge import Judge, appoint_judge, rates_of
from core.prediction.seen import SeenSong
from core.prediction.stretch import SILENT, Said, Stretch
from core.prediction.tags import SongTags, tags_along
from core.prediction.windows import own_spans, window_length
from core.runs.results import model_path

if TYPE_CHECKING:
    import keras

MAX_SONG_S = 2 * 3600.0
"""Seconds of a song that are heard, from its start."""
MAX_STRETCH_S = 20 * 60.0
"""Seconds of a song that are in memory at once, at most: about 100 MB of samples at each rate."""
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
        self._stretches: tuple[Stretch, ...] = ()
        self._cutting = Lock()

    def judged_by(self, run_id: str, *, model: "keras.Model | None" = None) -> SongVerdict:
        """What a finished run says; parameters and errors as of `classify_song`."""
        return self.heard_by(appoint_judge(run_id), model=model)

    def heard_by(self, judge: Judge, *, model: Any = None) -> SongVerdict:
        """The same of a run that was made ready for many songs."""
        model = model if model is not None else judge.load_model()
        if not self.is_long:
            return self._verdict(judge, [self.stretches[0].said_by(judge, model)])
        said: list[Said] = []
        left_out: list[str] = []
        failure = AudioError(SILENT)
        for stretch in self.stretches:
            try:
                said.append(stretch.keep_said(judge, model))
            except AudioError as error:
                left_out.append(_left_out(stretch, error))
                failure = error
            stretch.let_go()
        if not said:
            raise failure
        return self._verdict(judge, said, left_out)

    def go_through(
        self,
        judges: Sequence[tuple[Judge, Any]],
        *,
        ears: Sequence[Training] = (),
        on_stretch: Callable[[int, int], None] | None = None,
    ) -> None:
        """Let all that will judge a long song listen to each stretch while it is decoded, at the same time.

        What they say of it then costs no second decoding. A song that is not long is left as it is.

        Parameters
        ----------
        judges : sequence of (Judge, model)
            Each with its model.
        ears : sequence of "msd" or "mtt"
            Trainings of ears that are to hear it as well.
        on_stretch : callable, optional
            Called after each stretch with how many were gone through and how many there are.
        """
        if not self.is_long:
            return

        def listen(stretch: Stretch, listener: "tuple[Judge, Any] | Training") -> None:
            with suppress(GenreLabError):  # likewise
                if isinstance(listener, str):
                    stretch.hearing(listener)
                else:
                    stretch.keep_said(*listener)

        with ThreadPoolExecutor(max(1, len(judges))) as threads:
            for number, stretch in enumerate(self.stretches):
                # Ears that a run has heard with need not hear again: after it.
                for listeners in (judges, ears):
                    list(threads.map(listen, [stretch] * len(listeners), listeners))
                stretch.let_go()
                if on_stretch is not None:
                    on_stretch(number + 1, len(self.stretches))

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """One, or of a song of more than `MAX_STRETCH_S` several of about the same length.

        Further ones begin at whole seconds, where samples at all rates lie as in the whole file. `AudioError` where it
        is no sound.
        """
        with self._cutting:
            if not self._stretches:
                self._stretches = self._cut()
            return self._stretches

    def _cut(self) -> tuple[Stretch, ...]:
        most_s = min(MAX_STRETCH_S, MAX_SONG_S)
        song_s = min(self._info.duration_s, MAX_SONG_S)
        n = max(1, math.ceil(song_s / most_s))
        cuts_s = [*(float(round(song_s * number / n)) for number in range(n)), song_s]
        if n == 1:
            cuts_s = [0.0, most_s]  # a header may state a little less than there is
        return tuple(
            Stretch(self._source, self._info, begin_s=begin_s, length_s=end_s - begin_s, rates_hz=self._rates_hz)
            for begin_s, end_s in pairwise(cuts_s)
        )

    @property
    def is_long(self) -> bool:
        """Whether it is heard in stretches."""
        return len(self.stretches) > 1

    @property
    def beginning(self) -> "HeardSong":
        """The song, or the first stretch of a long one as a song: as much as is drawn and explained at once."""
        if not self.is_long:
            return self
        beginning = HeardSong(self._source, rates_hz=self._rates_hz)
        beginning._stretches = self.stretches[:1]
        return beginning

    def seen_by(self, run_id: str) -> SeenSong:
        """What a finished run's model sees of the `beginning`, window by window; errors as of `classify_song`."""
        return self.stretches[0].seen_by(appoint_judge(run_id))

    @property
    def n_bytes_to_come(self) -> int:
        """Memory of the samples of the stretch that is in memory at a time."""
        longest_s = max(min(stretch.length_s, self._info.duration_s) for stretch in self.stretches)
        return round(longest_s * sum(self._rates_hz)) * np.dtype(np.float32).itemsize

    @property
    def n_bytes(self) -> int:
        """Memory of what is kept: its samples and features of its windows."""
        return sum(stretch.n_bytes for stretch in self._stretches)

    def samples_at(self, sr_hz: int) -> NDArray[np.float32]:
        """The song, of a long one the `beginning`, mono at a sample rate, shape (samples,). Do not modify."""
        return self.stretches[0].samples_at(sr_hz)

    def hearing(self, training: Training = "msd") -> SongHearing:
        """What trained ears hear along the song, without a second hearing where a run that uses them has judged it.

        Raises
        ------
        AudioError
            The song cannot be read, or all of it is silence.
        FeatureError
            The weights of the ears are not installed.
        """
        if not self.is_long:
            return self.stretches[0].hearing(training)
        heard: list[tuple[float, SongHearing]] = []
        failure = AudioError(SILENT)
        for stretch in self.stretches:
            try:
                heard.append((stretch.begin_s, stretch.hearing(training)))
            except AudioError as error:
                failure = error
            stretch.let_go()
        if not heard:
            raise failure
        return joined_hearing(heard)

    def tags(self, training: Training = "msd") -> SongTags:
        """The tags that trained ears hear along the song; heard and raises as `hearing`."""
        return tags_along(self.hearing(training))

    @cached_property
    def _info(self) -> AudioInfo:
        return probe_audio(self._source)

    def _verdict(self, judge: Judge, said: Sequence[Said], left_out: Sequence[str] = ()) -> SongVerdict:
        """The verdict from what was said of each stretch, and why some of them have none."""
        heard_s = sum(each.heard_s for each in said)
        # What was decoded counts where all of it was to be.
        duration_s = self._info.duration_s if self._info.duration_s > MAX_SONG_S else heard_s
        # A quiet stretch may lack what the song has elsewhere.
        deaf = said[0].deaf if all(each.deaf for each in said) else ()
        limits = _limits(
            duration_s=duration_s,
            heard_s=heard_s,
            window_s=window_length(judge.front_ends[0], judge.clip_s) / judge.front_ends[0].sr_hz,
            n_silent=sum(each.n_silent for each in said),
        )
        notes = dict.fromkeys([*deaf, *(note for each in said for note in each.notes), *left_out, *limits])
        rows = np.concatenate([each.probabilities for each in said])
        spans_s = [span for each in said for span in each.spans_s]
        verdict = SongVerdict(
            genres=judge.run.config.genres,
            probabilities=(),
            windows=tuple(Window(*span, tuple(row.tolist())) for span, row in zip(spans_s, rows, strict=True)),
            duration_s=duration_s,
            warning=" ".join(notes),
            temperature=judge.temperature,
            reliable=not deaf,
        )
        mean = np.average(rows, axis=0, weights=verdict.weights)
        return replace(verdict, probabilities=tuple((mean / mean.sum()).tolist()))


def _left_out(stretch: Stretch, error: AudioError) -> str:
    begin, end = clock(stretch.begin_s), clock(stretch.begin_s + stretch.length_s)
    return f"Nothing was heard from {begin} to {end}: {'it is silent.' if str(error) == SILENT else error}"


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
