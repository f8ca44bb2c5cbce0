"""Saliency put to the test: the song with only its salient cells, and without them, judged again by the same run.

As many cells taken at random tell what taking out any would do: patches as large as those of the occlusion, the
mean over a few draws.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from core.errors import RunError
from core.explanation.occlusion import PATCHES
from core.explanation.resynthesis import check_share, sound_of_cells
from core.explanation.saliency import Saliency
from core.features.base import AudioFrontEnd
from core.prediction.song import HeardSong, SongVerdict

N_RANDOM = 3


@dataclass(frozen=True, eq=False)
class HeardCells:
    """What a run says of a song, of its salient cells and of the rest.

    Attributes
    ----------
    share : float
        Of the cells that were taken for salient, 0.05 to 1.
    genre : str
        The genre in question.
    before, kept, removed : SongVerdict
        Of the song as it is, with only these cells, and without them.
    random_removed : tuple of float
        Probability of the genre where as many cells were taken out at random, one for each draw.
    kept_sound, removed_sound : array of float32, shape (samples,)
        To be listened to.
    sr_hz : int
        Of both.
    """

    share: float
    genre: str
    before: SongVerdict
    kept: SongVerdict
    removed: SongVerdict
    random_removed: tuple[float, ...]
    kept_sound: NDArray[np.float32]
    removed_sound: NDArray[np.float32]
    sr_hz: int

    def probability(self, verdict: SongVerdict) -> float:
        """Of the genre in question."""
        return verdict.probabilities[verdict.genres.index(self.genre)]

    @property
    def fall(self) -> float:
        """By how much the genre's probability fell without the salient cells."""
        return self.probability(self.before) - self.probability(self.removed)

    @property
    def random_fall(self) -> float:
        """By how much it fell without cells taken at random: mean over the draws."""
        return self.probability(self.before) - float(np.mean(self.random_removed))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the sounds."""

        def listed(verdict: SongVerdict) -> dict[str, Any]:
            return {
                "genre": verdict.genre,
                "probabilities": dict(zip(verdict.genres, verdict.probabilities, strict=True)),
            }

        return {
            "share": self.share,
            "genre": self.genre,
            "before": listed(self.before),
            "kept": listed(self.kept),
            "removed": listed(self.removed),
            "random_removed": list(self.random_removed),
        }


def hear_cells(
    song: HeardSong,
    run_id: str,
    saliency: Saliency,
    share: float,
    *,
    model: Any = None,
    before: SongVerdict | None = None,
    n_random: int = N_RANDOM,
    on_judged: Callable[[int], None] | None = None,
) -> HeardCells:
    """Judge a song's salient cells, and what is left without them.

    Parameters
    ----------
    song : HeardSong
    run_id : str
        Of the run that the saliency is of.
    saliency : Saliency
    share : float
        Of the cells, 0.05 to 1.
    model : keras.Model, optional
        The run's, where the caller keeps it.
    before : SongVerdict, optional
        Of the song as it is, where it is there already.
    n_random : int
        Draws of cells at random; 0 for none.
    on_judged : callable, optional
        Called with how many of the ``n_judged(n_random)`` sounds are judged.

    Raises
    ------
    ConfigError
        The share is out of range.
    RunError
        The cells of the run's front end have no place in the sound.
    """
    front_end = saliency.front_end
    if not isinstance(front_end, AudioFrontEnd):
        raise RunError(f"{front_end.title} are not made of sound, so that nothing can be heard. Choose another run.")
    samples = song.samples_at(front_end.sr_hz)
    cells = saliency.most_salient(check_share(share))

    n_done = 0

    def judge(sound: NDArray[np.float32]) -> SongVerdict:
        nonlocal n_done
        verdict = song_of_samples(sound, front_end.sr_hz).judged_by(run_id, model=model)
        n_done += 1
        if on_judged is not None:
            on_judged(n_done)
        return verdict

    # What nobody saw is not salient: it is there where the salient cells are taken out.
    kept_sound = sound_of_cells(samples, cells, front_end, keep_rest=share == 1)
    removed_sound = sound_of_cells(samples, ~cells, front_end, keep_rest=share < 1)
    drawn = [
        judge(sound_of_cells(samples, ~random_cells(saliency, share, seed=seed), front_end, keep_rest=share < 1))
        for seed in range(n_random)
    ]
    place = saliency.question.place
    return HeardCells(
        share=share,
        genre=saliency.question.genre,
        before=song.judged_by(run_id, model=model) if before is None else before,
        kept=judge(kept_sound),
        removed=judge(removed_sound),
        random_removed=tuple(verdict.probabilities[place] for verdict in drawn),
        kept_sound=kept_sound,
        removed_sound=removed_sound,
        sr_hz=front_end.sr_hz,
    )


def n_judged(n_random: int = N_RANDOM) -> int:
    """Sounds that `hear_cells` has judged: with the salient cells alone, without them, and each draw."""
    return 2 + n_random


def song_of_samples(samples: NDArray[np.float32], sr_hz: int) -> HeardSong:
    """A song of samples, shape (n,), as runs would hear it from a file of them."""
    return HeardSong(float_wav(samples, sr_hz))


def float_wav(samples: NDArray[np.float32], sr_hz: int) -> bytes:
    """A file of samples, shape (n,), from which the very same samples are read."""
    stream = io.BytesIO()
    soundfile.write(stream, samples, sr_hz, format="WAV", subtype="FLOAT")
    return stream.getvalue()


def random_cells(saliency: Saliency, share: float, *, seed: int) -> NDArray[np.bool_]:
    """As many cells as `Saliency.most_salient` gives, in patches at random places, shape (bands, columns)."""
    n_bands, n_columns = saliency.values.shape
    sizes = PATCHES["cells"]
    n_patches = min(sizes.bands, n_bands), max(1, round(n_columns * saliency.column_s / sizes.patch_s))
    order = np.random.default_rng(seed).permutation(n_patches[0] * n_patches[1]).reshape(n_patches)
    bands = np.arange(n_bands) * n_patches[0] // n_bands
    columns = np.arange(n_columns) * n_patches[1] // n_columns
    ranks = np.where(saliency.is_seen, order[np.ix_(bands, columns)], np.inf).ravel()
    chosen = np.zeros(ranks.size, dtype=bool)
    chosen[np.argsort(ranks, kind="stable")[: round(share * int(saliency.is_seen.sum()))]] = True
    return chosen.reshape(saliency.values.shape)
