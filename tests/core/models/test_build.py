"""Models as the study built them, and the scaling that is their first layer."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ConfigError, RunError
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.models.build import (
    InputScaling,
    build_model,
    fit_scaling,
    import_keras,
    load_model_file,
    predict_probabilities,
)
from core.recipe.presets import PRESETS
from core.models.architectures import CnnConfig, FfnnConfig, ModelConfig

MEL = InputScaling((0.0,), (-80.0,))


def nothing_to_learn() -> np.ndarray:
    raise AssertionError("a mel spectrogram's scaling needs no clip")


@pytest.mark.parametrize(("preset", "n_parameters"), [("study-cnn", 2_463_114), ("study-ffnn", 10_838_986)])
def test_parameter_counts_of_the_study(preset: str, n_parameters: int) -> None:
    config = PRESETS[preset].configure("c", tuple("abcdefghij"))
    model = build_model(config.model, (128, 660), 10, MEL)
    assert model.count_params() == n_parameters == config.n_parameters
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == n_parameters
    assert model.output_shape == (None, 10)


@pytest.mark.parametrize(
    "config",
    [
        CnnConfig(filters=(3, 5, 7), kernel=2, pool=(2, 3), dense=(11, 6), dropout=0.3),
        CnnConfig(filters=(2,), kernel=5, pool=(1, 1), dense=(), dropout=0.0),
        FfnnConfig(units=(9, 4), dropout=0.5),
    ],
)
def test_the_layer_table_is_that_of_the_model(config: ModelConfig) -> None:
    model = build_model(config, (24, 100), 3, MEL)
    skipped = ("front_end", "dropout", "scaling")
    built = [layer.output.shape[1:] for layer in model.layers if not layer.name.startswith(skipped)]
    table = [row.shape for row in config.layers((24, 100), 3)]
    # The model's input has no channel axis; the CNN's second layer adds it.
    assert built == (table if isinstance(config, CnnConfig) else table[1:])


def test_the_dropout_of_the_study_stands_before_the_output() -> None:
    names = [layer.name for layer in build_model(CnnConfig(), (128, 660), 10, MEL).layers]
    assert names[-3:] == ["dense_1", "dropout", "probabilities"]


def test_level_is_scaled_to_0_for_the_loudest_and_1_for_the_floor() -> None:
    scaling = fit_scaling(MelSpectrogram(top_db=60), nothing_to_learn)
    model = build_model(FfnnConfig(units=(2,)), (1, 3), 2, scaling)
    scaled = model.get_layer("scaling")(np.array([[[0.0, -30.0, -60.0]]], dtype=np.float32))
    np.testing.assert_allclose(np.asarray(scaled), [[[0.0, 0.5, 1.0]]], atol=1e-6)


def test_numeric_features_are_standardised_by_the_training_part_and_survive_saving(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    train = rng.normal(np.arange(16)[:, None] * 100, np.arange(1, 17)[:, None], size=(50, 16, 1))
    scaling = fit_scaling(NumericFeatures(), lambda: train)
    model = build_model(FfnnConfig(units=(4,)), (16, 1), 3, scaling)
    assert model.count_params() == 16 * 4 + 4 + 4 * 3 + 3
    model.save(tmp_path / "m.keras")
    loaded = load_model_file(tmp_path / "m.keras")
    scaled = np.asarray(loaded.get_layer("scaling")(train.astype(np.float32)))
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=1e-4)
    np.testing.assert_array_equal(predict_probabilities(loaded, train), predict_probabilities(model, train))


def test_a_feature_without_spread_cannot_be_standardised() -> None:
    with pytest.raises(ConfigError, match="same value in all training clips"):
        fit_scaling(NumericFeatures(), lambda: np.ones((5, 16, 1)))


@pytest.mark.parametrize("scaling", ["standard", "clipped", "power"])
def test_a_feature_that_is_the_same_in_all_training_clips_says_nothing_of_any_clip(scaling: str) -> None:
    train = np.random.default_rng(0).standard_normal((10, 16, 1))
    train[:, 3] = 0.1  # whose deviation, computed, is not 0
    learnt = fit_scaling(NumericFeatures(), lambda: train, numeric_scaling=scaling)
    others = np.full((2, 16, 1), 0.5)
    others[1, 3] = 5_000.0
    first, second = learnt.apply(others)
    np.testing.assert_allclose(first, second, atol=1e-20)
    model = build_model(FfnnConfig(units=(4,)), (16, 1), 3, learnt)
    probabilities = predict_probabilities(model, others.astype(np.float32))
    np.testing.assert_array_equal(probabilities[0], probabilities[1])


def test_probabilities_sum_to_1() -> None:
    model = build_model(FfnnConfig(units=(4,)), (4, 5), 10, MEL)
    probabilities = predict_probabilities(model, -80 * np.random.default_rng(0).random((7, 4, 5)))
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-12)


def test_code_in_a_model_file_is_refused(tmp_path: Path) -> None:
    keras = import_keras()
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x + 1)])
    model.save(tmp_path / "evil.keras")
    with pytest.raises(RunError, match="cannot be opened"):
        load_model_file(tmp_path / "evil.keras")


class ResourceExhaustedError(Exception):
    """As TensorFlow calls its own."""


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (RecursionError("maximum recursion depth exceeded"), "maximum recursion depth exceeded. Train the run again"),
        (ResourceExhaustedError("OOM when allocating"), "not enough memory"),
        (MemoryError(), "not enough memory"),
        (RuntimeError(), "RuntimeError. Train the run again"),
    ],
)
@pytest.mark.parametrize("name", ["model.keras", "model.skops"])
def test_whatever_a_loader_raises_is_a_file_that_cannot_be_opened(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, raised: Exception, said: str, name: str
) -> None:
    def load(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(import_keras().saving, "load_model", load)
    monkeypatch.setattr("skops.io.get_untrusted_types", load)
    with pytest.raises(RunError, match=said):
        load_model_file(tmp_path / name)


def test_a_missing_or_damaged_model_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.keras").write_bytes(b"no zip")
    for name in ("bad.keras", "none.keras"):
        with pytest.raises(RunError, match=name):
            load_model_file(tmp_path / name)
