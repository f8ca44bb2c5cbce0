"""Classical models: fitted by scikit-learn, kept by skops without pickle, opened only where every type is known."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.names import reason_of
from core.errors import ConfigError, RunError
from core.models.base import ModelConfig
from core.models.kinds import KINDS
from core.models.scaling import InputScaling


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
    config : ModelConfig
        Of a kind that scikit-learn fits.
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

    make = KINDS[config.kind].estimator
    if make is None:
        raise ConfigError(f"A model of kind {config.kind} is a network, not one that scikit-learn fits.")
    estimator = make(config, labels, seed=seed, weight="balanced" if class_weights else None)
    # Threads that wait for each other cost more than they give at these sizes.
    with threadpool_limits(1):
        estimator.fit(scaling.apply(features), labels)
    return ClassicalModel(estimator, scaling)


def load_classical(path: Path) -> ClassicalModel:
    """A saved classical model.

    Raises
    ------
    RunError
        The file is missing, damaged, or holds anything but what scikit-learn's estimators are made of.
    """
    import skops.io

    try:
        known = {name for kind in KINDS.values() for name in kind.trusted}
        untrusted = sorted(set(skops.io.get_untrusted_types(file=path)) - known)
        if untrusted:
            raise RunError(
                f"The model file {path} holds {untrusted[0]}, which is not part of a model. It was not opened."
            )
        values = skops.io.load(path, trusted=sorted(known))
        clip = values["clip"]
        names = ("offset", "scale", "powers", "then_offset", "then_scale")
        figures = {name: tuple(values[name].tolist()) for name in names}
        scaling = InputScaling(**figures, clip=float(clip[0]) if len(clip) else None)
        return ClassicalModel(values["estimator"], scaling)
    except RunError:
        raise
    except Exception as error:  # whatever the parts of a strange file raise
        raise unopened(path, error) from error


def unopened(path: Path, error: Exception) -> RunError:
    """Why a model file cannot be opened, for people."""
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return RunError(f"The model file {path} cannot be opened: there is not enough memory for the model it describes.")
    return RunError(f"The model file {path} cannot be opened: {reason_of(error)}. Train the run again.")
