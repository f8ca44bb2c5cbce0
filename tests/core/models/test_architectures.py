"""Every architecture: its table is the network that is built, and impossible settings name what to change."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import ConfigError
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.models.architectures import (
    CnnConfig,
    FfnnConfig,
    ForestConfig,
    HybridConfig,
    LogisticConfig,
    ModelConfig,
    SvmConfig,
)
from core.models.keras_start import import_keras
from core.models.build import InputScaling, build_model, load_model_file, predict_probabilities
from core.recipe.presets import PRESETS
from core.recipe.config import TrainingConfig, training_config_from_dict
from core.recipe.settings import AugmentationConfig, OptimisationConfig, SegmentConfig

MEL = InputScaling((0.0,), (-80.0,))
NUMERIC = InputScaling((0.0,) * 5, (1.0,) * 5)
NUMBERS = GtzanTableFeatures()
GENRES = tuple("abcdefghij")


@pytest.mark.parametrize(
    "config",
    [
        CnnConfig(filters=(4, 4, 6), block="residual", padding="same", convolutions=2, head="average", batch_norm=True),
        CnnConfig(filters=(1, 3), block="residual", padding="same", head="average+max", dense=()),
        CnnConfig(filters=(4, 6), block="separable", batch_norm=True, pooling="average", pools=((1, 2), (3, 4))),
        CnnConfig(filters=(4, 6), block="separable", convolutions=2, l2=1e-3, block_dropout=0.2),
        CnnConfig(filters=(4, 6), axes="time", kernel=5, head="average+max", batch_norm=True),
        FfnnConfig(units=(9, 4), batch_norm=True, dropout=0.5, l2=1e-3),
    ],
)
def test_the_layer_table_counts_what_keras_counts(config: ModelConfig) -> None:
    model = build_model(config, (24, 100), 3, MEL)
    rows = config.layers((24, 100), 3)
    assert sum(row.n_parameters for row in rows) == sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    assert sum(row.n_statistics for row in rows) == sum(int(np.prod(w.shape)) for w in model.non_trainable_weights)
    built = {layer.output.shape[1:] for layer in model.layers if layer.name.startswith(("convolution", "pooling"))}
    assert built == {row.shape for row in rows if row.layer.startswith(("Convolution", "Pooling"))}


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_a_hybrid_joins_both_branches_and_survives_saving(tmp_path: Path, precision: str) -> None:
    config = HybridConfig(
        cnn=CnnConfig(filters=(4,), head="average", dense=(3,)),
        numeric_units=(7, 2),
        joined_units=(6,),
        batch_norm=True,
    )
    # With so few units an unlucky draw of weights could silence a branch.
    import_keras().utils.set_random_seed(1)
    model = build_model(config, (24, 100), 3, MEL, numeric_scaling=NUMERIC, precision=precision)
    rows = config.layers((24, 100), 3, n_numeric=5)
    assert next(row.shape for row in rows if row.layer == "Joined") == (3 + 2,)
    assert model.count_params() == sum(row.n_parameters + row.n_statistics for row in rows)
    assert all(weight.dtype == "float32" for weight in model.weights)
    rng = np.random.default_rng(0)
    given = (rng.uniform(-80, 0, (6, 24, 100)), rng.normal(size=(6, 5, 1)))
    probabilities = predict_probabilities(model, given)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    for place in (0, 1):  # each branch has its say
        other = tuple(values[::-1] if place == number else values for number, values in enumerate(given))
        assert np.abs(predict_probabilities(model, other) - probabilities).max() > 1e-4
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        predict_probabilities(load_model_file(tmp_path / "model.keras"), given), probabilities
    )


def test_receptive_field_by_hand() -> None:
    # 3 cells; pooled by 2 x 4; 3 cells of 2 x 4 more on each side, pooled again.
    field = CnnConfig().receptive_field((128, 660))
    assert field.n_bands == 1 + 2 + 1 + 2 * 2 + 2
    assert field.n_frames == 1 + 2 + 3 + 2 * 4 + 3 * 4
    config = PRESETS["study-cnn"].configure("c", GENRES)
    assert config.receptive_field_s == pytest.approx((25 * 1024 + 2048) / 22_050)
    assert CnnConfig(axes="time", filters=(4,), pool=(1, 2)).receptive_field((128, 660)).n_bands == 128


def test_the_new_settings_leave_the_study_s_networks_as_they_were() -> None:
    assert PRESETS["study-cnn"].configure("c", GENRES).n_parameters == 2_463_114
    assert PRESETS["study-ffnn"].configure("c", GENRES).n_parameters == 10_838_986
    assert PRESETS["compact-cnn"].configure("c", GENRES).n_parameters < 400_000


@pytest.mark.parametrize("preset", list(PRESETS))
def test_configurations_survive_json(preset: str) -> None:
    config = PRESETS[preset].configure("c", GENRES)
    assert training_config_from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_a_run_stored_before_there_were_these_settings_still_loads() -> None:
    values = PRESETS["study-cnn"].configure("c", GENRES).to_dict()
    for name in (
        "numeric_front_end",
        "numeric_scaling",
        "segments",
        "augmentation",
        "optimisation",
        "train_on_validation",
        "precision",
    ):
        del values[name]
    old = ("kind", "filters", "kernel", "pool", "dense", "dropout")
    values["model"] = {name: values["model"][name] for name in old}
    assert training_config_from_dict(values) == PRESETS["study-cnn"].configure("c", GENRES)


def changed(**changes: object) -> TrainingConfig:
    return TrainingConfig(collection_id="c", genres=GENRES, **changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": HybridConfig()}, "needs numeric features in addition"),
        ({"numeric_front_end": GtzanTableFeatures()}, "Only a hybrid"),
        ({"model": SvmConfig()}, "needs numeric features, not a spectrogram"),
        ({"front_end": GtzanTableFeatures()}, "needs a spectrogram"),
        ({"front_end": GtzanTableFeatures(), "model": FfnnConfig(), "segments": SegmentConfig()}, "no time axis"),
        (
            {
                "front_end": GtzanTableFeatures(),
                "model": FfnnConfig(),
                "augmentation": AugmentationConfig(n_time_masks=1),
            },
            "Masks",
        ),
        ({"segments": SegmentConfig(length_s=40)}, "Segment length: 40 s is longer than the 30.7 s"),
        ({"train_on_validation": True, "patience": 3}, "Stopping early needs a validation set"),
        ({"train_on_validation": True, "optimisation": OptimisationConfig(schedule="plateau")}, "plateau"),
        ({"augmentation": AugmentationConfig(time_stretch=0.1)}, "Time stretch"),
        (
            {"front_end": MelSpectrogram(normalisation="standard"), "augmentation": AugmentationConfig(gain_db=3)},
            "Gain",
        ),
        (
            {"segments": SegmentConfig(length_s=1), "model": CnnConfig(filters=(4,) * 4)},
            "Block 2: pooling 2 x 4 leaves nothing.*less pooling",
        ),
    ],
)
def test_impossible_settings_are_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        changed(**changes)


def test_impossible_networks_are_named() -> None:
    with pytest.raises(ConfigError, match='choose padding "same"'):
        CnnConfig(block="residual")
    with pytest.raises(ConfigError, match="each of the 3 blocks, or one for all, got 2"):
        CnnConfig(filters=(1, 2, 3), pools=((1, 1), (1, 1)))
    with pytest.raises(ConfigError, match="Averaging"):
        OptimisationConfig(averaging=0.2)
    with pytest.raises(ConfigError, match="Head: expected one of flatten, average"):
        replace(CnnConfig(), head="none")


def test_a_logistic_regression_has_its_parameters_and_a_forest_none_before_it_grew() -> None:
    assert changed(front_end=GtzanTableFeatures(), model=LogisticConfig()).n_parameters == 58 * 10
    assert changed(front_end=GtzanTableFeatures(), model=ForestConfig()).n_parameters == 0
