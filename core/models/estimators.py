"""Classical models: fitted by scikit-learn, kept by skops without pickle, opened only where every type is known."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.names import reason_of
from core.errors import ConfigError, RunError
from core.models.architectures import ForestConfig, LogisticConfig, ModelConfig, SvmConfig
from core.models.classical import BoostingConfig
from core.models.scaling import InputScaling

_TRUSTED = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.tree._tree.Tree",
)
"""Parts of scikit-learn's own estimators that skops asks about; anything else in a file is refused."""
_N_CALIBRATION_FOLDS = 5


class ClassicalModel:
    """A fitted estimator with the scaling of its input; predicts as a Keras model does.

    Parameters
    ----------
    estimator : scikit-learn classifier
        Its classes are the labels 0, 1, 2 ...
    scaling : InputScaling
    """

    def __init__(self, estimator: Any, scaling: InputScaling) -> None:
        self.estimator, self.scaling = estimator, scaling

    def predict_on_batch(self, features: NDArray[Any]) -> NDArray[np.float64]:
        """Probabilities, shape (clips, genres), of numeric features of shape (clips, features, 1), unscaled."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            probabilities: NDArray[np.float64] = self.estimator.predict_proba(self.scaling.apply(features))
        return probabilities

    def save(self, path: Path) -> None:
        """Write estimator and scaling as one skops file."""
        import skops.io

        values = {
            "estimator": self.estimator,
            "offset": np.array(self.scaling.offset),
            "scale": np.array(self.scaling.scale),
            "powers": np.array(self.scaling.powers),
            "then_offset": np.array(self.scaling.then_offset),
            "then_scale": np.array(self.scaling.then_scale),
            "clip": np.array([] if self.scaling.clip is None else [self.scaling.clip]),
        }
        skops.io.dump(values, path, compression=zipfile.ZIP_DEFLATED)


def fit_classical(
    config: ModelConfig,
    features: NDArray[Any],
    labels: NDArray[np.integer],
    *,
    scaling: InputScaling,
    seed: int,
    class_weights: bool = False,
) -> ClassicalModel:
    """Fit a classical model.

    Parameters
    ----------
    config : SvmConfig, ForestConfig, LogisticConfig or BoostingConfig
    features : array, shape (clips, features, 1)
        Unscaled.
    labels : int array, shape (clips,)
    scaling : InputScaling
        Learnt from these clips.
    seed : int
    class_weights : bool
        Weigh each genre by the inverse of its share.

    Raises
    ------
    ConfigError
        A genre has a single clip, where probabilities of an SVM are calibrated by cross-validation.
    """
    from threadpoolctl import threadpool_limits

    estimator = _make(config, labels, seed=seed, weight="balanced" if class_weights else None)
    # Threads that wait for each other cost more than they give at these sizes.
    with threadpool_limits(1):
        estimator.fit(scaling.apply(features), labels)
    return ClassicalModel(estimator, scaling)


def _make(config: ModelConfig, labels: NDArray[np.integer], *, seed: int, weight: str | None) -> Any:
    if isinstance(config, SvmConfig):
        return _make_svm(config, labels, seed=seed, weight=weight)
    if isinstance(config, ForestConfig):
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(
            config.n_trees,
            max_depth=config.max_depth,
            min_samples_leaf=config.min_leaf,
            class_weight=weight,
            random_state=seed,
        )
    if isinstance(config, LogisticConfig):
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=config.c, max_iter=5000, class_weight=weight, random_state=seed)
    if isinstance(config, BoostingConfig):
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
    raise ConfigError(f"A model of kind {config.kind} is a network, not one that scikit-learn fits.")


def _make_svm(config: SvmConfig, labels: NDArray[np.integer], *, seed: int, weight: str | None) -> Any:
    """An SVM on all clips, with probabilities whose order is that of its decisions.

    One temperature is learnt from decisions on clips left out in turn (Guo et al. 2017, "On calibration of modern
    neural networks").
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedKFold
    from sklearn.svm import SVC

    fewest = int(np.bincount(labels).min())
    if fewest < 2:
        raise ConfigError("An SVM needs at least two training clips of each genre to calibrate its probabilities.")
    svm = SVC(
        C=config.c, gamma="scale" if config.gamma is None else config.gamma, class_weight=weight, random_state=seed
    )
    folds = StratifiedKFold(min(_N_CALIBRATION_FOLDS, fewest), shuffle=True, random_state=seed)
    return CalibratedClassifierCV(svm, method="temperature", ensemble=False, cv=folds)


def load_classical(path: Path) -> ClassicalModel:
    """A saved classical model.

    Raises
    ------
    RunError
        The file is missing, damaged, or holds anything but what scikit-learn's estimators are made of.
    """
    import skops.io

    try:
        untrusted = sorted(set(skops.io.get_untrusted_types(file=path)) - set(_TRUSTED))
        if untrusted:
            raise RunError(
                f"The model file {path} holds {untrusted[0]}, which is not part of a model. It was not opened."
            )
        values = skops.io.load(path, trusted=list(_TRUSTED))
        clip = values["clip"]
        names = ("offset", "scale", "powers", "then_offset", "then_scale")
        figures = {name: tuple(values[name].tolist()) for name in names}
        scaling = InputScaling(**figures, clip=float(clip[0]) if len(clip) else None)
        return ClassicalModel(values["estimator"], scaling)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        raise RunError(f"The model file {path} cannot be opened: {reason_of(error)}. Train the run again.") from error
