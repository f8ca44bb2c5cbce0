"""What networks compute on the way: each value against the model's own layers, probabilities and weights."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import RunError
from core.models.architectures import CnnConfig, FfnnConfig, HybridConfig, LogisticConfig, ModelConfig
from core.models.build import InputScaling, build_model, load_model_file, predict_probabilities
from core.models.estimators import fit_classical
from core.models.keras_start import import_keras
from core.models.networks import committee_networks
from core.models.taps import tap_members, tap_model
from core.settings import REPOSITORY

MEL, NUMERIC = InputScaling((0.0,), (-80.0,)), InputScaling((0.0,) * 5, (1.0,) * 5)
SHAPE, N_GENRES, N_CLIPS = (24, 100), 3, 4
PLAIN = CnnConfig(filters=(4, 6), pool=(2, 4), dense=(9,), dropout=0.2)
POOLED = CnnConfig(
    filters=(4,), batch_norm=True, padding="same", head="average+max", dense=(), dropout=0.3, block_dropout=0.1
)
ALONG_TIME = CnnConfig(filters=(5,), axes="time", pool=(1, 2), head="average", dense=(), block="separable")
CONFIGS: dict[str, ModelConfig] = {
    "plain cnn": PLAIN,
    "pooled cnn": POOLED,
    "cnn along time": ALONG_TIME,
    "ffnn": FfnnConfig(units=(9, 7), dropout=0.2, batch_norm=True),
    "hybrid": HybridConfig(cnn=POOLED, numeric_units=(8,), joined_units=(6,)),
    "hybrid without joined layers": HybridConfig(cnn=PLAIN, numeric_units=(8,), joined_units=()),
}
SHIPPED = sorted((REPOSITORY / "models" / "pretrained").glob("*/model.keras"))


def make(config: ModelConfig, members: int, precision: str = "float32") -> Any:
    """A network whose every weight is drawn anew: biases start at 0, which would hide what they do."""
    numeric = NUMERIC if isinstance(config, HybridConfig) else None
    model = build_model(config, SHAPE, N_GENRES, MEL, numeric_scaling=numeric, members=members, precision=precision)
    rng = np.random.default_rng(0)
    # Variances of a normalisation are positive; all others may be.
    model.set_weights([rng.uniform(0.05, 0.3, weight.shape) for weight in model.get_weights()])
    return model


def given_for(model: Any) -> list[np.ndarray]:
    rng = np.random.default_rng(1)
    return [
        rng.uniform(-80, 0, (N_CLIPS, *given.shape[1:])).astype(np.float32)
        if given.name == "front_end"
        else rng.normal(size=(N_CLIPS, *given.shape[1:])).astype(np.float32)
        for given in model.inputs
    ]


def ask(model: Any, given: list[np.ndarray]) -> Any:
    return model.predict_on_batch(given if len(given) > 1 else given[0])


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def check(model: Any) -> None:
    """All that holds of logits, penultimate layer and probabilities of any network."""
    given = given_for(model)
    values = ask(tap_model(model, "penultimate", "logits", "probabilities"), given)
    expected = predict_probabilities(model, tuple(given))
    np.testing.assert_allclose(np.mean(values["probabilities"], axis=0), expected, atol=1e-6)
    np.testing.assert_allclose(np.mean([softmax(each) for each in values["logits"]], axis=0), expected, atol=1e-6)
    networks = committee_networks(model)
    assert len(values["logits"]) == len(networks)
    for place, network in enumerate(networks):
        alone = ask(network, given)
        np.testing.assert_allclose(softmax(values["logits"][place]), alone, atol=1e-6)
        kernel, bias = network.get_layer("probabilities").get_weights()
        by_hand = values["penultimate"][place].astype(np.float32) @ kernel + bias
        np.testing.assert_allclose(values["logits"][place], by_hand, rtol=1e-4, atol=1e-5)


def pooled_by_hand(config: CnnConfig, last_map: np.ndarray) -> np.ndarray:
    """The head of the network, in numpy."""
    if config.head == "flatten":
        return last_map.reshape(len(last_map), -1)
    average = last_map.mean(axis=(1, 2))
    return average if config.head == "average" else np.concatenate([average, last_map.max(axis=(1, 2))], axis=1)


@pytest.fixture(params=[1, 2], ids=["alone", "committee"])
def members(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=list(CONFIGS))
def test_softmax_of_logits_is_the_probabilities_built_and_loaded(
    config: ModelConfig, members: int, tmp_path: Path
) -> None:
    model = make(config, members)
    check(model)
    model.save(tmp_path / "model.keras")
    loaded = load_model_file(tmp_path / "model.keras")
    check(loaded)
    given = given_for(model)
    for ours, theirs in zip(
        ask(tap_model(model, "logits"), given)["logits"],
        ask(tap_model(loaded, "logits"), given)["logits"],
        strict=True,
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize("config", [POOLED, ALONG_TIME], ids=["average and maximum", "average"])
def test_the_last_map_pooled_is_the_penultimate_layer(config: CnnConfig, members: int) -> None:
    values = ask(tap_model(model := make(config, members), "last_map", "penultimate"), given_for(model))
    n_bands, n_frames, n_maps = config.trunk(SHAPE).rows[-1].shape
    for last_map, penultimate in zip(values["last_map"], values["penultimate"], strict=True):
        assert last_map.shape == (N_CLIPS, n_bands, n_frames, n_maps)
        np.testing.assert_allclose(pooled_by_hand(config, last_map), penultimate, rtol=1e-5)


def test_the_last_map_through_the_dense_layers_is_the_penultimate_layer(members: int) -> None:
    model = make(PLAIN, members)
    values = ask(tap_model(model, "last_map", "penultimate"), given_for(model))
    for network, last_map, penultimate in zip(
        committee_networks(model), values["last_map"], values["penultimate"], strict=True
    ):
        kernel, bias = network.get_layer("dense_1").get_weights()
        by_hand = np.maximum(pooled_by_hand(PLAIN, last_map) @ kernel + bias, 0)
        np.testing.assert_allclose(penultimate, by_hand, rtol=1e-4)


def test_the_map_of_a_hybrid_is_that_of_its_spectrogram(members: int) -> None:
    config = HybridConfig(cnn=POOLED, numeric_units=(8,), joined_units=())
    model = make(config, members)
    values = ask(tap_model(model, "last_map", "penultimate"), given_for(model))
    for last_map, penultimate in zip(values["last_map"], values["penultimate"], strict=True):
        np.testing.assert_allclose(pooled_by_hand(POOLED, last_map), penultimate[:, :8], rtol=1e-5)
        assert penultimate.shape == (N_CLIPS, 8 + 8)


@pytest.mark.parametrize("config", [POOLED, HybridConfig(cnn=POOLED)], ids=["cnn", "hybrid"])
def test_logits_depend_on_the_map_by_the_weights_of_their_layer(config: ModelConfig, members: int) -> None:
    """One graph: a gradient leads from the logits of each member to its map, and to that of no other."""
    import tensorflow as tf

    model = make(config, members)
    given = [tf.constant(values) for values in given_for(model)]
    tapped = tap_model(model, "last_map", "logits")
    with tf.GradientTape(persistent=True) as tape:
        values = tapped(given if len(given) > 1 else given[0])
        firsts = [tf.reduce_sum(logits[:, 0]) for logits in values["logits"]]
    for place, first in enumerate(firsts):
        for other, last_map in enumerate(values["last_map"]):
            assert (tape.gradient(first, last_map) is None) == (place != other)
    if config is POOLED:
        # All but the largest cell of a map count by the average alone.
        gradient = tape.gradient(firsts[0], values["last_map"][0]).numpy()
        kernel = committee_networks(model)[0].get_layer("probabilities").get_weights()[0]
        n_cells = gradient.shape[1] * gradient.shape[2]
        np.testing.assert_allclose(np.median(gradient, axis=(0, 1, 2)), kernel[:4, 0] / n_cells, rtol=1e-5)


def test_half_precision_ends_in_single_precision_logits(members: int) -> None:
    model = make(POOLED, members, "mixed_bfloat16")
    given = given_for(model)
    values = ask(tap_model(model, "logits"), given)["logits"]
    assert {logits.dtype for logits in values} == {np.dtype("float32")}
    expected = predict_probabilities(model, tuple(given))
    np.testing.assert_allclose(np.mean([softmax(logits) for logits in values], axis=0), expected, atol=1e-6)


def test_taps_follow_the_weights_of_the_model(members: int) -> None:
    model = make(POOLED, members)
    given, tapped = given_for(model), tap_model(model, "logits")
    before = ask(tapped, given)["logits"]
    model.set_weights([2 * weight for weight in model.get_weights()])
    after = ask(tapped, given)["logits"]
    assert np.abs(after[0] - before[0]).min() > 0.1
    check(model)


@pytest.mark.parametrize("path", SHIPPED, ids=[path.parent.name for path in SHIPPED])
def test_the_models_that_come_with_genre_lab_are_tapped(path: Path) -> None:
    model = load_model_file(path)
    assert len(committee_networks(model)) == {"compact-cnn": 2, "numeric-ffnn": 1}[path.parent.name]
    check(model)
    if path.parent.name == "compact-cnn":
        values = ask(tap_model(model, "last_map", "penultimate"), given_for(model))
        for last_map, penultimate in zip(values["last_map"], values["penultimate"], strict=True):
            pooled = pooled_by_hand(CnnConfig(head="average+max"), last_map)
            np.testing.assert_allclose(pooled, penultimate, rtol=1e-4, atol=1e-6)


def test_shipped_models_are_there() -> None:
    assert [path.parent.name for path in SHIPPED] == ["compact-cnn", "numeric-ffnn"]


def _refused() -> Iterator[tuple[Any, str]]:
    keras = import_keras()
    given = keras.Input((5,))
    yield keras.Model(given, keras.layers.Dense(2)(given), name="other"), "whose last layer is named 'probabilities'"
    features = np.random.default_rng(0).normal(size=(20, 5, 1))
    yield (
        fit_classical(LogisticConfig(), features, np.arange(20) % 2, scaling=NUMERIC, seed=0),
        "got a classical model",
    )


def test_what_has_no_such_values_is_refused_in_words() -> None:
    for model, said in _refused():
        with pytest.raises(RunError, match=said):
            tap_members(model)
    ffnn = make(CONFIGS["ffnn"], 1)
    assert tap_members(ffnn)[0].last_map is None
    with pytest.raises(RunError, match="got one without, which has no map"):
        tap_model(ffnn, "last_map")
