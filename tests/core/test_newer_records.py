"""Records to which a newer Genre Lab has added something: never called damaged, and never written over."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.clips.collection import Collection
from core.collections.annotations import annotations_path, exclude_clips, load_annotations
from core.collections.registry import load_collection, manifest_path
from core.errors import GenreLabError, NewerVersionError, RunError
from core.features.table import features_from_dict
from core.files import known_fields, require_known_fields
from core.jobs.folder import job_folder, stored_progress
from core.jobs.progress import Progress
from core.jobs.waiting import Queue, queue_path, store_queue, stored_queue
from core.models.architectures import model_config_from_dict
from core.quality.findings import Finding
from core.quality.store import QualityReport, load_report, quality_folder, save_report
from core.queue import control
from core.recipe.config import training_config_from_dict
from core.recipe.presets import PRESETS
from core.search.spec import Range, SearchSpec, load_spec, save_spec, search_folder
from core.search.study import load_search, open_study

STUDY = PRESETS["study-cnn"].configure("c", ("bass", "treble"))
Values = dict[str, Any]


def change(path: Path, edit: Callable[[Values], None]) -> bytes:
    """Edit a JSON file; its content then."""
    values = json.loads(path.read_bytes())
    edit(values)
    path.write_text(json.dumps(values))
    return path.read_bytes()


def test_fields_of_a_newer_version_are_left_out_or_refused() -> None:
    values = {"state": "done", "mood": 1}
    assert known_fields(Progress, values) == {"state": "done"}
    require_known_fields(Progress, {"state": "done"}, "The job")
    with pytest.raises(NewerVersionError, match=r"The job has 'mood', which this Genre Lab does not know: a newer one"):
        require_known_fields(Progress, values, "The job")
    for broken in ("state", ["state"], None):
        with pytest.raises(TypeError, match="expected a record"):
            known_fields(Progress, broken)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="expected a record"):
            require_known_fields(Progress, broken, "The job")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "read",
    [
        lambda: training_config_from_dict({**STUDY.to_dict(), "curriculum": "slow"}),
        lambda: training_config_from_dict({**STUDY.to_dict(), "split": {"by_album": True}}),
        lambda: training_config_from_dict({**STUDY.to_dict(), "optimisation": {"lookahead": 3}}),
        lambda: training_config_from_dict({**STUDY.to_dict(), "model": {"kind": "transformer", "heads": 8}}),
        lambda: training_config_from_dict({**STUDY.to_dict(), "front_end": {"kind": "cqt"}}),
        lambda: model_config_from_dict({**STUDY.to_dict()["model"], "attention": True}),
        lambda: features_from_dict({**STUDY.to_dict()["front_end"], "whitened": True}),
    ],
)
def test_settings_of_a_newer_version_are_never_taken_for_others(read: Callable[[], object]) -> None:
    with pytest.raises(NewerVersionError, match=r"newer .*[Uu]pdate Genre Lab"):
        read()


def test_a_job_of_a_newer_version_is_read_all_the_same(home: Path) -> None:
    folder = job_folder("one")
    folder.mkdir(parents=True)
    (folder / "progress.json").write_text('{"state": "done", "phase": "Extracting", "gpu_bytes": 5}')
    progress = stored_progress("one")
    assert progress is not None
    assert (progress.state, progress.phase, progress.detail) == ("done", "Extracting", "")


def test_a_manifest_with_further_facts_is_read(tiny_collection: Collection) -> None:
    def add(values: Values) -> None:
        values["bpm"] = {}
        values["skipped"] = [{"name": "x.wav", "reason": "empty", "hint": "mend it"}]
        values["facts"] = {"bass.00000": {"artist": "A", "label": "B"}}

    change(manifest_path(tiny_collection.id), add)
    loaded = load_collection(tiny_collection.id)
    assert loaded.skipped[0].reason == "empty"
    assert loaded.facts["bass.00000"].artist == "A"


def test_a_manifest_with_a_newer_front_end_is_not_called_damaged(tiny_collection: Collection) -> None:
    change(manifest_path(tiny_collection.id), lambda values: values.update(front_ends=[{"kind": "cqt"}]))
    with pytest.raises(NewerVersionError, match=r"got 'cqt'\. If a newer Genre Lab wrote it, update") as caught:
        load_collection(tiny_collection.id)
    assert "damaged" not in str(caught.value)


def test_notes_of_a_newer_version_are_not_written_over(tiny_collection: Collection) -> None:
    names = tiny_collection.by_name
    exclude_clips(tiny_collection.id, {"bass.00000": "hum"}, all_names=names)
    path = annotations_path(tiny_collection.id)
    content = change(path, lambda values: values["clips"]["bass.00000"].update(rating=5))
    with pytest.raises(NewerVersionError, match="has 'rating'"):
        load_annotations(tiny_collection.id)
    with pytest.raises(NewerVersionError):
        exclude_clips(tiny_collection.id, {"bass.00001": "hum"}, all_names=names)
    assert path.read_bytes() == content


def test_a_queue_of_a_newer_version_is_left_as_it_is(home: Path) -> None:
    store_queue(Queue())
    entry = {"id": "1", "job_id": "a", "spec": {}, "priority": 3}
    content = change(queue_path(), lambda values: values.update(entries=[entry]))
    with pytest.raises(NewerVersionError, match="has 'priority'"):
        stored_queue()
    with pytest.raises(GenreLabError, match="newer one wrote it"):
        control.set_n_at_once(2)
    assert queue_path().read_bytes() == content


def test_a_report_tells_what_is_known_here(tiny_collection: Collection) -> None:
    finding = Finding("silent", "bass.00000", None, 1.0, "Silent.")
    save_report(tiny_collection.id, QualityReport("f", 1.0, 24, (finding,)))

    def add(values: Values) -> None:
        values["findings"] = [{**values["findings"][0], "ear": "left"}, {**values["findings"][0], "kind": "hiss"}]

    change(quality_folder(tiny_collection.id) / "report.json", add)
    report = load_report(tiny_collection.id)
    assert report is not None
    assert report.findings == (finding,)


def test_a_search_of_a_newer_version_is_not_called_damaged(home: Path) -> None:
    save_spec(
        "search-1", SearchSpec(config=STUDY, ranges=(Range(path="learning_rate", low=1e-4, high=1e-2),), n_trials=2)
    )
    change(search_folder("search-1") / "search.json", lambda values: values.update(islands=3))
    with pytest.raises(NewerVersionError, match="The search has 'islands'"):
        load_spec("search-1")


def test_a_study_of_another_optuna_is_told_with_what_to_do(home: Path) -> None:
    spec = SearchSpec(config=STUDY, ranges=(Range(path="learning_rate", low=1e-4, high=1e-2),), n_trials=2)
    save_spec("search-1", spec)
    open_study("search-1", spec)
    with closing(sqlite3.connect(search_folder("search-1") / "study.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v99.0.0'")
        connection.commit()
    with pytest.raises(RunError, match=r"another version of Optuna; nothing is lost\..* `pip install -U optuna"):
        load_search("search-1")
