"""The 57 features of the GTZAN tables for each part of a clip."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.dsp.analysis import ClipAnalysis
from core.features.base import AudioFrontEnd, require
from core.features.gtzan_table import TABLE_NAMES, Variant, table_values


@dataclass(frozen=True, kw_only=True)
class GtzanTableParts(AudioFrontEnd):
    """The 57 columns of `GtzanTableFeatures` for each of the first parts of a clip, as in the public tables of thirds.

    A model that sees one part at a time learns from ``n_parts`` times as many examples, and its verdict on a clip is
    the mean over the parts. A remainder shorter than a part is left out; a clip shorter than one part is one. Parts
    of digital silence, in which nothing can be measured, are left out.

    Attributes
    ----------
    sr_hz : int
        8,000 to 96,000.
    variant : "table" or "librosa"
        As of `GtzanTableFeatures`. The public table of thirds agrees with "librosa", its default here, to 1e-4 of each
        value; of ``harmony_mean`` and ``perceptr_mean``, which are near 0, to 1e-7, which may be 5e-3 of the value.
    part_s : float
        Seconds of a part, 1 to 60.
    n_parts : int
        Parts looked at from the clip's start, 2 to 60; at most 600 s in all.
    """

    kind: ClassVar[str] = "gtzan57-parts"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float32"
    title: ClassVar[str] = "57 features of each part of a clip"
    names = TABLE_NAMES

    sr_hz: int = 22_050
    variant: Variant = "librosa"
    part_s: float = 10.0
    n_parts: int = 3

    def __post_init__(self) -> None:
        require(
            8_000 <= self.sr_hz <= 96_000, f"Sample rate: expected 8,000 to 96,000 Hz, got {self.sr_hz}.", field="sr_hz"
        )
        require(
            self.variant in ("table", "librosa"),
            f"Variant: expected table or librosa, got {self.variant!r}.",
            field="variant",
        )
        require(1 <= self.part_s <= 60, f"Length of a part: expected 1 to 60 s, got {self.part_s:g}.", field="part_s")
        require(2 <= self.n_parts <= 60, f"Number of parts: expected 2 to 60, got {self.n_parts}.", field="n_parts")
        require(
            self.part_s * self.n_parts <= 600,
            f"Expected parts of at most 600 s in total, got {self.part_s * self.n_parts:g} s.",
            field="n_parts",
        )

    @property
    def hop_length(self) -> int:
        """Samples of a part: one column each."""
        return round(self.part_s * self.sr_hz)

    @property
    def shape(self) -> tuple[int, int]:
        """(57, parts)."""
        return len(TABLE_NAMES), self.n_parts

    @property
    def max_samples(self) -> int:
        """Samples of all parts."""
        return self.hop_length * self.n_parts

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[np.float32], int]:
        """The features, shape (57, n_parts), parts that there are first and zeros after them; and their number."""
        samples = analysis.first(self.max_samples)
        n_whole = max(1, len(samples) // self.hop_length)
        features = np.zeros(self.shape, dtype=np.float32)
        n_valid = 0
        for number in range(n_whole):
            part = samples[number * self.hop_length : (number + 1) * self.hop_length]
            if not part.any():
                continue
            values = table_values(part, sr_hz=self.sr_hz, variant=self.variant)
            features[:, n_valid] = [values[name] for name in TABLE_NAMES]
            n_valid += 1
        require(n_valid > 0, f"The first {self.max_samples / self.sr_hz:g} s are digital silence.")
        return features, n_valid
