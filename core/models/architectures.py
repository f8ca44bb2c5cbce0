"""Configurations of every model that can be trained, and reading them back from plain values.

Nothing here imports TensorFlow or scikit-learn: the shapes and parameter counts that a page shows while
sliders move are computed from the configuration alone.
"""

from collections.abc import Mapping
from typing import Any

from core.errors import ConfigError, NewerConfigError, in_field
from core.files import require_known_fields
from core.models.base import ModelConfig
from core.models.classical import BoostingConfig, ForestConfig, LdaConfig, LogisticConfig, SvmConfig
from core.models.cnn import CnnConfig
from core.models.ffnn import FfnnConfig, HybridConfig
from core.models.kinds import KINDS

__all__ = [
    "BoostingConfig",
    "CnnConfig",
    "FfnnConfig",
    "ForestConfig",
    "HybridConfig",
    "LdaConfig",
    "LogisticConfig",
    "ModelConfig",
    "SvmConfig",
    "model_config_from_dict",
]


def model_config_from_dict(values: Mapping[str, Any]) -> ModelConfig:
    """Model configuration from plain values; `ConfigError` names what is wrong."""
    kind = values.get("kind")
    if kind not in KINDS:
        raise NewerConfigError(
            f"Kind of model: expected one of {', '.join(KINDS)}, got {kind!r}. If a newer Genre Lab wrote it, update "
            "Genre Lab to open it.",
            field="kind",
        )
    require_known_fields(KINDS[kind].config, values, f"The {kind} configuration", error=NewerConfigError)
    # A part with a kind of its own is a model within the model: a hybrid's branch.
    given = {
        name: _branch(name, value) if isinstance(value, Mapping) else _tuples(value) for name, value in values.items()
    }
    try:
        config: ModelConfig = KINDS[kind].config(**given)
    except TypeError as error:
        raise ConfigError(f"The {kind} configuration is not valid: {error}.") from error
    return config


def _branch(name: str, values: Mapping[str, Any]) -> ModelConfig:
    with in_field(name):
        return model_config_from_dict(values)


def _tuples(value: Any) -> Any:
    """JSON's lists as tuples, at any depth."""
    return tuple(_tuples(inner) for inner in value) if isinstance(value, list) else value
