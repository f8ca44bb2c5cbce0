"""What the configurations of all kinds of models have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from core.models.layer_table import LayerRow, ReceptiveField


@dataclass(frozen=True, kw_only=True)
class ModelConfig(ABC):
    """Settings of a model. Subclasses are frozen dataclasses, one for each kind of `core.models.kinds.KINDS`.

    Attributes
    ----------
    kind : str
        Name of the kind in stored configurations.
    """

    kind: str

    @property
    def axes(self) -> str:
        """Over what its kernels move, ``"bands+time"`` or ``"time"``; empty for a model without kernels."""
        return ""

    @abstractmethod
    def layers(self, input_shape: tuple[int, int], n_genres: int, *, n_numeric: int = 0) -> list[LayerRow]:
        """Layer table.

        Parameters
        ----------
        input_shape : (int, int)
            (bands or features, frames) of what the model sees.
        n_genres : int
        n_numeric : int
            Numeric features beside the first input, for a kind that takes both.

        Raises
        ------
        ConfigError
            The model is impossible for such an input.
        """

    def receptive_field(self, input_shape: tuple[int, int]) -> ReceptiveField:
        """What one unit of the last layer before the dense ones looks at: the whole input, unless it has kernels."""
        return ReceptiveField(n_bands=input_shape[0], n_frames=input_shape[1])

    def block_text(self, place: int) -> str:
        """What a block does, counted from 0, in a few words; empty for a model without blocks."""
        return ""
