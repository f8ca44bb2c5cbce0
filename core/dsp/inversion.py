"""From a spectrogram back to sound: what was summed into bands is spread over bins again, and phases are found for it.

Sources: the bins behind bands by Richardson and Lucy's rule (the multiplicative update of D. D. Lee and H. S. Seung,
2001, for the Kullback-Leibler divergence); phases by D. W. Griffin and J. S. Lim, 1984, accelerated as by
N. Perraudin, P. Balazs and P. L. Søndergaard, 2013. The tests hold both beside librosa's `feature.inverse` and
`griffinlim`, to which they must be as near to what was given, or nearer.
"""

from collections.abc import Callable

import numpy as np
import scipy.fft
import scipy.sparse
from numpy.typing import NDArray

from core.dsp.bands import Bands, band_matrix
from core.dsp.separation import inverse_transform
from core.dsp.spectral import Float32, Transform, spectrum_blocks
from core.errors import FeatureError

N_SPREADS = 20
"""Steps of `power_of_bands`: after them the bands of the result are within a few per cent of those given."""
N_ITERATIONS = 32
"""Steps of `find_sound`, as many as librosa takes."""
_MOMENTUM = np.float32(0.99 / 1.99)
_SMALLEST = np.float32(1e-20)


def power_of_bands(band_power: Float32, bands: Bands, *, n_steps: int = N_SPREADS) -> Float32:
    """Power of bins that gives these bands, nowhere negative, shape (bins, frames).

    Parameters
    ----------
    band_power : array, shape (bands, frames)
        0 or more.
    bands : Bands
    n_steps : int
    """
    matrix = band_matrix(bands)
    reached = matrix.max(axis=1) > 0
    forward = scipy.sparse.csr_array(matrix[reached])
    share = matrix[reached].sum(axis=0)
    # Each bin's correction is the mean of those of its bands; bins in no band stay empty.
    backward = scipy.sparse.csr_array(matrix[reached].T / np.where(share > 0, share, 1)[:, np.newaxis])
    wanted = np.maximum(band_power[reached], _SMALLEST)
    area = matrix[reached].sum(axis=1, keepdims=True)
    power: Float32 = backward @ (wanted / area)
    for _ in range(n_steps):
        summed = forward @ power
        np.maximum(summed, _SMALLEST, out=summed)
        np.divide(wanted, summed, out=summed)
        power *= backward @ summed
    return power


def find_sound(
    magnitude: Float32,
    transform: Transform,
    n_samples: int,
    *,
    seed: int = 0,
    n_iterations: int = N_ITERATIONS,
    on_progress: Callable[[int, int], None] | None = None,
) -> Float32:
    """A sound whose magnitudes are near these; its phases are guessed at first, by ``seed``, and then improved.

    Parameters
    ----------
    magnitude : array, shape (frames, bins)
    transform : Transform
        Its hop divides ``n_fft``, and is half of it at most.
    n_samples : int
        Length wanted.
    seed : int
    n_iterations : int
    on_progress : callable, optional
        Called with (steps done, steps in all).

    Returns
    -------
    array of float32, shape (n_samples,)

    Raises
    ------
    FeatureError
        The frames do not overlap as they have to.
    """
    require_overlap(transform)
    n_frames = len(magnitude)
    # Up to the middle of the last frame: beyond it that frame alone decides, with the end of its window, by which the
    # sound would be divided. What is left, less than a hop, is silent.
    length = max((n_frames - 1) * transform.hop_length, min(n_samples, transform.hop_length // 2))
    angle = np.random.default_rng(seed).random(magnitude.shape, dtype=np.float32) * np.float32(2 * np.pi)
    spectrum = np.empty(magnitude.shape, dtype=np.complex64)
    np.cos(angle, out=spectrum.real)
    np.sin(angle, out=spectrum.imag)
    del angle
    spectrum *= magnitude
    before = np.zeros_like(spectrum)
    for number in range(n_iterations):
        sound = inverse_transform(spectrum, transform, length)
        for place, rebuilt in spectrum_blocks(sound, transform, n_frames):
            ahead = rebuilt - _MOMENTUM * before[place]
            before[place] = rebuilt
            spectrum[place] = _with_magnitude(ahead, magnitude[place])
        if on_progress is not None:
            on_progress(number + 1, n_iterations)
    found = np.zeros(n_samples, dtype=np.float32)
    kept = inverse_transform(spectrum, transform, length)[:n_samples]
    found[: len(kept)] = kept
    return found


def require_overlap(transform: Transform) -> None:
    """`FeatureError` unless the frames overlap by half or more, in whole hops: else they do not determine a sound."""
    if transform.n_fft % transform.hop_length or 2 * transform.hop_length > transform.n_fft:
        raise FeatureError(
            f"A sound can be rebuilt where the hop divides n_fft and is half of it at most, got a hop of "
            f"{transform.hop_length:,} and n_fft {transform.n_fft:,}. Choose a smaller hop or a larger n_fft.",
            field="hop_length",
        )


def mel_of_mfcc(coefficients: NDArray[np.float32], n_bands: int) -> Float32:
    """Level in dB of the mel bands that have these coefficients and no finer shape, shape (n_bands, frames)."""
    level: Float32 = scipy.fft.idct(coefficients, axis=0, type=2, norm="ortho", n=n_bands).astype(np.float32)
    return level


def _with_magnitude(spectrum: NDArray[np.complex64], magnitude: Float32) -> NDArray[np.complex64]:
    """The spectrum's phases with other magnitudes; overwritten."""
    parts = spectrum.view(np.float32).reshape(*spectrum.shape, 2)
    scale = parts[..., 0] ** 2
    scale += parts[..., 1] ** 2
    np.sqrt(scale, out=scale)
    scale += _SMALLEST
    np.divide(magnitude, scale, out=scale)
    parts *= scale[..., np.newaxis]
    return spectrum
