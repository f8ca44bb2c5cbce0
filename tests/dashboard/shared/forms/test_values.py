"""A configuration goes into the form and comes out of it as it was."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.clips.collection import Collection
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.features.register import import_features
from core.models.architectures import (
    BoostingConfig,
    CnnConfig,
    FfnnConfig,
    ForestConfig,
    HybridConfig,
    LdaConfig,
    LogisticConfig,
    SvmConfig,
)
from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.recipe.settings import AugmentationConfig, OptimisationConfig, SegmentConfig
from dashboard.charts.runs.network import network_stages, network_table
from dashboard.charts.runs.schedule import schedule_table
from dashboard.sentences.differences import differences
from dashboard.shared.forms.values import (
    read_augmentation,
    read_front_end,
    read_model,
    read_optimisation,
    read_segments,
    read_training,
    training_values,
)
from dashboard.train.form.presets import fitting_presets, form_presets, nearest_preset


def base(**changes: Any) -> TrainingConfig:
    return TrainingConfig(collection_id="mine", genres=("a", "b"), **changes)


ODD = {
    "deep residual": base(
        model=CnnConfig(
            filters=(5, 33, 70, 111, 300, 512),
            kernel=5,
            pool=(3, 5),
            pools=((2, 2), (2, 4), (1, 2), (2, 1), (2, 2), (1, 1)),
            padding="same",
            block="residual",
            convolutions=2,
            batch_norm=True,
            block_dropout=0.125,
            head="average",
            dense=(100, 17),
            dropout=0.333,
            l2=3e-5,
            pooling="average",
        ),
        epochs=7,
        batch_size=24,
        learning_rate=7e-4,
        patience=9,
        seed=2**32 - 1,
    ),
    "own mel": base(
        model=CnnConfig(dense=()),
        front_end=MelSpectrogram(
            sr_hz=16_000, n_fft=400, hop_length=160, n_mels=61, fmin_hz=27.5, fmax_hz=7_600.0, window="hamming",
            n_frames=901, top_db=72.5, scale="linear",
        ),
        segments=SegmentConfig(length_s=3.3, per_epoch=3, n_verdict=1),
        augmentation=AugmentationConfig(
            n_time_masks=2, time_mask=0.07, mixup=0.21, gain_db=4.5, band_shift=3, time_stretch=0.11, equaliser=0.02
        ),
        optimisation=OptimisationConfig(
            optimiser="sgd", momentum=0.87, schedule="step", step_epochs=4, factor=0.3, averaging=0.9975, keep="last"
        ),
        precision="mixed_bfloat16",
    ),
    "broken": base(front_end=MelSpectrogram(width="reflowed"), train_on_validation=True),
    "numeric": base(
        model=FfnnConfig(units=(9, 8, 7, 6, 5, 4, 3, 2), dropout=0.05, l2=0.01),
        front_end=NumericFeatures(padding="reflect", max_duration_s=12.5),
        numeric_scaling="clipped",
        optimisation=OptimisationConfig(class_weights=True, label_smoothing=0.07, schedule="plateau"),
    ),
    "hybrid": base(
        model=HybridConfig(cnn=CnnConfig(axes="time", padding="same"), numeric_units=(12, 11), joined_units=(10, 9, 8)),
        numeric_front_end=GtzanTableFeatures(variant="librosa", sr_hz=44_100),
    ),
    "svm": base(model=SvmConfig(c=0.7, gamma=0.003), front_end=NumericFeatures()),
    "forest": base(model=ForestConfig(n_trees=7, max_depth=64, min_leaf=3), front_end=NumericFeatures()),
    "lda": base(model=LdaConfig(shrinkage=0.3), front_end=NumericFeatures()),
    "logistic": base(model=LogisticConfig(c=12.5), front_end=NumericFeatures()),
    "boosting": base(model=BoostingConfig(shrinkage=0.017, l2=2.5, max_leaves=9), front_end=NumericFeatures()),
}  # fmt: skip


def round_trip(config: TrainingConfig) -> TrainingConfig:
    # What a visitor saw before must not shine through.
    values: dict[str, Any] = {}
    for other in (*ODD.values(), *(preset.configure("mine", ("a", "b")) for preset in form_presets().values()), config):
        values |= training_values(other)
    second = None if config.numeric_front_end is None else read_front_end("train:numeric_front_end", values)
    return TrainingConfig(
        collection_id=config.collection_id,
        genres=config.genres,
        name=config.name,
        model=read_model(config.model.kind, values),
        front_end=read_front_end("train:front_end", values),
        numeric_front_end=second,
        segments=read_segments(values),
        augmentation=read_augmentation(values),
        optimisation=read_optimisation(values),
        **read_training(values),
    )


@pytest.mark.parametrize("preset", list(form_presets()))
def test_every_preset_comes_back_as_it_was(preset: str) -> None:
    config = form_presets()[preset].configure("mine", ("a", "b"))
    assert round_trip(config) == config
    assert nearest_preset(config).id == preset
    assert differences(round_trip(config), config) == []


@pytest.mark.parametrize("name", list(ODD))
def test_odd_settings_come_back_as_they_were(name: str) -> None:
    assert round_trip(ODD[name]) == ODD[name]
    assert nearest_preset(ODD[name]).model.kind == ODD[name].model.kind


def test_differences_are_named_with_both_values() -> None:
    study = PRESETS["study-cnn"].configure("mine", ("a", "b"))
    other = replace(
        study,
        model=CnnConfig(filters=(16, 64), dropout=0.5),
        epochs=20,
        segments=SegmentConfig(length_s=5.0),
        front_end=MelSpectrogram(n_mels=64),
        seed=7,
        name="Mine",
    )
    assert differences(other, study) == [
        "filters 16, 64 (16, 32)",
        "dropout 0.5 (0.25)",
        "bands 64 (128)",
        "epochs 20 (15)",
        "segments 5 s (off)",
    ]


def collection_from(name: str, content: bytes) -> Collection:
    return import_features(io.BytesIO(content), name)


def test_only_presets_that_fit_are_offered(home: Any, tiny_collection: Collection) -> None:
    assert list(fitting_presets(tiny_collection)) == list(form_presets())
    rows = "".join(f"c{n},{n},{n * n},{'uv'[n % 2]}\n" for n in range(8))
    table = collection_from("own.csv", f"clip,x,y,genre\n{rows}".encode())
    fitting = fitting_presets(table)
    assert list(fitting) == ["numeric-ffnn", "svm", "forest", "logistic", "lda", "boosting"]
    assert fitting["numeric-ffnn"].config.front_end == table.front_ends[0]
    stream = io.BytesIO()
    level = np.random.default_rng(1).integers(0, 256, (4, 128, 496), dtype=np.uint8)
    names = [f"{genre}.0000{n}" for genre in ("blues", "jazz") for n in range(2)]
    np.savez(stream, level=level, clip=np.array(names), rendering=np.array(["A"] * 4))
    pictures = collection_from("set.npz", stream.getvalue())
    assert list(fitting_presets(pictures)) == ["study-cnn", "study-ffnn", "compact-cnn"]


@pytest.mark.parametrize("name", ["deep residual", "hybrid", "numeric"])
def test_the_drawing_has_every_parameter_and_the_right_shapes(name: str) -> None:
    config = ODD[name]
    stages = network_stages(config)
    assert sum(stage.n_parameters for stage in stages) == config.n_parameters
    assert stages[0].shape == config.input_shape
    assert stages[-1].shape == (2,)
    table = network_table(stages)
    assert ((table["left"] > 0.3) & (table["right"] < 0.75)).all()
    assert (table["bottom"] - table["top"]).max() <= 0.8
    assert (table["bottom"].to_numpy()[:-1] < table["top"].to_numpy()[1:]).all()


def test_a_block_is_one_row_of_the_drawing() -> None:
    stages = network_stages(PRESETS["study-cnn"].configure("mine", ("a", "b")))
    assert [stage.title for stage in stages] == [
        "Input",
        "Block 1",
        "Block 2",
        "Flatten",
        "Dense 1",
        "Output (softmax)",
    ]
    assert [stage.text for stage in stages[:4]] == ["128 × 660", "63 × 164, 16 maps", "30 × 40, 32 maps", "38,400"]
    assert stages[1].detail == "kernel 3 × 3, pool 2 × 4"
    assert stages[1].n_parameters == 160


def test_the_learning_rate_over_the_epochs() -> None:
    steps = schedule_table(ODD["own mel"])
    rates = steps.set_index("epoch")["rate"]
    assert rates[0.0] == rates[3.9 if 3.9 in rates.index else 3.0] == 1e-3
    assert rates[4.0] == pytest.approx(3e-4)
    assert rates[12.0] == pytest.approx(2.7e-5)
    cosine = replace(ODD["broken"], epochs=1000, optimisation=OptimisationConfig(schedule="cosine", warm_up_epochs=10))
    table = schedule_table(cosine)
    assert len(table) < 700
    assert table["rate"].max() == pytest.approx(1e-3, rel=0.01)
    assert table["rate"].iloc[-1] < 1e-5
