"""Training examples of an epoch: order, segments, augmentation and targets, made ahead while the model computes.

Each batch has a generator of its own, drawn from seed, epoch and number. So an epoch is the same whoever makes it and
whatever came before: a resumed training sees what an uninterrupted one would have seen.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from core.models.scaling import InputScaling
from core.models.segments import cut_at_random
from core.recipe.config import TrainingConfig
from core.training.augmentation import augment, mix
from core.training.dataset import Batch, PartData

_AHEAD = 3
"""Batches made before they are asked for."""


@dataclass(frozen=True)
class Examples:
    """A batch to train on.

    Attributes
    ----------
    inputs : tuple of float32 array, each of shape (examples, bands or features, frames)
    labels : int32 array, shape (examples,)
    targets : float32 array, shape (examples, genres)
        Labels after smoothing and mixing; rows sum to 1.
    weights : float32 array, shape (examples,)
        Of the examples in the loss.
    """

    inputs: tuple[NDArray[np.float32], ...]
    labels: NDArray[np.int32]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]


class TrainingBatches:
    """Makes the batches of any epoch, none larger than asked for and all but of one size: a batch normalisation learns
    nothing good from a last batch of one or two.

    Parameters
    ----------
    part : PartData
        What is trained on.
    config : TrainingConfig
    scalings : tuple of InputScaling
        Of each input; noise is measured by them.
    """

    def __init__(self, part: PartData, config: TrainingConfig, scalings: tuple[InputScaling, ...]) -> None:
        self._part, self._config = part, config
        self._deviations = tuple(
            np.abs(np.array(scaling.scale, dtype=np.float32))[:, np.newaxis] for scaling in scalings
        )
        self._class_weights = _class_weights(part) if config.optimisation.class_weights else None
        self._per_epoch = config.segments.per_epoch if config.segments is not None else 1

    def __len__(self) -> int:
        """Batches in an epoch."""
        return -(-len(self._part) * self._per_epoch // self._config.batch_size)

    def epoch(self, epoch: int) -> Iterator[Examples]:
        """The batches of an epoch (from 1), in their order."""
        rng = np.random.default_rng([self._config.seed, epoch])
        order = np.concatenate([rng.permutation(len(self._part)) for _ in range(self._per_epoch)])
        with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
            numbers = iter(range(len(self)))
            ahead = deque(pool.submit(self._make, order, epoch, number) for number in islice(numbers, _AHEAD))
            try:
                while ahead:
                    examples = ahead.popleft().result()
                    ahead.extend(pool.submit(self._make, order, epoch, number) for number in islice(numbers, 1))
                    yield examples
            finally:
                for future in ahead:
                    future.cancel()

    def _make(self, order: NDArray[np.intp], epoch: int, number: int) -> Examples:
        config = self._config
        places = np.array_split(order, len(self))[number]
        rng = np.random.default_rng([config.seed, epoch, number])
        batch = self._cut(places, rng)
        inputs = augment(
            batch.inputs, config.augmentation, front_end=config.front_end, deviations=self._deviations, rng=rng
        )
        targets = self._targets(batch.labels)
        if config.augmentation.mixup:
            inputs, targets = mix(inputs, targets, alpha=config.augmentation.mixup, rng=rng)
        weights = np.ones(len(batch.labels), dtype=np.float32)
        if self._class_weights is not None:
            weights = self._class_weights[batch.labels]
        return Examples(inputs, batch.labels, targets, weights)

    def _cut(self, places: NDArray[np.intp], rng: np.random.Generator) -> Batch:
        if self._config.segments is None:
            return self._part.batch(places)
        n_frames = self._config.input_shape[1]
        n_valid = self._part.n_valid[places]
        # Cut before widening: only the segment is brought to single precision.
        stretch = self._config.augmentation.time_stretch
        segments = cut_at_random(self._part.rows(places), n_valid, n_frames, stretch=stretch, rng=rng)
        inputs: tuple[NDArray[np.float32], ...] = (segments.astype(np.float32),)
        if self._part.has_numeric:
            inputs = (*inputs, self._part.numeric_rows(places).astype(np.float32))
        return Batch(inputs, self._part.labels[places], np.minimum(n_valid, n_frames))

    def _targets(self, labels: NDArray[np.int32]) -> NDArray[np.float32]:
        smoothing, n_genres = self._config.optimisation.label_smoothing, self._part.n_genres
        targets = np.full((len(labels), n_genres), smoothing / n_genres, dtype=np.float32)
        targets[np.arange(len(labels)), labels] += 1 - smoothing
        return targets


def _class_weights(part: PartData) -> NDArray[np.float32]:
    """Inverse shares of the genres, with mean 1 over the clips."""
    counts = np.bincount(part.labels, minlength=part.n_genres)
    weights: NDArray[np.float32] = (len(part) / (part.n_genres * np.maximum(counts, 1))).astype(np.float32)
    return weights
