"""How front-end output is scaled for models: learnt from the training part only, and the same in Keras and in numpy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError
from core.features.base import Features
from core.models.keras_start import import_keras

_CLIP = 3.5
_SMALLEST_POWER = 1e-3
_LARGEST_POWER = 5.0
_OF_CONSTANT = 1e30
"""Scale of a feature that is the same in all training clips, whatever a later clip has: nothing was learnt of it."""


@dataclass(frozen=True)
class InputScaling:
    """Scaling of a model's input: ``(x - offset) / scale`` for each band or feature, and what may follow.

    Attributes
    ----------
    offset, scale : tuple of float
        One value for all, or one for each feature.
    powers : tuple of float
        Lambdas of a Yeo-Johnson transform of the scaled features, one for each; empty for none.
    then_offset, then_scale : tuple of float
        Second scaling, after the powers.
    clip : float or None
        Largest size of a scaled figure; None leaves all.
    """

    offset: tuple[float, ...]
    scale: tuple[float, ...]
    powers: tuple[float, ...] = ()
    then_offset: tuple[float, ...] = ()
    then_scale: tuple[float, ...] = ()
    clip: float | None = None

    def apply(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Scaled figures in numpy, for input of shape (clips, features) or (clips, features, 1)."""
        flat = np.asarray(values, dtype=np.float64).reshape(len(values), -1)
        scaled = (flat - self.offset) / self.scale
        if self.powers:
            powers = np.asarray(self.powers)
            scaled = np.expm1(powers * np.log1p(np.maximum(scaled, 0))) / powers - np.expm1(
                (2 - powers) * np.log1p(np.maximum(-scaled, 0))
            ) / (2 - powers)
            scaled = (scaled - self.then_offset) / self.then_scale
        if self.clip is not None:
            scaled = np.clip(scaled, -self.clip, self.clip)
        result: NDArray[np.float64] = scaled
        return result


def fit_scaling(
    front_end: Features, read_train: Callable[[], NDArray[Any]], *, numeric_scaling: str = "standard"
) -> InputScaling:
    """Scaling of a front end's output, learnt from the training part only.

    A spectrogram needs nothing learnt: the front end knows its own range (level in dB, -top_db..0, becomes 1 for the
    floor and 0 for the loudest, as in the study). Numeric features are standardised by their mean and standard
    deviation, and where asked for clipped, or brought near a normal distribution first; one that is the same in all
    training clips becomes 0 in every clip.

    Parameters
    ----------
    front_end : Features
    read_train : callable
        Gives the features of the training part, shape (clips, bands or features, frames); called only where
        something is to be learnt.
    numeric_scaling : "standard", "clipped" or "power"
        See `core.recipe.config.TrainingConfig`.

    Raises
    ------
    ConfigError
        Every numeric feature is the same in all training clips.
    """
    if front_end.known_scaling is not None:
        known_offset, known_scale = front_end.known_scaling
        return InputScaling(offset=(known_offset,), scale=(known_scale,))
    train = read_train()
    values = _rows(np.asarray(train, dtype=np.float64))
    offset, scale = _mean_and_deviation(values)
    if numeric_scaling == "standard":
        return InputScaling(offset, scale)
    if numeric_scaling == "clipped":
        return InputScaling(offset, scale, clip=_CLIP)
    powers = _fit_powers((values - offset) / scale)
    bent = InputScaling(offset, scale, powers, (0.0,), (1.0,)).apply(values)
    return InputScaling(offset, scale, powers, *_mean_and_deviation(bent), clip=_CLIP)


def _rows(train: NDArray[np.float64]) -> NDArray[np.float64]:
    """One row a clip; where features are of parts of clips, one row a part that there is."""
    if train.ndim < 3 or train.shape[2] == 1:
        return train.reshape(len(train), -1)
    of_parts = train.transpose(0, 2, 1).reshape(-1, train.shape[1])
    return of_parts[of_parts.any(axis=1)]


def _mean_and_deviation(values: NDArray[np.float64]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    # By its range: the deviation of equal values may come out as a little more than 0.
    varies = np.ptp(values, axis=0) > 0
    if not varies.any():
        raise ConfigError(
            "Every numeric feature has the same value in all training clips; choose more or different clips."
        )
    deviation = np.where(varies, values.std(axis=0), _OF_CONSTANT)
    return tuple(values.mean(axis=0).tolist()), tuple(deviation.tolist())


def _fit_powers(standard: NDArray[np.float64]) -> tuple[float, ...]:
    """Lambdas of largest likelihood, away from 0 and 2, where the formula needs a limit."""
    from sklearn.preprocessing import PowerTransformer

    fitted = PowerTransformer(standardize=False).fit(standard).lambdas_
    powers = np.clip(fitted, -_LARGEST_POWER, _LARGEST_POWER)
    for edge in (0.0, 2.0):
        powers = np.where(np.abs(powers - edge) < _SMALLEST_POWER, edge + _SMALLEST_POWER, powers)
    return tuple(powers.tolist())


def scale_in_keras(scaling: InputScaling, name: str = "scaling") -> Callable[[Any], Any]:
    """The same as the first layers of a network, for input of shape (batch, bands or features, frames).

    They are layers and operations of Keras itself, so that a saved model needs no code of ours.
    """

    def scale(given: Any) -> Any:
        keras = import_keras()
        features = _rescale(scaling.offset, scaling.scale, name)(given)
        if scaling.powers:
            features = _bend(scaling.powers, features, name)
            features = _rescale(scaling.then_offset, scaling.then_scale, f"{name}_after_powers")(features)
        if scaling.clip is not None:
            features = _rescale((0.0,), (scaling.clip,), f"{name}_to_clip")(features)
            features = keras.layers.Activation("hard_tanh", name=f"{name}_clip")(features)
            features = _rescale((0.0,), (1 / scaling.clip,), f"{name}_clipped")(features)
        return features

    return scale


def _bend(powers: tuple[float, ...], features: Any, name: str) -> Any:
    """Yeo-Johnson as the difference of its two branches, each 0 where the other applies."""
    keras = import_keras()
    branches = []
    for sign, exponents in ((1.0, powers), (-1.0, tuple(2 - power for power in powers))):
        side = "above" if sign > 0 else "below"
        branch = keras.layers.ReLU(name=f"{name}_{side}")(features * sign)
        branch = _rescale((0.0,), tuple(1 / power for power in exponents), f"{name}_{side}_power")(
            keras.ops.log1p(branch)
        )
        branches.append(_rescale((0.0,), exponents, f"{name}_{side}_bent")(keras.ops.expm1(branch)))
    return keras.layers.Subtract(name=f"{name}_powers")(branches)


def _rescale(offset: tuple[float, ...], scale: tuple[float, ...], name: str) -> Any:
    layers = import_keras().layers
    offsets = offset if len(offset) == len(scale) else offset * len(scale)
    factors = [1.0 / value for value in scale]
    shifts = [-mean / value for mean, value in zip(offsets, scale, strict=True)]
    # In single precision whatever the rest computes in: raw figures may be large.
    if len(factors) == 1:
        return layers.Rescaling(factors[0], offset=shifts[0], dtype="float32", name=name)
    # One value a row: shape (features, 1) spreads over the frames.
    columns = [[value] for value in factors], [[value] for value in shifts]
    return layers.Rescaling(columns[0], offset=columns[1], dtype="float32", name=name)
