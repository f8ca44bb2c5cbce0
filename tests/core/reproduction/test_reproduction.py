"""The stated figures made again, on a small stand-in for the data and with models that take no time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.collections.clip_facts import gtzan_facts
from core.errors import CollectionError, ConfigError, RunError
from core.evaluation.calibration import calibration_text, measure_calibration, temperature_text, with_temperature
from core.features.gtzan_table import TABLE_NAMES
from core.models.classical import LogisticConfig
from core.recipe.presets import PRESETS
from core.reproduction.conduct import fit_held_out_temperature, reproduce
from core.reproduction.recipes import FEATURES, FEATURES_OF_THIRDS, SPECTROGRAMS, TABLE, Recipe, find_recipes
from core.reproduction.shipping import ship
from core.reproduction.sources import prepare_features
from core.runs.results import load_predictions, load_temperature
from core.runs.shipped import model_card, shipped_runs
from core.runs.store import delete_run, list_runs

N_OF_PART = {"train": 8, "valid": 4, "test": 4}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two genres of GTZAN by name, told apart by their first feature; one clip has no spectrogram."""
    facts = gtzan_facts()
    names = [
        name
        for genre in ("classical", "metal")
        for part, n in N_OF_PART.items()
        for name in sorted(name for name, (its, fact) in facts.items() if its == genre and fact.partition == part)[:n]
    ]
    rng = np.random.default_rng(1)
    values = rng.normal(size=(len(names), len(TABLE_NAMES)))
    genres = [name.partition(".")[0] for name in names]
    values[:, 0] += [3.0 if genre == "metal" else -3.0 for genre in genres]
    table = pd.DataFrame(values, columns=list(TABLE_NAMES))
    table.insert(0, "filename", [f"{name}.wav" for name in names])
    table["label"] = genres
    table.to_csv(tmp_path / FEATURES, index=False)
    thirds = table.loc[table.index.repeat(3)].reset_index(drop=True)
    thirds["filename"] = [f"{name}.{third}.wav" for name in names for third in range(3)]
    thirds["length"] = 220_500
    thirds.to_csv(tmp_path / FEATURES_OF_THIRDS, index=False)
    level = rng.integers(0, 255, size=(len(names) - 1, 128, 496), dtype=np.uint8)
    np.savez(tmp_path / SPECTROGRAMS, level=level, clip=np.array(names[:-1]), rendering=np.array(["A"] * len(level)))
    return tmp_path


def test_a_folder_without_the_data_is_named(home: Path, tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match=SPECTROGRAMS):
        prepare_features(tmp_path)


def test_unknown_recipes_are_named() -> None:
    assert [recipe.preset for recipe in find_recipes("hybrid, study-cnn")] == ["hybrid", "study-cnn"]
    with pytest.raises(ConfigError, match="got 'best'"):
        find_recipes("best")


def test_folds_fault_filtered_combined_and_shipped(
    home: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("compact-cnn", "numeric-ffnn"):
        quick = replace(PRESETS[name], model=LogisticConfig(), front_end=TABLE, settings={})
        monkeypatch.setitem(PRESETS, name, quick)
    recipes = [Recipe(preset=name, front_end=TABLE) for name in ("compact-cnn", "numeric-ffnn")]
    collection = prepare_features(folder)
    n_clips = 2 * sum(N_OF_PART.values()) - 1
    assert len(collection.clips) == n_clips

    announced: list[tuple[str, int, int]] = []
    rows = reproduce(collection, recipes, on_run=lambda *what: announced.append(what))
    assert len(rows) == 3
    assert announced[-1] == ("Numeric FFNN, fault-filtered", 11, 12)
    for row in rows:
        assert row.by_clip.result.n == n_clips
        assert row.by_clip.folds is not None
        assert row.by_clip.folds.n_runs == 5
        assert row.fault_filtered.result.n in (7, 8)
        assert row.fault_filtered.result.accuracy > 0.5
    runs = list_runs()
    assert len(runs) == 12
    assert all(run.config.train_on_validation for run in runs)
    assert rows[2].by_clip.runs == tuple(
        run for pair in zip(rows[0].by_clip.runs, rows[1].by_clip.runs, strict=True) for run in pair
    )

    # A second call trains nothing, and says the same.
    assert reproduce(prepare_features(folder), recipes) == rows
    assert len(list_runs()) == 12

    temperature = fit_held_out_temperature(collection, recipes[0])
    assert temperature.n in (7, 8)  # one of the clips has no spectrogram
    assert fit_held_out_temperature(collection, recipes[0]) == temperature
    assert len(list_runs()) == 13
    place = ship(rows[0], "compact-cnn", collection, tmp_path / "pretrained", temperature)
    ship(rows[0], "compact-cnn", collection, tmp_path / "pretrained", temperature)
    assert [path.name for path in place.parent.iterdir()] == ["compact-cnn"]
    known = load_predictions(rows[0].fault_filtered.runs[0])
    monkeypatch.setenv("GENRE_LAB_HOME", str(tmp_path / "newcomer"))
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(place.parent))
    (run,) = shipped_runs()
    assert list_runs() == (run,)
    assert run.result == rows[0].fault_filtered.result
    softened = load_predictions(run.id)
    pd.testing.assert_frame_equal(softened.table, with_temperature(known, temperature.value).table)
    assert load_temperature(run.id) == temperature
    card = model_card(run.id)
    accuracy = f"{100 * rows[0].fault_filtered.result.accuracy:.1f} %"
    assert accuracy in card
    assert "not part of Genre Lab" in card
    assert calibration_text(measure_calibration(softened)) in card
    assert calibration_text(measure_calibration(known)) in card
    assert temperature_text(temperature) in card
    with pytest.raises(RunError, match="comes with Genre Lab"):
        delete_run(run.id)
