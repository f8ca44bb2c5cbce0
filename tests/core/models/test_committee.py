"""Several networks side by side as one model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.clips.collection import Collection
from core.errors import ConfigError
from core.models.architectures import CnnConfig, FfnnConfig, HybridConfig, ModelConfig, SvmConfig
from core.models.build import InputScaling, build_model, load_model_file, predict_probabilities
from core.cost.memory import estimate_memory
from core.models.keras_start import import_keras
from core.models.networks import committee_members
from core.cost.workload import step_workload
from core.training.batches import Examples
from core.recipe.config import training_config_from_dict
from core.recipe.settings import OptimisationConfig
from core.training.trainer import Trainer
from tests.core.conftest import small_config

MEL, NUMERIC = InputScaling((0.0,), (-80.0,)), InputScaling((0.0,) * 5, (1.0,) * 5)
SHAPE = (24, 100)
CNN = CnnConfig(filters=(4,), batch_norm=True, padding="same", head="average+max", dense=(), dropout=0.0)


@pytest.mark.parametrize(
    "config", [CNN, FfnnConfig(units=(9,)), HybridConfig(cnn=CNN, dropout=0.0)]
)
def test_it_gives_the_mean_and_survives_saving(config: ModelConfig, tmp_path: Path) -> None:
    hybrid = isinstance(config, HybridConfig)
    model = build_model(config, SHAPE, 3, MEL, numeric_scaling=NUMERIC if hybrid else None, members=3)
    rng = np.random.default_rng(0)
    spectrograms = rng.uniform(-80, 0, (4, *SHAPE)).astype(np.float32)
    given = (spectrograms, rng.normal(size=(4, 5, 1)).astype(np.float32)) if hybrid else (spectrograms,)
    networks = import_keras().Model(model.inputs, committee_members(model))
    each = networks.predict_on_batch(list(given) if hybrid else given[0])
    assert len(each) == 3
    assert np.abs(each[0] - each[1]).max() > 1e-4
    verdict = predict_probabilities(model, given)
    np.testing.assert_allclose(verdict, np.mean(each, axis=0), rtol=1e-5)
    model.save(tmp_path / "model.keras")
    again = predict_probabilities(load_model_file(tmp_path / "model.keras"), given)
    np.testing.assert_allclose(again, verdict, rtol=1e-6)


def test_each_network_learns_as_if_it_were_alone(tiny_collection: Collection) -> None:
    config = small_config(
        tiny_collection,
        model=CNN,
        optimisation=OptimisationConfig(optimiser="adamw", weight_decay=0.1),
        members=2,
    )
    committee = build_model(CNN, SHAPE, 3, MEL, members=2)
    alone = [build_model(CNN, SHAPE, 3, MEL) for _ in range(2)]
    for number, network in enumerate(alone, start=1):
        network.set_weights(committee.get_layer(f"network_{number}").get_weights())
    trainers = [Trainer(committee, config), *(Trainer(network, replace(config, members=1)) for network in alone)]
    rng = np.random.default_rng(1)
    losses = []
    for _ in range(4):
        labels = rng.integers(0, 3, 8).astype(np.int32)
        examples = Examples(
            (rng.uniform(-80, 0, (8, *SHAPE)).astype(np.float32),),
            labels,
            np.eye(3, dtype=np.float32)[labels],
            rng.uniform(0.5, 2, 8).astype(np.float32),
        )
        losses.append([trainer.train_batch(examples, 0.01)[0] for trainer in trainers])
    for together, *apart in losses:
        assert together == pytest.approx(np.mean(apart), rel=1e-4)
    for number, network in enumerate(alone, start=1):
        for ours, theirs in zip(
            committee.get_layer(f"network_{number}").get_weights(), network.get_weights(), strict=True
        ):
            np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=2e-4)


def test_table_memory_and_work_are_of_all(tiny_collection: Collection) -> None:
    one = small_config(tiny_collection, model=CNN)
    three = replace(one, members=3)
    assert three.n_parameters == 3 * one.n_parameters
    assert three.n_statistics == 3 * one.n_statistics
    assert three.layers()[-1].layer == "Mean of 3 networks"
    assert 2.9 < estimate_memory(three).batch / estimate_memory(one).batch < 3.1
    np.testing.assert_allclose((step_workload(three) / step_workload(one))[[0, 1, 3]], 3)
    assert "members" not in one.to_dict()
    assert training_config_from_dict(one.to_dict()) == one
    assert training_config_from_dict(three.to_dict()) == three
    for wrong in ({"members": 0}, {"members": 11}, {"members": 2, "model": SvmConfig()}):
        with pytest.raises(ConfigError, match="committee"):
            replace(one, **wrong)
