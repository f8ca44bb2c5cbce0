"""Grad-CAM: what the last map of a convolutional network says for a genre, brought back to the picture it was made of.

Conventions: of the map is taken what it has over that of silence (the lowest level of the window everywhere): in many
networks silence itself lights up most, since it is the 1 of a spectrogram that goes from 1 to 0. It is weighed by the
gradient of the score (`core.explanation.question`) with respect to it, the maps are summed, and what speaks against the
genre is dropped. Grad-CAM weighs a whole map by its mean gradient; cell by cell (HiResCAM) each cell has its own,
which is exact where the head is linear, and right where it tells places apart, as a flattened map does. Members of a
committee count the same.

References
----------
R. R. Selvaraju et al., "Grad-CAM: Visual explanations from deep networks via gradient-based localization", ICCV (2017).
R. L. Draelos and L. Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural
networks", arXiv 2011.08891 (2020).
"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.cost.memory import prediction_batch_size
from core.explanation.question import Question
from core.explanation.saliency import Picture, Saliency, require_spectrogram
from core.explanation.subject import Subject
from core.models.cnn import CnnConfig
from core.models.ffnn import HybridConfig
from core.models.keras_start import import_keras
from core.models.taps import tap_members, tap_model

_BASES = {
    "grad-cam": "The last map less that of silence, each of its layers weighed by the mean gradient of the score",
    "hires-cam": "The last map less that of silence, each of its cells weighed by the gradient of the score",
}


def has_last_map(model: Any) -> bool:
    """Whether a network has convolutions, and so a last map."""
    return tap_members(model)[0].last_map is not None


def last_map_saliency(
    subject: Subject, question: Question, *, method: Literal["grad-cam", "hires-cam"] = "hires-cam"
) -> Saliency:
    """Saliency of a song by the last map of a convolutional network.

    Parameters
    ----------
    subject : Subject
    question : Question
    method : "grad-cam" or "hires-cam"

    Raises
    ------
    RunError
        The model is no network, or has no convolutions.
    """
    front_end = require_spectrogram(subject)
    parts = subject.parts()
    tapped = tap_model(subject.model, "last_map", "logits")
    floors = np.array(
        [music[:, : int(n)].min() for music, n in zip(subject.seen.inputs[0], subject.seen.n_valid, strict=True)]
    )
    to_picture: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    picture, place = Picture(subject), 0
    for inputs in parts.batches(min(64, prediction_batch_size(subject.config))):
        owners = parts.owners[place : place + len(inputs[0])]
        silent = np.broadcast_to(floors[owners, np.newaxis, np.newaxis], inputs[0].shape)
        maps = _weighed_maps(tapped, inputs, silent, question.weights, averaged=method == "grad-cam")
        if to_picture is None:
            to_picture = _matrices(subject, (front_end.shape[0], inputs[0].shape[2]), maps.shape[1:])
        for weighed in maps:
            values = to_picture[0] @ weighed @ to_picture[1].T
            start, n_valid = int(parts.starts[place]), int(parts.n_valid[place])
            picture.add(int(parts.owners[place]), start, values[:, :n_valid])
            place += 1
    one_band = " It does not tell frequencies apart: its kernels span all bands." if maps.shape[1] == 1 else ""
    return picture.finished(question, method, f"{_BASES[method]}, brought to the size of the spectrogram.{one_band}")


def _weighed_maps(
    tapped: Any,
    inputs: tuple[NDArray[Any], ...],
    silent: NDArray[Any],
    weights: NDArray[np.float64],
    *,
    averaged: bool,
) -> NDArray[np.float64]:
    """What the maps have over those of silence, weighed by the gradients: shape (parts, map bands, map frames).

    Nothing is below 0.
    """
    import_keras()
    import tensorflow as tf

    given = [tf.convert_to_tensor(np.asarray(values, dtype=np.float32)) for values in inputs]
    factors = tf.constant(weights, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(given)
        taps = tapped(given, training=False)
        score = tf.add_n([tf.reduce_sum(tf.cast(logits, tf.float32) * factors) for logits in taps["logits"]])
    of_silence = tapped([tf.convert_to_tensor(silent.astype(np.float32)), *given[1:]], training=False)
    members = []
    gradients = tape.gradient(score, taps["last_map"])
    for values, plain, gradient in zip(taps["last_map"], of_silence["last_map"], gradients, strict=True):
        slope = np.asarray(tf.cast(gradient, tf.float32), dtype=np.float64)
        if averaged:
            slope = slope.mean(axis=(1, 2), keepdims=True)
        over = np.asarray(tf.cast(values, tf.float32) - tf.cast(plain, tf.float32))
        members.append(np.maximum((slope * over).sum(axis=3), 0))
    weighed: NDArray[np.float64] = np.mean(members, axis=0)
    return weighed


def _matrices(
    subject: Subject, shape: tuple[int, int], map_shape: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Linear interpolation from the map's bands and frames to those of a part."""
    config = subject.config.model
    cnn = config.cnn if isinstance(config, HybridConfig) else config
    assert isinstance(cnn, CnnConfig)
    centres = map_centres(cnn, (map_shape[0], map_shape[1]))
    return _interpolation(centres[0], shape[0]), _interpolation(centres[1], shape[1])


def map_centres(config: CnnConfig, map_shape: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where in the picture the middle lies of what each cell of the last map is made of.

    Parameters
    ----------
    config : CnnConfig
    map_shape : (int, int)
        Bands and frames of the last map.

    Returns
    -------
    arrays, shapes (map bands,) and (map frames,)
        In bands and frames of the input, 0 is the middle of the first.

    Examples
    --------
    >>> map_centres(CnnConfig(filters=(1,), kernel=3, pool=(2, 4)), (2, 3))
    (array([1.5, 3.5]), array([2.5, 6.5, 10.5]))
    """
    centres: list[NDArray[np.float64]] = []
    for axis in (0, 1):
        first, step = 0.0, 1
        for place in range(len(config.filters)):
            kernel, pool = config.kernel_shape[axis], config.pool_of(place)[axis]
            if config.padding == "valid":
                first += config.convolutions * (kernel - 1) / 2 * step
            first += (pool - 1) / 2 * step
            step *= pool
        centres.append((first + step * np.arange(map_shape[axis])).astype(np.float64))
    return centres[0], centres[1]


def _interpolation(centres: NDArray[np.float64], n_cells: int) -> NDArray[np.float64]:
    """Matrix, shape (cells, centres), that interpolates values at the centres; beyond the first and last they stay."""
    cells = np.arange(n_cells)
    return np.stack([np.interp(cells, centres, unit) for unit in np.eye(len(centres))], axis=1)
