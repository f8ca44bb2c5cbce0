"""Random changes to training examples, in numpy, with a generator of their own.

Conventions: spectrograms have shape (examples, bands, frames), numeric features (examples, features, 1), both as the
front end gives them; functions change a copy. Labels are one-hot or mixed, shape (examples, genres).
"""

import numpy as np
from numpy.typing import NDArray

from core.features.base import Features
from core.recipe.augmentation import floor_of
from core.recipe.settings import AugmentationConfig

Float32 = NDArray[np.float32]


_N_KNOTS = 6
"""Of the equaliser's curve."""


def mask(features: Float32, *, n_masks: int, longest: float, axis: int, rng: np.random.Generator) -> Float32:
    """Set random stretches of bands (``axis`` 1) or frames (2) of each example to its mean.

    Parameters
    ----------
    features : array, shape (examples, bands, frames)
    n_masks : int
        Stretches in each example.
    longest : float
        Share of the axis; lengths are drawn from 0 to it.
    axis : int
    rng : numpy.random.Generator

    References
    ----------
    D. S. Park et al., "SpecAugment: a simple data augmentation method for automatic speech recognition", Interspeech
    2019.
    """
    masked = features.copy()
    size = features.shape[axis]
    lengths = rng.integers(0, round(longest * size) + 1, size=(len(features), n_masks))
    starts = rng.integers(0, size - lengths + 1)
    means = features.mean(axis=(1, 2))
    for place, (of_example, from_frames) in enumerate(zip(lengths, starts, strict=True)):
        for length, start in zip(of_example, from_frames, strict=True):
            if axis == 1:
                masked[place, start : start + length] = means[place]
            else:
                masked[place, :, start : start + length] = means[place]
    return masked


def change_gain(features: Float32, *, gain_db: float, floor_db: float, rng: np.random.Generator) -> Float32:
    """Raise or lower the level of each example by up to ``gain_db``, never below the floor; shape as given."""
    gains = rng.uniform(-gain_db, gain_db, size=(len(features), 1, 1)).astype(np.float32)
    changed: Float32 = np.maximum(features + gains, np.float32(floor_db))
    return changed


def add_noise(features: Float32, *, deviation: Float32, rng: np.random.Generator) -> Float32:
    """Add normal noise; ``deviation`` has one value, or one for each band or feature, shape (bands, 1)."""
    noise = rng.standard_normal(features.shape, dtype=np.float32)
    return features + noise * deviation.astype(np.float32)


def shift_bands(features: Float32, *, most: int, rng: np.random.Generator) -> Float32:
    """Shift each example up or down by up to ``most`` bands; the outermost band fills the gap; shape as given."""
    shifted = np.empty_like(features)
    n_bands = features.shape[1]
    for place, shift in enumerate(rng.integers(-most, most + 1, size=len(features))):
        shifted[place] = features[place, np.clip(np.arange(n_bands) - shift, 0, n_bands - 1)]
    return shifted


def stretch_bands(features: Float32, *, most: float, rng: np.random.Generator) -> Float32:
    """Stretch or squeeze each example from the lowest band up; the outermost fills the gap; shape as given."""
    stretched = np.empty_like(features)
    bands = np.arange(features.shape[1])
    for place, factor in enumerate(np.exp(rng.uniform(-most, most, size=len(features)))):
        stretched[place] = features[place, np.clip((bands * factor).astype(int), 0, len(bands) - 1)]
    return stretched


def equalise(features: Float32, *, deviation: float, rng: np.random.Generator) -> Float32:
    """Add a smooth random curve over the bands to each example, the same in all its frames; shape as given."""
    n_bands = features.shape[1]
    knots = rng.normal(0, deviation, size=(len(features), _N_KNOTS))
    places = np.linspace(0, _N_KNOTS - 1, n_bands)
    lower = np.minimum(places.astype(int), _N_KNOTS - 2)
    share = places - lower
    curves = knots[:, lower] * (1 - share) + knots[:, lower + 1] * share
    equalised: Float32 = features + curves.astype(np.float32)[:, :, np.newaxis]
    return equalised


def mix(
    inputs: tuple[Float32, ...], targets: Float32, *, alpha: float, rng: np.random.Generator
) -> tuple[tuple[Float32, ...], Float32]:
    """Mix each example with another of the batch; its own share is at least half, so that its label stays the first.

    Parameters
    ----------
    inputs : tuple of array, each of shape (examples, bands or features, frames)
    targets : array, shape (examples, genres)
        Shares of the genres, which sum to 1.
    alpha : float
        Of the beta distribution from which shares are drawn.
    rng : numpy.random.Generator

    References
    ----------
    H. Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018.
    """
    shares = rng.beta(alpha, alpha, size=len(targets)).astype(np.float32)
    shares = np.maximum(shares, 1 - shares)
    partners = rng.permutation(len(targets))
    column = shares[:, np.newaxis]
    mixed = tuple(
        column[..., np.newaxis] * values + (1 - column[..., np.newaxis]) * values[partners] for values in inputs
    )
    return mixed, column * targets + (1 - column) * targets[partners]


def augment(
    inputs: tuple[Float32, ...],
    config: AugmentationConfig,
    *,
    front_end: Features,
    deviations: tuple[Float32, ...],
    rng: np.random.Generator,
) -> tuple[Float32, ...]:
    """Everything but mixup and time stretch: band shift and stretch, equaliser, gain, noise, masks, in this order.

    Parameters
    ----------
    inputs : tuple of array
        Spectrograms, or numeric features; or both, in this order.
    config : AugmentationConfig
    front_end : Features
        Of the first input.
    deviations : tuple of array
        For each input, the size of its scale: what noise is a share of.
    rng : numpy.random.Generator
    """
    changed = list(inputs)
    if not front_end.is_numeric:
        changed[0] = _augment_spectrogram(changed[0], config, front_end, float(deviations[0].flat[0]), rng)
    if config.noise:
        changed = [
            add_noise(values, deviation=config.noise * deviation, rng=rng)
            for values, deviation in zip(changed, deviations, strict=True)
        ]
    if config.n_time_masks and not front_end.is_numeric:
        changed[0] = mask(changed[0], n_masks=config.n_time_masks, longest=config.time_mask, axis=2, rng=rng)
    if config.n_band_masks and not front_end.is_numeric:
        changed[0] = mask(changed[0], n_masks=config.n_band_masks, longest=config.band_mask, axis=1, rng=rng)
    return tuple(changed)


def _augment_spectrogram(
    level: Float32, config: AugmentationConfig, front_end: Features, deviation: float, rng: np.random.Generator
) -> Float32:
    if config.band_shift:
        level = shift_bands(level, most=config.band_shift, rng=rng)
    if config.band_stretch:
        level = stretch_bands(level, most=config.band_stretch, rng=rng)
    if config.equaliser:
        level = equalise(level, deviation=config.equaliser * deviation, rng=rng)
    floor_db = floor_of(front_end)
    if config.gain_db and floor_db is not None:
        level = change_gain(level, gain_db=config.gain_db, floor_db=floor_db, rng=rng)
    return level


def preview(
    spectrogram: NDArray[np.generic],
    config: AugmentationConfig,
    *,
    front_end: Features,
    partner: NDArray[np.generic] | None = None,
    seed: int = 0,
) -> Float32:
    """One spectrogram as a training epoch might see it, whole.

    Parameters
    ----------
    spectrogram : array, shape (bands, frames)
    config : AugmentationConfig
    front_end : Features
        Made the spectrogram.
    partner : array, optional
        Another spectrogram, which mixup mixes in.
    seed : int
        Another seed, another epoch.

    Returns
    -------
    array, shape (bands, frames)
    """
    rng = np.random.default_rng([seed, 1])
    known = front_end.known_scaling or (0.0, 1.0)
    given = [np.asarray(values, dtype=np.float32) for values in (spectrogram, partner) if values is not None]
    deviation = np.array([abs(known[1])], dtype=np.float32)
    (changed,) = augment((np.stack(given),), config, front_end=front_end, deviations=(deviation,), rng=rng)
    if config.mixup and partner is not None:
        share = float(rng.beta(config.mixup, config.mixup))
        share = max(share, 1 - share)
        changed[0] = share * changed[0] + (1 - share) * changed[1]
    seen: Float32 = changed[0]
    return seen
