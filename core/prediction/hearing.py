"""What trained ears have heard of a song: once, whoever asks for it: a run, tags along the song, or its embedding.

Conventions: the ears hear a song in windows, and each window in patches of 3 s. Runs that use them say which windows
these are; without such a run they are stretches of 30 s, so that few patches lie at an end, where the spectrogram looks
beyond. Patches of digital silence are left out of what is said along the song.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from core.dsp.analysis import ClipAnalysis
from core.ears.network import HOP_LENGTH, PATCH_FRAMES, SR_HZ, Heard
from core.ears.weights import Training
from core.errors import FeatureError
from core.features.musicnn import LONGEST_S, MusicnnFeatures

PATCH_SAMPLES = PATCH_FRAMES * HOP_LENGTH
_STRETCH = 10 * PATCH_SAMPLES

Samples = NDArray[np.float32]
Span = tuple[int, int]


@dataclass(frozen=True, eq=False)
class SongHearing:
    """What trained ears hear along a song.

    Attributes
    ----------
    training : "msd" or "mtt"
        What the ears were trained on, see `core.ears.weights.TRAININGS`.
    starts : tuple of int
        Sample, at 16 kHz, at which each patch begins; ascending. Patches may overlap.
    tags : array of float32, shape (patches, 50)
        Probability of each tag, 0..1.
    penultimate : array of float32, shape (patches, 200)
        The layer before.
    n_samples : int
        Of the song at 16 kHz.
    """

    training: Training
    starts: tuple[int, ...]
    tags: NDArray[np.float32]
    penultimate: NDArray[np.float32]
    n_samples: int

    @property
    def embeddings(self) -> NDArray[np.float32]:
        """Embedding of each 3 s of the song, shape (patches, 200); of patches that overlap by half only the first."""
        kept: list[int] = []
        for place, start in enumerate(self.starts):
            if not kept or start >= self.starts[kept[-1]] + PATCH_SAMPLES // 2:
                kept.append(place)
        return self.penultimate[kept]


def joined_hearing(parts: Sequence[tuple[float, SongHearing]]) -> SongHearing:
    """What was heard of stretches of one song as what was heard of it.

    Parameters
    ----------
    parts : sequence of (float, SongHearing)
        The second at which each begins; ascending, by the same ears.
    """
    begin_s, last = parts[-1]
    return SongHearing(
        training=last.training,
        starts=tuple(round(SR_HZ * begin_s) + start for begin_s, part in parts for start in part.starts),
        tags=np.concatenate([part.tags for _, part in parts]),
        penultimate=np.concatenate([part.penultimate for _, part in parts]),
        n_samples=round(SR_HZ * begin_s) + last.n_samples,
    )


class Hearing:
    """The windows of one song that trained ears have heard; threads that ask at the same time are answered in turn."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heard: dict[tuple[Training, Span], Heard | None] = {}
        self._cuts: dict[tuple[Training, int], set[Span]] = {}

    def hear(self, ears: MusicnnFeatures, samples: Samples, starts: Sequence[int], window: int) -> list[Heard | None]:
        """What the ears make of windows, those they have not heard yet all at once; None where one has no sound.

        Parameters
        ----------
        ears : MusicnnFeatures
        samples : array, shape (samples,)
            The song at 16 kHz.
        starts : sequence of int
            First sample of each window.
        window : int
            Samples of a window, at most as many as the ears hear of a clip; the song may end before.
        """
        spans = [(start, min(start + window, len(samples))) for start in starts]
        with self._lock:
            self._cuts.setdefault((ears.training, window), set()).update(spans)
            self._hear(ears, samples, spans)
            return [self._heard[ears.training, span] for span in spans]

    def along(self, training: Training, samples: Samples) -> SongHearing | None:
        """What the ears hear along the song, heard now where no run has used them; None where there is no sound.

        Parameters
        ----------
        training : "msd" or "mtt"
        samples : array, shape (samples,)
            The song at 16 kHz.
        """
        ears = MusicnnFeatures(training=training, max_duration_s=LONGEST_S)
        with self._lock:
            # Of several hearings the one in the longest windows, which have the fewest ends.
            window = max((length for known, length in self._cuts if known == training), default=0)
            spans = sorted(self._cuts[training, window]) if window else _stretches(len(samples))
            self._hear(ears, samples, spans)
        patches: dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
        for start, stop in spans:
            heard = self._heard[training, (start, stop)]
            if heard is None:
                continue
            for place, first in enumerate(ears.patch_starts(stop - start)):
                if samples[start + first : start + first + PATCH_SAMPLES].any():
                    patches.setdefault(start + first, (heard.tags[place], heard.penultimate[place]))
        if not patches:
            return None
        starts = tuple(sorted(patches))
        tags, penultimate = (np.stack([patches[start][layer] for start in starts]) for layer in (0, 1))
        return SongHearing(training, starts, tags, penultimate, len(samples))

    def _hear(self, ears: MusicnnFeatures, samples: Samples, spans: Sequence[Span]) -> None:
        new = [span for span in dict.fromkeys(spans) if (ears.training, span) not in self._heard]
        loud = []
        for start, stop in new:
            try:
                loud.append(((start, stop), ClipAnalysis(samples[start:stop]).samples))
            except FeatureError:
                self._heard[ears.training, (start, stop)] = None
        every = ears.hear([part for _, part in loud]) if loud else []
        for (span, _), heard in zip(loud, every, strict=True):
            self._heard[ears.training, span] = heard


def _stretches(n_samples: int) -> list[Span]:
    """Stretches of ten patches, the last with what remains; one for a song that is shorter."""
    starts = [number * _STRETCH for number in range(max(1, n_samples // _STRETCH))]
    return list(zip(starts, [*starts[1:], n_samples], strict=True))
