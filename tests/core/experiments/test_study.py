import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.errors import ConfigError
from core.evaluation.compare import PairedResult, paired_interval
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.experiments.groups import find_groups
from core.experiments.study import (
    GENRES,
    STUDY,
    start_study,
    study_configs,
    study_front_end,
    study_rows,
)
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.models.architectures import CnnConfig, FfnnConfig
from core.runs.record import Run


def collection_of(genres: tuple[str, ...] = GENRES, **changes: Any) -> Collection:
    clips = tuple(
        Clip(f"{genre}.{n:05d}", genre, Path(f"/{genre}{n}.wav"), 30.0, 22_050, 1)
        for genre in genres
        for n in range(10)
    )
    given: dict[str, Any] = {
        "id": "mine",
        "title": "Mine",
        "kind": "folder",
        "source": "",
        "licence": "",
        "synthetic": False,
        "root": Path("/mine"),
        "clips": clips,
    }
    return Collection(**(given | changes))


def run_of(config: Any, collection: Collection, **changes: Any) -> Run:
    result = TestResult(n_correct=9, n=20, interval=wilson_interval(9, 20), chance=0.1, protocol="by clip")
    given = {
        "id": "a" * 32,
        "status": "finished",
        "created_at": time.time(),
        "config": config,
        "collection_title": "Mine",
        "collection_fingerprint": collection.subset(config.genres).fingerprint,
        "synthetic": False,
        "result": result,
    }
    return Run(**(given | changes))


def test_the_published_figures() -> None:
    assert [round(100 * each.accuracy) for each in STUDY] == [45, 68, 81, 100]
    assert [each.n for each in STUDY] == [200, 200, 140, 40]
    assert STUDY[1].interval == pytest.approx((0.6125, 0.7405), abs=5e-4)
    assert STUDY[3].interval[1] == 1.0
    assert STUDY[3].interval[0] == pytest.approx(40 / (40 + 1.96**2), abs=1e-4)


def test_the_recipes_are_those_of_the_study() -> None:
    configs = study_configs(collection_of())
    cnn, ffnn = configs["cnn-10"], configs["ffnn-10"]
    assert (cnn.model, cnn.epochs, cnn.n_parameters) == (CnnConfig(), 15, 2_463_114)
    assert (ffnn.model, ffnn.epochs, ffnn.n_parameters) == (FfnnConfig(), 40, 10_838_986)
    assert configs["cnn-7"].genres == ("classical", "country", "disco", "hiphop", "jazz", "metal", "pop")
    assert configs["cnn-2"].genres == ("classical", "metal")
    for config in configs.values():
        assert (config.split.protocol, config.split.test_fraction, config.seed) == ("clip", 0.2, 42)
        assert (config.batch_size, config.learning_rate, config.train_on_validation) == (16, 1e-3, True)
        assert config.front_end == MelSpectrogram()


def test_the_broken_resize_is_another_front_end() -> None:
    padded, reflowed = (study_configs(collection_of(), reflowed=each)["cnn-10"] for each in (False, True))
    assert padded.front_end.identity != reflowed.front_end.identity
    assert replace(reflowed, front_end=padded.front_end, name=padded.name) == padded
    level = np.linspace(0.1, 0.5, 22_050 * 3, dtype=np.float32) * np.sin(np.arange(22_050 * 3) / 7).astype(np.float32)
    right, n_right = padded.front_end.transform(level)
    wrong, n_wrong = reflowed.front_end.transform(level)
    assert n_right < n_wrong == 660
    assert (right[0, :n_right] == wrong[0, :n_right]).all()
    assert (right[1, :n_right] == wrong[0, n_right : 2 * n_right]).all()
    assert (wrong.ravel()[128 * n_right :] == 0).all()


def test_genres_and_inputs_that_a_collection_lacks() -> None:
    few = collection_of(("classical", "metal", "techno"))
    assert list(study_configs(few)) == ["cnn-2"]
    with pytest.raises(ConfigError, match="lacks: blues, country"):
        STUDY[0].config(few)
    pictures = collection_of(front_ends=(GtzanTableFeatures(), GtzanSpectrogram()))
    assert study_front_end(pictures) == GtzanSpectrogram()
    with pytest.raises(ConfigError, match="Choose a collection with sound"):
        study_front_end(pictures, reflowed=True)
    with pytest.raises(ConfigError, match="only numeric features"):
        study_configs(collection_of(front_ends=(GtzanTableFeatures(),)))


def test_runs_are_found_by_their_settings() -> None:
    collection = collection_of()
    padded, reflowed = (study_configs(collection, reflowed=each) for each in (False, True))
    failed = run_of(padded["cnn-10"], collection, id="f" * 32, status="failed", result=None)
    named = run_of(replace(padded["cnn-10"], name="Mine"), collection)
    broken = run_of(reflowed["cnn-10"], collection, id="b" * 32)
    other = run_of(replace(padded["cnn-2"], seed=7), collection)
    changed = run_of(padded["cnn-7"], collection, collection_fingerprint="other")
    rows = {row.experiment.id: row for row in study_rows(collection, (failed, named, broken, other, changed))}
    assert (rows["cnn-10"].padded, rows["cnn-10"].reflowed) == (named, broken)
    assert (rows["cnn-2"].padded, rows["cnn-7"].padded, rows["ffnn-10"].reflowed) == (None, None, None)


def test_the_difference_has_an_interval() -> None:
    paired = PairedResult(n_both=100, n_only_a=30, n_only_b=10, n_neither=60, p_value=0.002)
    low, high = paired_interval(paired)
    # (30.5 - 10.5) / 202 and 1.96 sqrt(41 - 400 / 202) / 202
    assert (low + high) / 2 == pytest.approx(20 / 202)
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(41 - 400 / 202) / 202, rel=1e-4)
    same = PairedResult(n_both=10, n_only_a=0, n_only_b=0, n_neither=0, p_value=1.0)
    assert paired_interval(same)[0] == -paired_interval(same)[1] < 0


def test_one_request_is_one_group(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    started: list[Any] = []

    def enqueue(configs: Any, *, group: str, tags: Any, token: str | None) -> list[str]:
        started.append((list(configs), group, list(tags)))
        return [str(place) for place in range(len(configs))]

    monkeypatch.setattr("core.queue.launch.enqueue", enqueue)
    collection = collection_of()
    group = start_study(collection, [("cnn-2", False), ("cnn-2", True)])
    configs, group_id, tags = started[0]
    assert group == group_id
    assert configs == [study_configs(collection)["cnn-2"], study_configs(collection, reflowed=True)["cnn-2"]]
    assert [each["genre_lab.group_place"] for each in tags] == ["cnn-2", "cnn-2 resized"]
    assert find_groups(()) == ()
