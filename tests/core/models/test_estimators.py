"""Classical models: right on what is easy, the same after saving, and safe to open."""

from pathlib import Path

import numpy as np
import pytest
import skops.io

from core.errors import ConfigError, RunError
from core.features.gtzan_table import GtzanTableFeatures
from core.models.architectures import BoostingConfig, ForestConfig, LdaConfig, LogisticConfig, ModelConfig, SvmConfig
from core.models.build import load_model_file, predict_probabilities
from core.models.estimators import fit_classical
from core.models.scaling import fit_scaling, scale_in_keras


@pytest.fixture(scope="module")
def clips() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 20).astype(np.int32)
    centres = rng.normal(size=(3, 57)) * 2
    spread = np.exp(rng.normal(size=57))
    return ((centres[labels] + rng.normal(size=(60, 57))) * spread)[:, :, np.newaxis].astype(np.float32), labels


@pytest.mark.parametrize(
    "config",
    [SvmConfig(), ForestConfig(n_trees=20), LogisticConfig(), LdaConfig(), BoostingConfig(n_iterations=5)],
    ids=lambda config: config.kind,
)
def test_it_learns_and_is_the_same_after_saving(
    config: ModelConfig, clips: tuple[np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    features, labels = clips
    scaling = fit_scaling(GtzanTableFeatures(), lambda: features)
    model = fit_classical(config, features, labels, scaling=scaling, seed=3, class_weights=True)
    probabilities = predict_probabilities(model, features)
    assert probabilities.shape == (60, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.95
    model.save(tmp_path / "model.skops")
    np.testing.assert_array_equal(
        predict_probabilities(load_model_file(tmp_path / "model.skops"), features), probabilities
    )
    again = fit_classical(config, features, labels, scaling=scaling, seed=3, class_weights=True)
    np.testing.assert_array_equal(predict_probabilities(again, features), probabilities)


class Odd:
    """Not of scikit-learn."""


def test_a_file_with_anything_else_in_it_is_refused(tmp_path: Path) -> None:
    skops.io.dump({"estimator": Odd()}, tmp_path / "odd.skops")
    with pytest.raises(RunError, match="not part of a model"):
        load_model_file(tmp_path / "odd.skops")
    (tmp_path / "bad.skops").write_bytes(b"no archive")
    with pytest.raises(RunError, match="cannot be opened"):
        load_model_file(tmp_path / "bad.skops")


def test_an_svm_needs_two_clips_of_each_genre(clips: tuple[np.ndarray, np.ndarray]) -> None:
    features, labels = clips
    scaling = fit_scaling(GtzanTableFeatures(), lambda: features)
    with pytest.raises(ConfigError, match="at least two training clips"):
        fit_classical(SvmConfig(), features[:41], labels[:41], scaling=scaling, seed=0)


@pytest.mark.parametrize("how", ["standard", "clipped", "power"])
def test_scaling_is_the_same_in_keras_and_in_numpy(how: str) -> None:
    rng = np.random.default_rng(1)
    train = np.exp(rng.normal(size=(80, 57, 1))) * rng.choice([-1.0, 1.0], 57)[:, np.newaxis]
    scaling = fit_scaling(GtzanTableFeatures(), lambda: train, numeric_scaling=how)
    ours = scaling.apply(train)
    np.testing.assert_allclose(np.asarray(scale_in_keras(scaling)(train.astype(np.float32)))[..., 0], ours, atol=2e-5)
    if how != "standard":
        assert np.abs(ours).max() <= 3.5
    if how == "power":  # skewness gone
        assert np.abs((ours**3).mean(axis=0)).mean() < 0.3 < np.abs((train[..., 0] ** 3).mean(axis=0)).mean()


def test_powers_are_those_of_scikit_learn() -> None:
    from sklearn.preprocessing import power_transform

    rng = np.random.default_rng(2)
    train = np.exp(0.5 * rng.normal(size=(200, 57, 1)))
    scaling = fit_scaling(GtzanTableFeatures(), lambda: train, numeric_scaling="power")
    flat = train[..., 0]
    theirs = power_transform((flat - flat.mean(axis=0)) / flat.std(axis=0))
    np.testing.assert_allclose(scaling.apply(train), np.clip(theirs, -3.5, 3.5), atol=1e-3)
