"""Convolutional networks: their settings and layer table."""

from dataclasses import dataclass
from typing import Literal

from core.errors import ConfigError, in_field
from core.models.base import ModelConfig
from core.models.checks import check_choice, check_flag, check_whole, check_within
from core.models.layer_table import FeatureMap, LayerRow, Padding, ReceptiveField, dense_rows, output_row

Pooling = Literal["max", "average"]
Block = Literal["plain", "residual", "separable"]
Axes = Literal["bands+time", "time"]
Head = Literal["flatten", "average", "average+max"]
HEADS: dict[str, str] = {
    "flatten": "Flatten",
    "average": "Global average",
    "average+max": "Global average and maximum",
}


@dataclass(frozen=True, kw_only=True)
class CnnConfig(ModelConfig):
    """Convolution blocks, then dense layers. At its defaults the study's network.

    A block is one or two convolutions with ReLU (each with batch normalisation where chosen), then pooling. A residual
    block adds its input to what its convolutions give (He et al. 2016, "Deep residual learning for image recognition");
    a separable one convolves each map by itself and then mixes the maps (Chollet 2017, "Xception").

    Attributes
    ----------
    filters : tuple of int
        Filters of each block, 1 to 6 blocks.
    kernel : int
        Side of the square kernel, in cells.
    pool : (int, int)
        Pooling over (bands, frames) of every block.
    axes : "bands+time" or "time"
        Whether kernels move over bands and frames, as over a picture, or over the frames only and span all bands;
        pooling is over the frames only then.
    pools : tuple of (int, int)
        Pooling of each block by itself, in place of ``pool``; empty for the same in all.
    pooling : "max" or "average"
    padding : "valid" or "same"
        Whether a convolution looks only where its kernel fits, or keeps the map's size.
    batch_norm : bool
        Batch normalisation after each convolution, which then has no bias.
    block : "plain", "residual" or "separable"
    convolutions : int
        Convolutions in each block, 1 or 2.
    block_dropout : float
        Share of whole maps dropped after each block, 0 to 0.9.
    head : "flatten", "average" or "average+max"
        How the last maps become one row of figures.
    dense : tuple of int
        Units of the dense layers before the output.
    dropout : float
        Share dropped before the output, 0 to 0.9.
    l2 : float
        Weight of the squared weights in the loss, 0 to 1.
    """

    kind: Literal["cnn"] = "cnn"
    filters: tuple[int, ...] = (16, 32)
    kernel: int = 3
    pool: tuple[int, int] = (2, 4)
    dense: tuple[int, ...] = (64,)
    dropout: float = 0.25
    axes: Axes = "bands+time"
    pools: tuple[tuple[int, int], ...] = ()
    pooling: Pooling = "max"
    padding: Padding = "valid"
    batch_norm: bool = False
    block: Block = "plain"
    convolutions: int = 1
    block_dropout: float = 0.0
    head: Head = "flatten"
    l2: float = 0.0

    def __post_init__(self) -> None:
        check_whole("Number of blocks", len(self.filters), 1, 6, field="filters")
        for n_filters in self.filters:
            check_whole("Filters", n_filters, 1, 512, field="filters")
        check_whole("Kernel", self.kernel, 1, 15, field="kernel")
        if self.pools and len(self.pools) != len(self.filters):
            raise ConfigError(
                f"Pooling: expected one pair for each of the {len(self.filters)} blocks, or one for all, got "
                f"{len(self.pools)}.",
                field="pools",
            )
        for field, pool in (("pool", self.pool), *(("pools", pool) for pool in self.pools)):
            if len(pool) != 2:
                raise ConfigError(f"Pool: expected two numbers (mel bands, frames), got {pool!r}.", field=field)
            for side in pool:
                check_whole("Pool", side, 1, 16, field=field)
        check_choice("Kernels move over", self.axes, ("bands+time", "time"), field="axes")
        check_choice("Pooling", self.pooling, ("max", "average"), field="pooling")
        check_choice("Padding", self.padding, ("valid", "same"), field="padding")
        check_flag("Batch normalisation", self.batch_norm, field="batch_norm")
        check_choice("Block", self.block, ("plain", "residual", "separable"), field="block")
        if self.block == "residual" and self.padding == "valid":
            raise ConfigError(
                'A residual block adds its input to its output, so both must have the same size: choose padding "same".',
                field="padding",
            )
        check_whole("Convolutions in a block", self.convolutions, 1, 2, field="convolutions")
        check_within("Dropout after a block", self.block_dropout, 0.0, 0.9, field="block_dropout")
        check_choice("Head", self.head, tuple(HEADS), field="head")
        check_whole("Number of dense layers", len(self.dense), 0, 6, field="dense")
        for units in self.dense:
            check_whole("Dense units", units, 1, 4096, field="dense")
        check_within("Dropout", self.dropout, 0.0, 0.9, field="dropout")
        check_within("L2", self.l2, 0.0, 1.0, field="l2")

    def pool_of(self, place: int) -> tuple[int, int]:
        """Pooling (bands, frames) of a block, counted from 0."""
        bands, frames = self.pools[place] if self.pools else self.pool
        return (1, frames) if self.axes == "time" else (bands, frames)

    @property
    def kernel_shape(self) -> tuple[int, int]:
        """Bands and frames of a kernel; 1 band where the bands are channels, all of which each kernel spans."""
        return (1, self.kernel) if self.axes == "time" else (self.kernel, self.kernel)

    def convolution_names(self, place: int) -> tuple[str, ...]:
        """Numbers of the convolutions of a block, counted from 0: ``("1",)``, or ``("1a", "1b")``."""
        return (f"{place + 1}",) if self.convolutions == 1 else (f"{place + 1}a", f"{place + 1}b")

    def trunk(self, input_shape: tuple[int, int]) -> FeatureMap:
        """The map after the last block, with the rows of all layers up to it."""
        height, width = input_shape
        whole_bands = FeatureMap(1, width, height, reach=[height, 1])
        features = whole_bands if self.axes == "time" else FeatureMap(height, width)
        features.note("Input")
        for place in range(len(self.filters)):
            self._pass_block(features, place)
        return features

    def _pass_block(self, features: FeatureMap, place: int) -> None:
        n_filters, before = self.filters[place], features.channels
        for name in self.convolution_names(place):
            with in_field("kernel"):
                features.convolve(
                    f"Convolution {name}",
                    n_filters,
                    self.kernel_shape,
                    padding=self.padding,
                    bias=not self.batch_norm,
                    separable=self.block == "separable",
                )
            if self.batch_norm:
                features.normalise(f"Normalisation {name}")
        if self.block == "residual":
            if before != n_filters:
                features.note(
                    f"Shortcut {place + 1}",
                    n_parameters=before * n_filters,
                    n_multiply_adds=before * n_filters * features.height * features.width,
                )
            features.note(f"Addition {place + 1}")
        with in_field("pools" if self.pools else "pool"):
            features.pool(f"Pooling {place + 1}", self.pool_of(place))

    def head_rows(self, features: FeatureMap) -> list[LayerRow]:
        """The layer that makes one row of figures of the last map."""
        n_figures = {
            "flatten": features.n_cells,
            "average": features.channels,
            "average+max": 2 * features.channels,
        }[self.head]
        return [LayerRow(layer=HEADS[self.head], shape=(n_figures,))]

    def layers(self, input_shape: tuple[int, int], n_genres: int, *, n_numeric: int = 0) -> list[LayerRow]:
        """Layer table for an input of (mel bands, frames); `ConfigError` where a map is pooled to nothing."""
        features = self.trunk(input_shape)
        rows = features.rows + self.head_rows(features)
        rows += dense_rows(rows[-1].shape[0], self.dense)
        return [*rows, output_row(rows[-1].shape[0], n_genres)]

    def receptive_field(self, input_shape: tuple[int, int]) -> ReceptiveField:
        """What one cell of the last map looks at."""
        features = self.trunk(input_shape)
        n_bands, n_frames = (min(reach, side) for reach, side in zip(features.reach, input_shape, strict=True))
        return ReceptiveField(n_bands=n_bands, n_frames=n_frames)

    def block_text(self, place: int) -> str:
        """Kernel and pooling of a block: ``"residual, 2 · kernel 3 × 3, pool 2 × 4"``."""
        kernel = f"{self.kernel}" if self.axes == "time" else f"{self.kernel} × {self.kernel}"
        bands, frames = self.pool_of(place)
        pool = f"{frames}" if self.axes == "time" else f"{bands} × {frames}"
        sort = "" if self.block == "plain" else f"{self.block}, "
        times = "2 · " if self.convolutions == 2 else ""
        return f"{sort}{times}kernel {kernel}, pool {pool}"
