"""Classical models on numeric features: settings of scikit-learn's estimators. Fitted in `core.models.estimators`."""

from dataclasses import dataclass
from typing import Literal

from core.errors import ConfigError
from core.models.checks import check_whole, check_within
from core.models.layer_table import LayerRow, ReceptiveField

_LARGEST_TREE = 64


@dataclass(frozen=True, kw_only=True)
class _Classical:
    """What the classical models have in common: they take numeric features only."""

    def layers(self, input_shape: tuple[int, int], n_genres: int) -> list[LayerRow]:
        """Input and output; what lies between grows with the clips and is known after training."""
        n_features, n_frames = input_shape
        if n_frames != 1:
            raise ConfigError(
                "A classical model needs numeric features, not a spectrogram. Choose the 16 or the 57 numeric features."
            )
        return [
            LayerRow(layer="Input", shape=(n_features,)),
            LayerRow(
                layer="Output (probabilities)", shape=(n_genres,), n_parameters=self._n_fixed(input_shape, n_genres)
            ),
        ]

    def _n_fixed(self, input_shape: tuple[int, int], n_genres: int) -> int:
        return 0

    def receptive_field(self, input_shape: tuple[int, int]) -> ReceptiveField:
        """The whole clip."""
        return ReceptiveField(n_bands=input_shape[0], n_frames=input_shape[1])


@dataclass(frozen=True, kw_only=True)
class SvmConfig(_Classical):
    """Support vector machine with radial basis functions.

    Attributes
    ----------
    c : float
        Price of a clip on the wrong side of the margin, 1e-3 to 1e4.
    gamma : float or None
        Sharpness of the basis functions, 1e-6 to 10; None takes one over features times their variance.
    """

    kind: Literal["svm"] = "svm"
    c: float = 3.0
    gamma: float | None = None

    def __post_init__(self) -> None:
        check_within("C", self.c, 1e-3, 1e4)
        if self.gamma is not None:
            check_within("Gamma", self.gamma, 1e-6, 10.0)


@dataclass(frozen=True, kw_only=True)
class ForestConfig(_Classical):
    """Random forest.

    Attributes
    ----------
    n_trees : int
        1 to 2,000.
    max_depth : int or None
        1 to 64; None lets trees grow until their leaves are pure.
    min_leaf : int
        Fewest clips in a leaf, 1 to 100.
    """

    kind: Literal["forest"] = "forest"
    n_trees: int = 300
    max_depth: int | None = None
    min_leaf: int = 1

    def __post_init__(self) -> None:
        check_whole("Trees", self.n_trees, 1, 2000)
        if self.max_depth is not None:
            check_whole("Depth", self.max_depth, 1, _LARGEST_TREE)
        check_whole("Clips in a leaf", self.min_leaf, 1, 100)


@dataclass(frozen=True, kw_only=True)
class LogisticConfig(_Classical):
    """Multinomial logistic regression with L2 penalty.

    Attributes
    ----------
    c : float
        Inverse weight of the penalty, 1e-4 to 1e4.
    """

    kind: Literal["logistic"] = "logistic"
    c: float = 1.0

    def __post_init__(self) -> None:
        check_within("C", self.c, 1e-4, 1e4)

    def _n_fixed(self, input_shape: tuple[int, int], n_genres: int) -> int:
        return (input_shape[0] + 1) * n_genres


@dataclass(frozen=True, kw_only=True)
class BoostingConfig(_Classical):
    """Gradient boosting of histogram trees.

    Attributes
    ----------
    n_iterations : int
        Trees for each genre, 1 to 1,000.
    shrinkage : float
        Learning rate of the boosting, 0.001 to 1.
    max_leaves : int
        Leaves of a tree, 2 to 255.
    l2 : float
        Penalty on the leaves' values, 0 to 100.
    """

    kind: Literal["boosting"] = "boosting"
    n_iterations: int = 100
    shrinkage: float = 0.1
    max_leaves: int = 31
    l2: float = 0.0

    def __post_init__(self) -> None:
        check_whole("Iterations", self.n_iterations, 1, 1000)
        check_within("Shrinkage", self.shrinkage, 0.001, 1.0)
        check_whole("Leaves", self.max_leaves, 2, 255)
        check_within("L2", self.l2, 0.0, 100.0)


ClassicalConfig = SvmConfig | ForestConfig | LogisticConfig | BoostingConfig
