"""Classical models on numeric features: their settings, and the scikit-learn estimators that these make.

Fitted and kept in `core.models.estimators`.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError
from core.models.base import ModelConfig
from core.models.checks import check_whole, check_within
from core.models.layer_table import LayerRow

_N_CALIBRATION_FOLDS = 5

_LARGEST_TREE = 64


@dataclass(frozen=True, kw_only=True)
class ClassicalConfig(ModelConfig):
    """What the classical models have in common: they take numeric features of whole clips only."""

    def layers(self, input_shape: tuple[int, int], n_genres: int, *, n_numeric: int = 0) -> list[LayerRow]:
        """Input and output; what lies between grows with the clips and is known after training."""
        output = LayerRow(
            layer="Output (probabilities)", shape=(n_genres,), n_parameters=self._n_fixed(input_shape, n_genres)
        )
        return [LayerRow(layer="Input", shape=(input_shape[0],)), output]

    def _n_fixed(self, input_shape: tuple[int, int], n_genres: int) -> int:
        return 0


@dataclass(frozen=True, kw_only=True)
class SvmConfig(ClassicalConfig):
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
        check_within("C", self.c, 1e-3, 1e4, field="c")
        if self.gamma is not None:
            check_within("Gamma", self.gamma, 1e-6, 10.0, field="gamma")


@dataclass(frozen=True, kw_only=True)
class ForestConfig(ClassicalConfig):
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
        check_whole("Trees", self.n_trees, 1, 2000, field="n_trees")
        if self.max_depth is not None:
            check_whole("Depth", self.max_depth, 1, _LARGEST_TREE, field="max_depth")
        check_whole("Clips in a leaf", self.min_leaf, 1, 100, field="min_leaf")


@dataclass(frozen=True, kw_only=True)
class LogisticConfig(ClassicalConfig):
    """Multinomial logistic regression with L2 penalty.

    Attributes
    ----------
    c : float
        Inverse weight of the penalty, 1e-4 to 1e4.
    """

    kind: Literal["logistic"] = "logistic"
    c: float = 1.0

    def __post_init__(self) -> None:
        check_within("C", self.c, 1e-4, 1e4, field="c")

    def _n_fixed(self, input_shape: tuple[int, int], n_genres: int) -> int:
        return (input_shape[0] + 1) * n_genres


@dataclass(frozen=True, kw_only=True)
class LdaConfig(ClassicalConfig):
    """Linear discriminant analysis with a covariance shrunk towards equal variances.

    Attributes
    ----------
    shrinkage : float or None
        0 (the clips' covariance as it is) to 1 (independent features of equal variance); None determines it from the
        training clips.

    References
    ----------
    O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", Journal of
    Multivariate Analysis 88 (2004).
    """

    kind: Literal["lda"] = "lda"
    shrinkage: float | None = None

    def __post_init__(self) -> None:
        if self.shrinkage is not None:
            check_within("Shrinkage", self.shrinkage, 0.0, 1.0, field="shrinkage")

    def _n_fixed(self, input_shape: tuple[int, int], n_genres: int) -> int:
        return (input_shape[0] + 1) * n_genres


@dataclass(frozen=True, kw_only=True)
class BoostingConfig(ClassicalConfig):
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
        check_whole("Iterations", self.n_iterations, 1, 1000, field="n_iterations")
        check_within("Shrinkage", self.shrinkage, 0.001, 1.0, field="shrinkage")
        check_whole("Leaves", self.max_leaves, 2, 255, field="max_leaves")
        check_within("L2", self.l2, 0.0, 100.0, field="l2")


def make_svm(config: SvmConfig, labels: NDArray[np.integer], *, seed: int, weight: str | None) -> Any:
    """An SVM on all clips, with probabilities whose order is that of its decisions.

    One temperature is learnt from decisions on clips left out in turn (Guo et al. 2017, "On calibration of modern
    neural networks").

    Raises
    ------
    ConfigError
        A genre has a single clip.
    """
    from sklearn.svm import SVC

    svm = SVC(
        C=config.c, gamma="scale" if config.gamma is None else config.gamma, class_weight=weight, random_state=seed
    )
    return _calibrated(svm, labels, seed=seed, title="An SVM")


def make_lda(config: LdaConfig, labels: NDArray[np.integer], *, seed: int, weight: str | None) -> Any:
    """A linear discriminant analysis, with probabilities whose confidence is calibrated as that of an SVM is.

    Raises
    ------
    ConfigError
        A genre has a single clip.
    """
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    n_genres = len(np.unique(labels))
    lda = LinearDiscriminantAnalysis(
        solver="lsqr",
        shrinkage="auto" if config.shrinkage is None else config.shrinkage,
        priors=np.full(n_genres, 1 / n_genres) if weight else None,
    )
    return _calibrated(lda, labels, seed=seed, title="Discriminant analysis")


def _calibrated(estimator: Any, labels: NDArray[np.integer], *, seed: int, title: str) -> Any:
    """The estimator on all clips, its decisions divided by a temperature learnt on clips left out in turn."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedKFold

    fewest = int(np.bincount(labels).min())
    if fewest < 2:
        raise ConfigError(f"{title} needs at least two training clips of each genre to calibrate its probabilities.")
    folds = StratifiedKFold(min(_N_CALIBRATION_FOLDS, fewest), shuffle=True, random_state=seed)
    return CalibratedClassifierCV(estimator, method="temperature", ensemble=False, cv=folds)


def make_forest(config: ForestConfig, labels: NDArray[np.integer], *, seed: int, weight: str | None) -> Any:
    """An unfitted random forest."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        config.n_trees,
        max_depth=config.max_depth,
        min_samples_leaf=config.min_leaf,
        class_weight=weight,
        random_state=seed,
    )


def make_logistic(config: LogisticConfig, labels: NDArray[np.integer], *, seed: int, weight: str | None) -> Any:
    """An unfitted logistic regression."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=config.c, max_iter=5000, class_weight=weight, random_state=seed)


def make_boosting(config: BoostingConfig, labels: NDArray[np.integer], *, seed: int, weight: str | None) -> Any:
    """An unfitted gradient boosting."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=config.n_iterations,
        learning_rate=config.shrinkage,
        max_leaf_nodes=config.max_leaves,
        l2_regularization=config.l2,
        early_stopping=False,
        class_weight=weight,
        random_state=seed,
    )
