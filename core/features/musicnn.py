"""What trained ears hear in a clip: tags, and the layers before them, of MusiCNN."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.dsp import spectral
from core.dsp.analysis import ClipAnalysis, Samples
from core.dsp.bands import Bands
from core.dsp.spectral import Transform
from core.ears import network
from core.ears.weights import TRAININGS, Training, why_missing
from core.features.base import AudioFrontEnd, require

Layer = Literal["tags", "penultimate", "tags+penultimate", "pooled"]
"""What is taken of the network: its 50 tags, the 200 units before them, both, or the 1,506 pooled maps before those."""

LONGEST_S = 600.0
"""Seconds of a clip that can be heard at once."""

_TRANSFORM = Transform(n_fft=network.N_FFT, hop_length=network.HOP_LENGTH)
_BANDS = Bands(sr_hz=network.SR_HZ, n_fft=network.N_FFT, n_bands=network.N_MELS)


@dataclass(frozen=True, kw_only=True)
class MusicnnFeatures(AudioFrontEnd):
    """What MusiCNN, a network trained by others on many songs and their tags, hears in a clip.

    It hears patches of 3 s. The values of a clip are the means over its patches, or those of each patch.

    Attributes
    ----------
    training : "msd" or "mtt"
        What the ears were trained on, see `core.ears.weights.TRAININGS`.
    layer : "tags", "penultimate", "tags+penultimate" or "pooled"
        Probabilities of 50 tags (0..1), the 200 units of the layer before, both, or the greatest value and the mean
        over time of each of the 753 feature maps before that.
    per : "clip" or "part"
        One column with the means over the patches, or a column a patch.
    max_duration_s : float
        Seconds of a clip that are heard, from its start, 3 to 600.

    References
    ----------
    J. Pons and X. Serra, "musicnn: Pre-trained convolutional neural networks for music audio tagging", ISMIR
    late-breaking session (2019).
    """

    kind: ClassVar[str] = "musicnn"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float32"
    title: ClassVar[str] = "Trained ears (MusiCNN)"

    training: Training = "msd"
    layer: Layer = "tags+penultimate"
    per: Literal["clip", "part"] = "clip"
    max_duration_s: float = 60.0

    def __post_init__(self) -> None:
        require(
            self.training in TRAININGS,
            f"Training: expected one of {', '.join(TRAININGS)}, got {self.training!r}.",
            field="training",
        )
        require(
            self.layer in get_args(Layer),
            f"Layer: expected one of {', '.join(get_args(Layer))}, got {self.layer!r}.",
            field="layer",
        )
        require(self.per in ("clip", "part"), f"Per: expected clip or part, got {self.per!r}.", field="per")
        require(
            3 <= self.max_duration_s <= LONGEST_S,
            f"Duration: expected 3 to {LONGEST_S:g} s, got {self.max_duration_s:g}.",
            field="max_duration_s",
        )

    @property
    def names(self) -> tuple[str, ...]:  # type: ignore[override]
        """``tag_rock``, ...; ``penultimate_001``, ...; or ``max_001``, ..., ``mean_001``, ..."""
        tags = tuple(f"tag_{tag.lower().replace(' ', '_')}" for tag in TRAININGS[self.training].tags)
        return {
            "tags": tags,
            "penultimate": _numbered("penultimate", network.N_PENULTIMATE),
            "tags+penultimate": tags + _numbered("penultimate", network.N_PENULTIMATE),
            "pooled": _numbered("max", network.N_POOLED) + _numbered("mean", network.N_POOLED),
        }[self.layer]

    @property
    def sr_hz(self) -> int:
        """16,000: what the network was trained at."""
        return network.SR_HZ

    @property
    def hop_length(self) -> int:
        """Samples of a patch: one column each."""
        return network.PATCH_FRAMES * network.HOP_LENGTH

    @property
    def shape(self) -> tuple[int, int]:
        """(values, 1) or (values, patches)."""
        n_columns = 1 if self.per == "clip" else len(network.patch_starts(_TRANSFORM.n_frames(self.max_samples)))
        return len(self.names), n_columns

    @property
    def fewest_samples(self) -> int:
        """Samples of a patch: a shorter sound is heard repeated, which no part of a song needs to be."""
        return self.hop_length

    @property
    def max_samples(self) -> int:
        """Samples in ``max_duration_s``."""
        return round(self.max_duration_s * self.sr_hz)

    @property
    def why_not_here(self) -> str:
        """How to get the trained weights, where they are not installed."""
        return why_missing()

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[np.float32], int]:
        """The values, shape ``shape``: columns of patches that there are, then zeros; and the number of columns."""
        return self.columns_of(self.hear([analysis.samples])[0])

    def hear(self, sounds: Sequence[Samples]) -> list[network.Heard]:
        """What the network makes of the patches of sounds, which it hears together: patches go over several cores.

        Parameters
        ----------
        sounds : sequence of array, shape (samples,)
            At 16 kHz, of any length; as much of each as a clip's ``max_duration_s``.

        Returns
        -------
        list of Heard
            `patch_starts` tells where the patches of each begin.
        """
        cut = [network.cut_patches(_loudness(samples[: self.max_samples])) for samples in sounds]
        heard = network.trained_network(self.training).hear(np.concatenate(cut))
        ends = np.cumsum([len(patches) for patches in cut])
        return [heard.part(end - len(patches), end) for end, patches in zip(ends.tolist(), cut, strict=True)]

    def patch_starts(self, n_samples: int) -> list[int]:
        """First samples of the patches of a sound of so many samples at 16 kHz."""
        n_frames = _TRANSFORM.n_frames(min(n_samples, self.max_samples))
        return [start * network.HOP_LENGTH for start in network.patch_starts(n_frames)]

    def columns_of(self, heard: network.Heard) -> tuple[NDArray[np.float32], int]:
        """The columns that a clip of these patches gets, shape ``shape``, and how many there are."""
        values = self.values_of(heard)
        if self.per == "clip":
            return values.mean(axis=0, dtype=np.float64).astype(np.float32)[:, np.newaxis], 1
        columns = np.zeros(self.shape, dtype=np.float32)
        columns[:, : len(values)] = values.T
        return columns, len(values)

    def values_of(self, heard: network.Heard) -> NDArray[np.float32]:
        """The values of each patch, shape (patches, values)."""
        arrays = {
            "tags": [heard.tags],
            "penultimate": [heard.penultimate],
            "tags+penultimate": [heard.tags, heard.penultimate],
            "pooled": [heard.max_pool, heard.mean_pool],
        }[self.layer]
        return np.concatenate(arrays, axis=1)


def _numbered(name: str, n: int) -> tuple[str, ...]:
    return tuple(f"{name}_{number:03}" for number in range(1, n + 1))


def _loudness(samples: Samples) -> NDArray[np.float32]:
    """What the network is given: ``log10(10000 * power + 1)``, shape (frames, 96)."""
    n_frames = _TRANSFORM.n_frames(len(samples))
    level = np.empty((n_frames, network.N_MELS), dtype=np.float32)
    for place, power in spectral.power_blocks(samples, _TRANSFORM, n_frames):
        level[place] = _BANDS.sum_power(power.T).T
    level *= np.float32(10_000.0)
    level += np.float32(1.0)
    np.log10(level, out=level)
    return level
