"""Every model that can be trained, by its kind.

Nothing here imports TensorFlow or scikit-learn: the shapes and parameter counts that a page shows while
sliders move are computed from the configuration alone.
"""

from collections.abc import Mapping
from typing import Any, Literal

from core.errors import ConfigError
from core.models.classical import BoostingConfig, ClassicalConfig, ForestConfig, LogisticConfig, SvmConfig
from core.models.cnn import CnnConfig
from core.models.ffnn import FfnnConfig, HybridConfig

__all__ = [
    "CLASSICAL_KINDS",
    "MODEL_TITLES",
    "BoostingConfig",
    "ClassicalConfig",
    "CnnConfig",
    "FfnnConfig",
    "ForestConfig",
    "HybridConfig",
    "LogisticConfig",
    "ModelConfig",
    "ModelKind",
    "SvmConfig",
    "model_config_from_dict",
]

ModelKind = Literal["cnn", "ffnn", "hybrid", "svm", "forest", "logistic", "boosting"]
ModelConfig = CnnConfig | FfnnConfig | HybridConfig | ClassicalConfig
_MODELS: dict[str, type[Any]] = {
    "cnn": CnnConfig,
    "ffnn": FfnnConfig,
    "hybrid": HybridConfig,
    "svm": SvmConfig,
    "forest": ForestConfig,
    "logistic": LogisticConfig,
    "boosting": BoostingConfig,
}
MODEL_TITLES: dict[str, str] = {
    "cnn": "CNN",
    "ffnn": "FFNN",
    "hybrid": "Hybrid",
    "svm": "SVM",
    "forest": "Random forest",
    "logistic": "Logistic regression",
    "boosting": "Gradient boosting",
}
"""Names for people, by kind."""
CLASSICAL_KINDS = ("svm", "forest", "logistic", "boosting")
"""Kinds that scikit-learn fits, without epochs."""


def model_config_from_dict(values: Mapping[str, Any]) -> ModelConfig:
    """Model configuration from plain values; `ConfigError` names what is wrong."""
    kind = values.get("kind")
    if kind not in _MODELS:
        raise ConfigError(f"Kind of model: expected one of {', '.join(_MODELS)}, got {kind!r}.")
    given = {name: _tuples(value) for name, value in values.items()}
    if kind == "hybrid" and isinstance(given.get("cnn"), Mapping):
        given["cnn"] = model_config_from_dict(given["cnn"])
    try:
        config: ModelConfig = _MODELS[kind](**given)
    except TypeError as error:
        raise ConfigError(f"The {kind} configuration is not valid: {error}.") from error
    return config


def _tuples(value: Any) -> Any:
    """JSON's lists as tuples, at any depth."""
    return tuple(_tuples(inner) for inner in value) if isinstance(value, list) else value
