"""The configurations of models and trainings under one name; see the modules they come from."""

from core.models.architectures import CnnConfig, FfnnConfig, ModelConfig, ModelKind, model_config_from_dict
from core.models.layer_table import LayerRow
from core.models.presets import PRESETS, Preset
from core.training.config import TrainingConfig, training_config_from_dict

__all__ = [
    "PRESETS",
    "CnnConfig",
    "FfnnConfig",
    "LayerRow",
    "ModelConfig",
    "ModelKind",
    "Preset",
    "TrainingConfig",
    "model_config_from_dict",
    "training_config_from_dict",
]
