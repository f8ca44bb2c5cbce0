"""A home that has been worked in for long: a large table of features, and hundreds of runs on it.

All is written as Genre Lab writes it, but that the records of the runs are copied within the database from two that a
`RunWriter` wrote: five hundred trainings would take hours, and entering as many records half a minute.
"""

import io
import os
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.clips.collection import Collection
from core.evaluation.metrics import evaluate
from core.evaluation.predictions import Predictions
from core.features.gtzan_table import TABLE_NAMES
from core.files import write_json
from core.importing.features.register import import_features
from core.models.architectures import CnnConfig, FfnnConfig
from core.recipe.config import TrainingConfig
from core.runs import files
from core.runs.folders import run_folder
from core.runs.record import EpochRecord
from core.runs.tags import CONFIG_TAG, read_text_tags, write_text_tags
from core.runs.writer import RunWriter, create_run, write_config, write_history
from core.settings import load_settings

N_EPOCHS = 15
MOST_TESTED = 4_000
HOUR_MS = 3_600_000


def make_collection(n_clips: int, n_genres: int, *, title: str = "Many clips") -> Collection:
    """A collection without audio whose 57 features tell its genres apart a little."""
    rng = np.random.default_rng(0)
    label = np.arange(n_clips) % n_genres
    values = rng.normal(size=(n_clips, len(TABLE_NAMES))) + rng.normal(size=(n_genres, len(TABLE_NAMES)))[label]
    table = pd.DataFrame(values.round(5), columns=list(TABLE_NAMES))
    table.insert(0, "clip", [f"clip.{number:06d}" for number in range(n_clips)])
    table.insert(1, "genre", [f"genre {number:03d}" for number in label])
    return import_features(io.BytesIO(table.to_csv(index=False).encode()), "many.csv", title=title)


def make_runs(collection: Collection, n_runs: int) -> list[str]:
    """Finished runs of a CNN and an FFNN in turn, with different seeds, an hour between them; their ids."""
    models: list[dict[str, Any]] = [
        {"name": "Made CNN", "model": CnnConfig()},
        {"name": "Made FFNN", "model": FfnnConfig(units=(64,)), "front_end": collection.front_ends[0]},
    ]
    predictions = make_predictions(collection)
    first = []
    for values in models[:n_runs]:
        config = TrainingConfig(collection_id=collection.id, genres=collection.genres, epochs=N_EPOCHS, **values)
        first.append(_write_run(config, collection, predictions))
    with closing(sqlite3.connect(load_settings().models_dir / "runs.db")) as database:
        copies = [_copy_run(database, first[number % 2], number) for number in range(len(first), n_runs)]
        database.commit()
    return first + copies


def make_predictions(collection: Collection) -> Predictions:
    """Probabilities of a fifth of the clips by a model that is right in about half of them."""
    rng = np.random.default_rng(1)
    clips = collection.clips[::5][:MOST_TESTED]
    genres = collection.genres
    label = np.array([genres.index(clip.genre) for clip in clips])
    # Mistakes go to the neighbours in the list, so that there is something to see.
    taken = np.where(rng.random(len(clips)) < 0.5, label, (label + rng.integers(1, 6, len(clips))) % len(genres))
    weights = rng.random((len(clips), len(genres)))
    weights[np.arange(len(clips)), taken] += 2.0
    table = pd.DataFrame(weights / weights.sum(axis=1, keepdims=True), columns=list(genres))
    table.insert(0, "clip", [clip.name for clip in clips])
    table.insert(1, "actual", [clip.genre for clip in clips])
    table.insert(2, "predicted", [genres[place] for place in taken])
    return Predictions(table, genres)


def _write_run(config: TrainingConfig, collection: Collection, predictions: Predictions) -> str:
    run_id = create_run(config, collection)
    result = evaluate(predictions, protocol="Made up")
    tested = set(predictions.table["clip"])
    rest = [clip.name for clip in collection.clips if clip.name not in tested]
    history = [
        EpochRecord(epoch=epoch, loss=3 / epoch, accuracy=1 - 1 / (epoch + 1), val_loss=3.5 / epoch, val_accuracy=0.5)
        for epoch in range(1, N_EPOCHS + 1)
    ]
    with RunWriter(run_id) as writer:
        writer.set_split_sizes({"train": len(rest), "validation": 0, "test": result.n})
        for epoch in history:
            writer.log_epoch(epoch)
        with writer.artifacts() as folder:
            write_config(folder, config, collection)
            write_history(folder, history)
            write_json(folder / files.SPLIT, {"train": rest, "validation": [], "test": sorted(tested)})
            write_json(folder / files.EXCLUDED, {})
            write_json(folder / files.DETAILS, {"typical_duration_s": 30.0})
            predictions.table.to_csv(folder / files.PREDICTIONS, index=False)
        writer.finish(result=result, best_epoch=N_EPOCHS, stopped_early=False, training_s=60.0)
    return run_id


def _copy_run(database: sqlite3.Connection, of: str, number: int) -> str:
    """Another run like that one: of seed ``number``, so many hours older."""
    run_id = uuid.uuid4().hex
    for table in ("runs", "tags", "params", "metrics", "latest_metrics"):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        changed = {"run_uuid": "?1", "start_time": f"start_time - {number * HOUR_MS}"}
        if table == "runs":
            changed |= {"end_time": f"end_time - {number * HOUR_MS}", "artifact_uri": "replace(artifact_uri, ?2, ?1)"}
        values = ", ".join(changed.get(column, column) for column in columns)
        database.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE run_uuid = ?2", (run_id, of)
        )
    tags = dict(database.execute("SELECT key, value FROM tags WHERE run_uuid = ?", (run_id,)))
    fixed = read_text_tags(CONFIG_TAG, tags)
    fixed["config"]["seed"] = number
    for name, value in write_text_tags(CONFIG_TAG, fixed).items():
        database.execute("UPDATE tags SET value = ? WHERE run_uuid = ? AND key = ?", (value, run_id, name))
    source, target = (run_folder(each) / "artifacts" for each in (of, run_id))
    target.mkdir(parents=True)
    for path in source.iterdir():
        os.link(path, target / path.name)
    return run_id


def make_home(folder: Path, *, n_clips: int, n_genres: int, n_runs: int) -> tuple[Collection, list[str]]:
    """Fill the folder, which must be the home in force (``GENRE_LAB_HOME``)."""
    assert load_settings().home == folder.resolve()
    collection = make_collection(n_clips, n_genres)
    return collection, make_runs(collection, n_runs)
