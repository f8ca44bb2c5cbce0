"""Every message about a setting says which one: for each value that can be impossible, and wherever one is made."""

import ast
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError, SettingError, SplitError, in_field
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
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
from core.recipe.config import TrainingConfig, training_config_from_dict
from core.recipe.settings import AugmentationConfig, OptimisationConfig, SegmentConfig
from core.settings import REPOSITORY
from core.splits.by_clip import draw_parts, fold_parts
from core.splits.config import SplitConfig
from tests.core.splits.clips import clip

STUDY = TrainingConfig(collection_id="mine", genres=("a", "b"))
NUMERIC = GtzanTableFeatures()
WITH_SEGMENTS = TrainingConfig(collection_id="mine", genres=("a", "b"), segments=SegmentConfig())
HYBRID = TrainingConfig(collection_id="mine", genres=("a", "b"), model=HybridConfig(), numeric_front_end=NUMERIC)
NOT_ALONE = {"kind", "cnn", "pools", "fmin_hz"}
"""Settings whose impossible values are listed by hand."""
KINDS = (
    *(CnnConfig, FfnnConfig, HybridConfig, SvmConfig, ForestConfig, LdaConfig, LogisticConfig, BoostingConfig),
    *(MelSpectrogram, NumericFeatures, GtzanTableFeatures, GtzanTableParts, GtzanSpectrogram),
    *(SegmentConfig, AugmentationConfig, OptimisationConfig),
)


def impossible(value: Any) -> Any:
    """A value that no setting of this sort may have."""
    if isinstance(value, bool):
        return 7
    if isinstance(value, str):
        return "nothing of the sort"
    if isinstance(value, tuple):
        return (-5,) * max(1, len(value))
    return -5


def single_faults() -> list[tuple[type[Any], str, Any]]:
    """Each setting of each part with a value that is impossible by itself."""
    return [
        *(
            (kind, field.name, impossible(getattr(kind(), field.name)))
            for kind in KINDS
            for field in fields(kind)
            if field.name not in NOT_ALONE
        ),
        (CnnConfig, "pools", ((2, 2),)),
        (CnnConfig, "pools", ((2, 2), (2, 99))),
        (CnnConfig, "pool", (2, 99)),
        (CnnConfig, "pool", (2,)),
        (CnnConfig, "dense", (1,) * 9),
        (FfnnConfig, "units", ()),
        (HybridConfig, "cnn", FfnnConfig()),
        (MelSpectrogram, "fmin_hz", 11_025.0),
        (MelSpectrogram, "fmax_hz", 90_000.0),
    ]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    single_faults(),
    ids=[f"{kind.__name__}.{name}={value}" for kind, name, value in single_faults()],
)
def test_an_impossible_value_is_told_of_its_own_setting(kind: type[Any], name: str, value: Any) -> None:
    with pytest.raises(SettingError) as caught:
        kind(**{name: value})
    assert caught.value.field == name


SINGLE = {
    "genres": ("a",),
    "name": " ",
    "epochs": 0,
    "batch_size": 0,
    "learning_rate": 2.0,
    "patience": 0,
    "seed": -1,
    "numeric_scaling": "none",
    "precision": "float8",
    "train_on_validation": 1,
    "members": 11,
}
TOGETHER: list[tuple[dict[str, Any], str]] = [
    ({"front_end": NUMERIC}, "front_end"),
    ({"model": HybridConfig()}, "numeric_front_end"),
    ({"numeric_front_end": NUMERIC}, "numeric_front_end"),
    ({"model": SvmConfig()}, "front_end"),
    ({"model": SvmConfig(), "front_end": GtzanTableParts()}, "front_end"),
    ({"model": SvmConfig(), "front_end": NUMERIC, "members": 2}, "members"),
    ({"model": FfnnConfig(), "front_end": NUMERIC, "segments": SegmentConfig()}, "segments"),
    (
        {"model": FfnnConfig(), "front_end": NUMERIC, "augmentation": AugmentationConfig(equaliser=0.1)},
        "augmentation.equaliser",
    ),
    (
        {"front_end": MelSpectrogram(normalisation="standard"), "augmentation": AugmentationConfig(gain_db=3.0)},
        "augmentation.gain_db",
    ),
    ({"augmentation": AugmentationConfig(time_stretch=0.1)}, "augmentation.time_stretch"),
    ({"segments": SegmentConfig(length_s=60.0)}, "segments.length_s"),
    ({"patience": 3, "train_on_validation": True}, "patience"),
    ({"optimisation": OptimisationConfig(schedule="plateau"), "train_on_validation": True}, "optimisation.schedule"),
    ({"model": CnnConfig(filters=(4,) * 6, kernel=1)}, "model.pool"),
    ({"model": CnnConfig(filters=(4, 4), pools=((16, 16), (16, 16)))}, "model.pools"),
    ({"model": CnnConfig(kernel=15), "front_end": MelSpectrogram(n_mels=8)}, "model.kernel"),
    ({"model": HybridConfig(cnn=CnnConfig(filters=(4,) * 6, kernel=1)), "numeric_front_end": NUMERIC},
     "model.cnn.pool"),
    ({"split": SplitConfig(protocol="segment-random", n_excerpts=60), "front_end": MelSpectrogram(n_frames=40),
      "model": FfnnConfig()}, "split.n_excerpts"),
    ({"split": SplitConfig(protocol="segment-random", n_excerpts=5), "front_end": NUMERIC, "model": FfnnConfig()},
     "split.n_excerpts"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [*(({name: value}, name) for name, value in SINGLE.items()), *TOGETHER],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_settings_that_do_not_go_together_name_the_one_to_change(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(**({"collection_id": "mine", "genres": ("a", "b")} | changes))
    assert caught.value.field == field
    assert _is_path(field)


SPLITS: list[tuple[dict[str, Any], str]] = [
    ({"protocol": "by luck"}, "protocol"),
    ({"test_fraction": 0.9}, "test_fraction"),
    ({"validation_fraction": 0.0}, "validation_fraction"),
    ({"test_fraction": 0.5, "validation_fraction": 0.5}, "validation_fraction"),
    ({"seed": -1}, "seed"),
    ({"fold": 0}, "fold"),
    ({"n_folds": 3, "fold": 4}, "fold"),
    ({"n_folds": 1}, "n_folds"),
    ({"protocol": "file", "file": "f" * 64, "n_folds": 3}, "n_folds"),
    ({"protocol": "fault-filtered", "join_findings": True}, "join_findings"),
    ({"protocol": "segment-random", "join_likely": True}, "join_likely"),
    ({"n_excerpts": 5}, "n_excerpts"),
    ({"protocol": "segment-random", "n_excerpts": 99}, "n_excerpts"),
    ({"protocol": "group"}, "group_column"),
    ({"group_column": "album"}, "group_column"),
    ({"protocol": "file"}, "file"),
    ({"file": "f" * 64}, "file"),
    ({"protocol": "file", "file": "f" * 64, "file_name": "n" * 201}, "file"),
]


@pytest.mark.parametrize(("given", "field"), SPLITS, ids=lambda value: value if isinstance(value, str) else None)
def test_an_impossible_split_names_its_setting(given: dict[str, Any], field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        SplitConfig(**given)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"model": {"kind": "cnn", "filters": []}}, "model.filters"),
        ({"model": {"kind": "hybrid", "cnn": {"kind": "cnn", "kernel": 99}}}, "model.cnn.kernel"),
        ({"model": {"kind": "oracle"}}, "model.kind"),
        ({"front_end": {"kind": "mel", "n_fft": 3}}, "front_end.n_fft"),
        ({"front_end": {"kind": "ear"}}, "front_end.kind"),
        ({"numeric_front_end": {"kind": "numeric16", "sr_hz": 1}}, "numeric_front_end.sr_hz"),
        ({"split": {"n_folds": 99}}, "split.n_folds"),
        ({"segments": {"length_s": 0.0}}, "segments.length_s"),
        ({"augmentation": {"mixup": 9.0}}, "augmentation.mixup"),
        ({"optimisation": {"momentum": 9.0}}, "optimisation.momentum"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_part_of_a_stored_training_is_named_by_its_whole_path(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(SettingError) as caught:
        training_config_from_dict(STUDY.to_dict() | changes)
    assert caught.value.field == field


def test_clips_that_cannot_be_divided_name_what_to_change() -> None:
    clips = [clip(f"{genre}.{n:02d}", genre) for genre in ("blues", "jazz", "rock") for n in range(3)]
    shares = {"seed": 1, "validation_fraction": 0.05}
    with pytest.raises(SplitError) as caught:
        draw_parts(clips, test_fraction=0.05, **shares)  # type: ignore[arg-type]
    assert caught.value.field == "test_fraction"
    with pytest.raises(SplitError) as caught:
        fold_parts(clips, n_folds=4, fold=1, **shares)  # type: ignore[arg-type]
    assert caught.value.field == "n_folds"
    with pytest.raises(SplitError) as caught:
        fold_parts(clips, n_folds=3, fold=1, **shares)  # type: ignore[arg-type]
    assert caught.value.field == "validation_fraction"


def test_parts_are_named_from_the_outside_in() -> None:
    with pytest.raises(ConfigError, match="Too many") as caught, in_field("model"), in_field("cnn"):
        raise ConfigError("Too many.", field="filters")
    assert caught.value.field == "model.cnn.filters"
    with pytest.raises(ConfigError) as caught, in_field("segments"):
        raise ConfigError("No.")
    assert caught.value.field == "segments"


def _is_path(field: str) -> bool:
    """Whether a training has such a setting, one with segments or a hybrid."""
    for config in (WITH_SEGMENTS, HYBRID):
        value: Any = config
        for name in field.split("."):
            value = getattr(value, name, ...)
        if value is not ...:
            return True
    return False


# Where a message is not about a setting, or gets its field from the caller (`in_field`).
ELSEWHERE = {
    "is not valid: ",  # a stored configuration with a name too many, which no form makes
    "training clips",  # known when a training begins
    "is a network, not one",
    "Expected unique clip names",
    "Expected at least two genres with clips",
    "digital silence",
    "is too short",
    "pooling ",  # layer_table: the configuration that is being passed through knows the field
    "its input is ",
    ", got {text!r}",  # ranges of a search as they are typed into the command line
}
WALKED = (
    *("core/models/cnn.py", "core/models/ffnn.py", "core/models/classical.py", "core/models/architectures.py"),
    *("core/models/layer_table.py", "core/recipe/config.py", "core/recipe/settings.py", "core/recipe/augmentation.py"),
    *(
        "core/search/spec.py",
        "core/splits/config.py",
        "core/splits/base.py",
        "core/splits/by_clip.py",
        "core/splits/by_group.py",
        "core/splits/fixed.py",
        "core/splits/segments.py",
    ),
    *(
        "core/features/mel.py",
        "core/features/numeric.py",
        "core/features/table.py",
        "core/features/gtzan_parts.py",
        "core/features/gtzan_table.py",
    ),
    "core/features/gtzan_spectrogram.py",
)


@pytest.mark.parametrize("path", WALKED)
def test_every_message_in_the_code_names_its_setting(path: str) -> None:
    made = {"ConfigError", "FeatureError", "SplitError", "require"}
    unnamed = []
    for call in ast.walk(ast.parse(Path(REPOSITORY / path).read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if call.func.id not in made and not call.func.id.startswith("check_"):
            continue
        said = ast.unparse(call)
        if call.func.id in ("check_clips", "check_augmentation") or any(words in said for words in ELSEWHERE):
            continue
        if not any(keyword.arg == "field" for keyword in call.keywords):
            unnamed.append(said)
    assert unnamed == []
