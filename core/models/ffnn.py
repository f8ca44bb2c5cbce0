"""Feed-forward networks, and the hybrid of a convolutional and a feed-forward branch."""

from dataclasses import dataclass, field
from typing import Literal

from core.errors import ConfigError, in_field
from core.models.base import ModelConfig
from core.models.checks import check_flag, check_whole, check_within
from core.models.cnn import CnnConfig
from core.models.layer_table import LayerRow, ReceptiveField, dense_rows, output_row


@dataclass(frozen=True, kw_only=True)
class FfnnConfig(ModelConfig):
    """Dense layers with ReLU on the flattened input.

    Attributes
    ----------
    units : tuple of int
        Units of each hidden layer, 1 to 8 layers.
    dropout : float
        Share dropped after each hidden layer, 0 to 0.9.
    input_dropout : float
        Share of the input dropped, 0 to 0.9.
    batch_norm : bool
        Batch normalisation after each hidden layer, which then has no bias.
    l2 : float
        Weight of the squared weights in the loss, 0 to 1.
    """

    kind: Literal["ffnn"] = "ffnn"
    units: tuple[int, ...] = (128, 128, 64)
    dropout: float = 0.0
    input_dropout: float = 0.0
    batch_norm: bool = False
    l2: float = 0.0

    def __post_init__(self) -> None:
        check_within("Dropout of the input", self.input_dropout, 0.0, 0.9, field="input_dropout")
        check_whole("Number of hidden layers", len(self.units), 1, 8, field="units")
        for units in self.units:
            check_whole("Units", units, 1, 4096, field="units")
        check_within("Dropout", self.dropout, 0.0, 0.9, field="dropout")
        check_flag("Batch normalisation", self.batch_norm, field="batch_norm")
        check_within("L2", self.l2, 0.0, 1.0, field="l2")

    def layers(self, input_shape: tuple[int, int], n_genres: int, *, n_numeric: int = 0) -> list[LayerRow]:
        """Layer table for an input of (mel bands, frames)."""
        height, width = input_shape
        rows = [
            LayerRow(layer="Input", shape=(height, width)),
            LayerRow(layer="Flatten", shape=(height * width,)),
            *dense_rows(height * width, self.units, batch_norm=self.batch_norm),
        ]
        return [*rows, output_row(self.units[-1], n_genres)]


@dataclass(frozen=True, kw_only=True)
class HybridConfig(ModelConfig):
    """A CNN branch on the spectrogram and a dense branch on numeric features, joined before the output.

    Attributes
    ----------
    cnn : CnnConfig
        Blocks, head and dense layers of the branch on the spectrogram.
    numeric_units : tuple of int
        Units of the dense layers on the numeric features, 1 to 4 layers.
    joined_units : tuple of int
        Units of the dense layers after the branches were joined, 0 to 4 layers.
    dropout : float
        Share dropped after each dense layer of the numeric branch and after the joining, 0 to 0.9.
    batch_norm : bool
        Batch normalisation in the numeric branch; the CNN branch has its own setting.
    l2 : float
        Of the numeric branch and the joined layers, 0 to 1.
    """

    kind: Literal["hybrid"] = "hybrid"
    cnn: CnnConfig = field(default_factory=CnnConfig)
    numeric_units: tuple[int, ...] = (64,)
    joined_units: tuple[int, ...] = (64,)
    dropout: float = 0.25
    batch_norm: bool = False
    l2: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.cnn, CnnConfig):
            raise ConfigError(f"Spectrogram branch of a hybrid: expected a CNN, got {self.cnn!r}.", field="cnn")
        check_whole("Number of layers on the numeric features", len(self.numeric_units), 1, 4, field="numeric_units")
        check_whole("Number of joined layers", len(self.joined_units), 0, 4, field="joined_units")
        for name in ("numeric_units", "joined_units"):
            for units in getattr(self, name):
                check_whole("Units", units, 1, 4096, field=name)
        check_within("Dropout", self.dropout, 0.0, 0.9, field="dropout")
        check_flag("Batch normalisation", self.batch_norm, field="batch_norm")
        check_within("L2", self.l2, 0.0, 1.0, field="l2")

    def layers(self, input_shape: tuple[int, int], n_genres: int, *, n_numeric: int = 0) -> list[LayerRow]:
        """Layer table for a spectrogram of (bands, frames) and ``n_numeric`` numeric features."""
        with in_field("cnn"):
            features = self.cnn.trunk(input_shape)
        rows = features.rows + self.cnn.head_rows(features)
        rows += dense_rows(rows[-1].shape[0], self.cnn.dense)
        n_of_cnn = rows[-1].shape[0]
        numeric = dense_rows(n_numeric, self.numeric_units, batch_norm=self.batch_norm)
        rows.append(LayerRow(layer="Numeric input", shape=(n_numeric,)))
        rows += [
            LayerRow(
                layer=f"Numeric {row.layer[0].lower()}{row.layer[1:]}",
                shape=row.shape,
                n_parameters=row.n_parameters,
                n_statistics=row.n_statistics,
                n_multiply_adds=row.n_multiply_adds,
            )
            for row in numeric
        ]
        n_joined = n_of_cnn + self.numeric_units[-1]
        rows.append(LayerRow(layer="Joined", shape=(n_joined,)))
        joined = dense_rows(n_joined, self.joined_units, numbered_from=len(self.cnn.dense) + 1)
        return [*rows, *joined, output_row(self.joined_units[-1] if joined else n_joined, n_genres)]

    def receptive_field(self, input_shape: tuple[int, int]) -> ReceptiveField:
        """That of the CNN branch."""
        return self.cnn.receptive_field(input_shape)

    @property
    def axes(self) -> str:
        """Those of the CNN branch."""
        return self.cnn.axes

    def block_text(self, place: int) -> str:
        """A block of the CNN branch."""
        return self.cnn.block_text(place)
