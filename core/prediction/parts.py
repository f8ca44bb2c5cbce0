"""The parts of a clip that a model sees when it predicts, where each lies, and the mean over the parts of a clip.

Conventions: features have shape (clips, bands or features, frames); ``n_valid`` of their frames, from the first, are
music. A clip is one part, or evenly spaced segments, or excerpts, or segments of each excerpt, as the recipe says.
Nothing here knows a model.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.clips.excerpts import excerpt_span
from core.errors import FeatureError
from core.models.segments import cut_span, even_starts, excerpt_width
from core.recipe.config import TrainingConfig

Frames = NDArray[np.integer]
"""Whole numbers: places or counts of frames, or the clip that a part is of."""


@dataclass(frozen=True)
class Parts:
    """What a model sees of some clips, in the order of the clips and of time.

    Attributes
    ----------
    inputs : tuple of array, each of shape (parts, bands or features, frames)
        Each is one input of the model; all parts are equally wide.
    starts : int array, shape (parts,)
        First frame of each part in its clip; times the ``frame_s`` of the front end, seconds.
    n_valid : int array, shape (parts,)
        Frames of each part that are music, not padding.
    levels : tuple of int array
        Whose each part is, from the inmost level: the place of the clip for segments or excerpts, shape (parts,); the
        place of the excerpt for segments of excerpts, shape (parts,), and then that of its clip, shape (excerpts,).
        Empty where each clip is one part.
    """

    inputs: tuple[NDArray[Any], ...]
    starts: Frames
    n_valid: Frames
    levels: tuple[Frames, ...] = ()

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def owners(self) -> Frames:
        """Place of the clip that each part is of, shape (parts,), ascending."""
        owners: Frames = np.arange(len(self))
        for level in self.levels:
            owners = level[owners]
        return owners

    def batches(self, at_once: int) -> Iterator[tuple[NDArray[Any], ...]]:
        """The inputs, at most ``at_once`` parts at a time."""
        for start in range(0, len(self), at_once):
            yield tuple(values[start : start + at_once] for values in self.inputs)

    def mean_by_clip(self, of_parts: NDArray[np.floating]) -> NDArray[np.float64]:
        """Means over the parts of each clip, shape (clips, values), of values of shape (parts, values).

        Where segments are of excerpts, the mean over the excerpts' own means: each has the same say.
        """
        means = np.asarray(of_parts, dtype=np.float64)
        for level in self.levels:
            means = mean_by_owner(means, level)
        return means


def cut_parts(inputs: tuple[NDArray[Any], ...], n_valid: Frames, config: TrainingConfig) -> Parts:
    """The parts that a model of this configuration sees of some clips.

    Parameters
    ----------
    inputs : tuple of array, each of shape (clips, bands or features, frames)
        Whole clips, as the front ends of the configuration give them; or excerpts, where its split cuts clips: these
        are told from whole clips by their width.
    n_valid : int array, shape (clips,)
        Frames of the first input that are music.
    config : TrainingConfig

    Raises
    ------
    FeatureError
        A clip that is to be cut into excerpts has no music.
    """
    n_excerpts = config.split.n_excerpts
    if n_excerpts is not None and inputs[0].shape[2] > excerpt_width(config.front_end.shape[1], n_excerpts):
        excerpts = _excerpts(inputs[0], n_valid, excerpt_width(config.front_end.shape[1], n_excerpts), n_excerpts)
        return excerpts if config.segments is None else _segments(excerpts, config)
    clips = Parts(inputs, np.zeros(len(n_valid), dtype=int), np.asarray(n_valid))
    return clips if config.segments is None else _segments(clips, config)


def _excerpts(clips: NDArray[Any], n_valid: Frames, width: int, n_excerpts: int) -> Parts:
    owners, cut, starts, lengths = [], [], [], []
    for clip, valid in enumerate(n_valid):
        if valid < 1:
            raise FeatureError("Expected at least one frame of music to cut excerpts from, got 0; leave the clip out.")
        spans = [excerpt_span(int(valid), number, n_excerpts) for number in range(1, n_excerpts + 1)]
        # A song shorter than the excerpts are many leaves some of them empty.
        for start, stop in [(start, stop) for start, stop in spans if stop > start]:
            owners.append(clip)
            cut.append(cut_span(clips[clip], (start, stop), width))
            starts.append(start)
            lengths.append(stop - start)
    return Parts((np.stack(cut),), np.array(starts), np.array(lengths), (np.array(owners),))


def _segments(wholes: Parts, config: TrainingConfig) -> Parts:
    """Evenly spaced segments of clips or excerpts."""
    assert config.segments is not None
    n_frames = config.input_shape[1]
    owners, cut, starts = [], [], []
    for place, valid in enumerate(wholes.n_valid):
        for start in even_starts(int(valid), n_frames, config.segments.n_verdict):
            owners.append(place)
            cut.append(wholes.inputs[0][place, :, start : start + n_frames])
            starts.append(start)
    of = np.array(owners)
    return Parts(
        inputs=(np.stack(cut), *(values[of] for values in wholes.inputs[1:])),
        starts=wholes.starts[of] + np.array(starts),
        n_valid=np.minimum(wholes.n_valid[of] - np.array(starts), n_frames),
        levels=(of, *wholes.levels),
    )


def mean_by_owner(values: NDArray[np.floating], owners: Frames) -> NDArray[np.float64]:
    """Mean over the rows of each owner.

    Parameters
    ----------
    values : array, shape (parts, values)
    owners : int array, shape (parts,)
        Whose each row is, from 0 and ascending, none left out.

    Returns
    -------
    array, shape (owners, values)

    Raises
    ------
    FeatureError
        The owners are not ascending, or one has no part.

    Examples
    --------
    >>> mean_by_owner(np.array([[0.0, 1.0], [1.0, 0.0], [0.25, 0.75]]), np.array([0, 0, 1])).tolist()
    [[0.5, 0.5], [0.25, 0.75]]
    """
    if not np.array_equal(np.unique(owners), np.arange(owners.max() + 1)) or (np.diff(owners) < 0).any():
        raise FeatureError(f"Expected parts in the order of their clips, one or more of each; got parts of {owners}.")
    counts = np.bincount(owners)
    sums = np.add.reduceat(values, np.searchsorted(owners, np.arange(len(counts))), axis=0)
    means: NDArray[np.float64] = sums / counts[:, np.newaxis]
    return means
