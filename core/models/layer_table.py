"""Layer tables: shapes, parameters, work and receptive field of a model, from its configuration alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from core.errors import ConfigError

Padding = Literal["valid", "same"]


@dataclass(frozen=True, kw_only=True)
class LayerRow:
    """One line of a layer table.

    Attributes
    ----------
    layer : str
        Name for people.
    shape : tuple of int
        Of the output, without the batch axis.
    n_parameters : int
        Trainable weights and biases.
    n_statistics : int
        Moving means and variances of a batch normalisation, which are not trained.
    n_multiply_adds : int
        Multiplications with addition for one clip or segment.
    copies : int
        Of the layer side by side, in a committee; the figures above are of all together, the shape of one.
    """

    layer: str
    shape: tuple[int, ...]
    n_parameters: int = 0
    n_statistics: int = 0
    n_multiply_adds: int = 0
    copies: int = 1

    @property
    def n_cells(self) -> int:
        """Figures that the layer puts out, all copies together."""
        return math.prod(self.shape) * self.copies


@dataclass(frozen=True, kw_only=True)
class ReceptiveField:
    """How much of the input one cell of the last feature map looks at, at most the whole input."""

    n_bands: int
    n_frames: int


@dataclass
class FeatureMap:
    """A feature map on its way through a network: its size, and what one of its cells looks at.

    Attributes
    ----------
    height, width, channels : int
        Bands, frames, filters.
    reach : [int, int]
        Bands and frames of the input that one cell looks at.
    step : [int, int]
        Bands and frames of the input from one cell to the next.
    rows : list of LayerRow
        Of the layers passed so far.
    """

    height: int
    width: int
    channels: int = 1
    reach: list[int] = field(default_factory=lambda: [1, 1])
    step: list[int] = field(default_factory=lambda: [1, 1])
    rows: list[LayerRow] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(bands, frames, filters)."""
        return self.height, self.width, self.channels

    @property
    def n_cells(self) -> int:
        """Cells of the whole map."""
        return self.height * self.width * self.channels

    def note(self, layer: str, **figures: int) -> None:
        """Enter a layer whose output the map is now."""
        self.rows.append(LayerRow(layer=layer, shape=self.shape, **figures))

    def convolve(
        self,
        layer: str,
        n_filters: int,
        kernel: tuple[int, int],
        *,
        padding: Padding,
        bias: bool,
        separable: bool = False,
    ) -> None:
        """Pass a convolution; ``kernel`` spans (bands, frames)."""
        if padding == "valid" and (self.height < kernel[0] or self.width < kernel[1]):
            raise ConfigError(
                f"{_block(layer)}: its input is {self.height} x {self.width} cells, smaller than the "
                f'{kernel[0]} x {kernel[1]} kernel. Use fewer blocks, a smaller kernel, less pooling or padding "same".'
            )
        if padding == "valid":
            self.height, self.width = self.height - kernel[0] + 1, self.width - kernel[1] + 1
        for axis in (0, 1):
            self.reach[axis] += (kernel[axis] - 1) * self.step[axis]
        if separable:
            weights = self.channels * kernel[0] * kernel[1] + self.channels * n_filters
        else:
            weights = self.channels * kernel[0] * kernel[1] * n_filters
        self.channels = n_filters
        self.note(
            layer,
            n_parameters=weights + (n_filters if bias else 0),
            n_multiply_adds=weights * self.height * self.width,
        )

    def normalise(self, layer: str) -> None:
        """Pass a batch normalisation."""
        self.note(layer, n_parameters=2 * self.channels, n_statistics=2 * self.channels)

    def pool(self, layer: str, pool: tuple[int, int]) -> None:
        """Pass a pooling without overlap."""
        if self.height < pool[0] or self.width < pool[1]:
            raise ConfigError(
                f"{_block(layer)}: pooling {pool[0]} x {pool[1]} leaves nothing of a {self.height} x {self.width} "
                "map. Use fewer blocks or less pooling."
            )
        self.height, self.width = self.height // pool[0], self.width // pool[1]
        for axis in (0, 1):
            self.reach[axis] += (pool[axis] - 1) * self.step[axis]
            self.step[axis] *= pool[axis]
        self.note(layer)


def _block(layer: str) -> str:
    return f"Block {''.join(letter for letter in layer if letter.isdigit()) or '1'}"


def dense_rows(
    n_inputs: int, units: tuple[int, ...], *, batch_norm: bool = False, numbered_from: int = 1
) -> list[LayerRow]:
    """Dense layers on ``n_inputs`` figures."""
    rows = []
    for number, n_units in enumerate(units, start=numbered_from):
        weights = n_inputs * n_units
        bias = 0 if batch_norm else n_units
        rows.append(
            LayerRow(layer=f"Dense {number}", shape=(n_units,), n_parameters=weights + bias, n_multiply_adds=weights)
        )
        if batch_norm:
            rows.append(
                LayerRow(
                    layer=f"Normalisation of dense {number}",
                    shape=(n_units,),
                    n_parameters=2 * n_units,
                    n_statistics=2 * n_units,
                )
            )
        n_inputs = n_units
    return rows


def output_row(n_inputs: int, n_genres: int) -> LayerRow:
    """The output layer."""
    return LayerRow(
        layer="Output (softmax)",
        shape=(n_genres,),
        n_parameters=n_inputs * n_genres + n_genres,
        n_multiply_adds=n_inputs * n_genres,
    )


def committee_rows(rows: Sequence[LayerRow], members: int) -> list[LayerRow]:
    """The table of so many such networks side by side, the mean of whose probabilities is given."""
    if members == 1:
        return list(rows)
    several = [
        replace(
            row,
            n_parameters=row.n_parameters * members,
            n_statistics=row.n_statistics * members,
            n_multiply_adds=row.n_multiply_adds * members,
            copies=members,
        )
        for row in rows
    ]
    return [*several, LayerRow(layer=f"Mean of {members} networks", shape=rows[-1].shape)]
