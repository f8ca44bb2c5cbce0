"""A model's verdict on clips: probabilities of the whole clip, or the mean over segments of it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models.build import predict_probabilities
from core.cost.memory import prediction_batch_size
from core.clips.excerpts import excerpt_span
from core.models.segments import cut_span, even_starts, excerpt_width
from core.recipe.config import TrainingConfig


def clip_probabilities(
    model: Any, inputs: tuple[NDArray[Any], ...], n_valid: NDArray[np.integer], config: TrainingConfig
) -> NDArray[np.float64]:
    """Genre probabilities of some clips.

    Parameters
    ----------
    model : keras.Model or ClassicalModel
    inputs : tuple of array, each of shape (clips, bands or features, frames)
        Whole clips, as the front ends of the configuration give them; or excerpts, where its split cuts clips. The
        verdict on a whole clip is then the mean of those on its excerpts.
    n_valid : int array, shape (clips,)
        Frames of the first input that are music, not padding.
    config : TrainingConfig

    Returns
    -------
    array, shape (clips, n_genres)
        Rows sum to 1.
    """
    n_excerpts = config.split.n_excerpts
    if n_excerpts is not None and inputs[0].shape[2] > excerpt_width(config.front_end.shape[1], n_excerpts):
        return _of_excerpts(model, inputs[0], n_valid, config, n_excerpts)
    if config.segments is None:
        return _predict(model, inputs, prediction_batch_size(config))
    n_frames = config.input_shape[1]
    owners, segments = [], []
    for clip, valid in enumerate(n_valid):
        for start in even_starts(int(valid), n_frames, config.segments.n_verdict):
            owners.append(clip)
            segments.append(inputs[0][clip, :, start : start + n_frames])
    stacked = (np.stack(segments), *(values[owners] for values in inputs[1:]))
    of_segments = _predict(model, stacked, prediction_batch_size(config))
    return _means(of_segments, owners, len(n_valid))


def _of_excerpts(
    model: Any, clips: NDArray[Any], n_valid: NDArray[np.integer], config: TrainingConfig, n_excerpts: int
) -> NDArray[np.float64]:
    """Mean verdict on the excerpts of whole clips."""
    width = excerpt_width(config.front_end.shape[1], n_excerpts)
    owners, excerpts, lengths = [], [], []
    for clip, valid in enumerate(n_valid):
        spans = [excerpt_span(int(valid), number, n_excerpts) for number in range(1, n_excerpts + 1)]
        # A song shorter than the excerpts are many leaves some of them empty.
        for span in [(start, stop) for start, stop in spans if stop > start]:
            owners.append(clip)
            excerpts.append(cut_span(clips[clip], span, width))
            lengths.append(span[1] - span[0])
    of_excerpts = clip_probabilities(model, (np.stack(excerpts),), np.array(lengths), config)
    return _means(of_excerpts, owners, len(n_valid))


def _means(of_parts: NDArray[np.float64], owners: list[int], n_clips: int) -> NDArray[np.float64]:
    """Mean over the parts of each clip; ``owners`` names the clip of each part, in order."""
    starts = np.searchsorted(owners, np.arange(n_clips))
    means: NDArray[np.float64] = np.add.reduceat(of_parts, starts, axis=0) / np.bincount(owners)[:, np.newaxis]
    return means


def clips_at_once(config: TrainingConfig) -> int:
    """Clips whose segments fill a batch of prediction."""
    n_segments = 1 if config.segments is None else config.segments.n_verdict
    return max(1, prediction_batch_size(config) // n_segments)


def _predict(model: Any, inputs: tuple[NDArray[Any], ...], at_once: int) -> NDArray[np.float64]:
    parts = [
        predict_probabilities(model, tuple(values[start : start + at_once] for values in inputs))
        for start in range(0, len(inputs[0]), at_once)
    ]
    return np.concatenate(parts)
