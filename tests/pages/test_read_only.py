"""Every page as somebody sees it who may only look: nothing can be changed, and nothing changes by itself."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from core.collections.annotations import exclude_clips
from core.jobs.waiting import Entry
from core.quality.check import check_collection
from core.queue import control
from core.search.spec import Range, SearchSpec, save_spec
from core.search.study import open_study
from dashboard import navigation
from dashboard.access import READ_ONLY
from dashboard.sentences.guide import STEPS
from tests.conftest import make_tiny_folder, tone
from tests.pages.apps import run_page, texts
from tests.pages.conftest import RunsHome, quick_config

HARMLESS = re.compile(
    r"Show it|Open Genres|First clips|Other clips|Look closer|Back to the default|Example song|Any clip|"
    r"Begin the quiz|Set up a training|Clear filters|Usual columns|Both are (right|wrong): .*|Only .* is right: .*|"
    r"Open (Gallery|Explore|Train|Compare|Confusion|Human\?|Collections): .*|Next: .*|Previous: .*|Done|Start over|"
    r"Set up another run|Edit and run|All|None|All off|Reset to .*|.* → .*|Previous|Next|"
    r"Make a family|Propose|Dissolve|Dissolve all"
)
"""Labels of buttons that change only what the visitor sees."""


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a home but the keys and indexes that reading itself makes."""
    passing = (".lock", "-wal", "-shm", "-journal", ".key")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(passing)
    }


def pressable(app: AppTest) -> list[str]:
    """Labels of what is enabled and might change something."""
    buttons = [button.label for button in app.button if not button.disabled]
    others = [
        f"{kind}: {element.proto.label}"
        for kind in ("file_uploader", "menu_button")
        for element in app.get(kind)
        if not element.proto.disabled
    ]
    numbers = [f"number: {each.label}" for each in app.number_input if each.label == "At once" and not each.disabled]
    return [*buttons, *others, *numbers]


def unexpected(labels: Iterable[str]) -> list[str]:
    return [label for label in labels if not HARMLESS.fullmatch(label)]


@pytest.fixture
def full_home(runs_home: RunsHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunsHome:
    """A copy of the home with runs, with something of everything that can be changed."""
    folder = tmp_path / "full"
    shutil.copytree(runs_home.folder, folder)
    monkeypatch.setenv("GENRE_LAB_HOME", str(folder))
    collection = runs_home.collection
    check_collection(collection.id, n_workers=1)
    exclude_clips(collection.id, {"bass.00000": "hum"}, all_names=collection.by_name)
    broken = folder / "data" / "collections" / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text("{")
    config = quick_config(collection)
    for number in (1, 2):
        control.add([Entry(id=str(number), job_id=f"train-{number}", spec={"config": config.to_dict(), "run_id": "x"})])
    spec = SearchSpec(config=config, ranges=(Range(path="learning_rate", low=1e-4, high=1e-2),), n_trials=2)
    save_spec("search-20260101-000000-abc", spec)
    open_study("search-20260101-000000-abc", spec)
    return RunsHome(folder, collection, runs_home.cnn, runs_home.ffnn, runs_home.other_seed, runs_home.failed)


def places(home: RunsHome) -> list[tuple[str, dict[str, str]]]:
    """Pages, and the views of them that hold buttons."""
    own = {"collection": home.collection.id}
    return [
        *((name, own) for name in navigation.PAGES),
        ("collections", own | {"tab": "Genres"}),
        ("collections", own | {"tab": "Quality"}),
        ("collections", {"collection": "demo"}),
        ("explore", {"collection": "demo"}),
        ("explore", own | {"view": "Map"}),
        *(("gallery", own | {"show": view}) for view in ("clip", "two", "genres")),
        ("train", {"run": home.cnn}),
        ("train", {"run": home.failed}),
        *(("train", own | {"view": view}) for view in ("Queue", "Search", "Study")),
        ("train", {"view": "Search", "search": "search-20260101-000000-abc"}),
        ("compare", {"runs": f"{home.cnn},{home.ffnn}"}),
        ("compare", {"runs": home.failed}),
        *(("guide", own | {"step": step.id}) for step in STEPS),
        *(("human", {"tab": tab}) for tab in ("Kinship", "Family tree", "Adviser")),
    ]


def test_nothing_that_changes_can_be_pressed_or_happens_by_itself(
    full_home: RunsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(READ_ONLY, "1")
    for name, query in places(full_home):
        run_page(name, **query)  # what is computed once for showing it
    before = content(full_home.folder)
    found: dict[str, object] = {}
    for name, query in places(full_home):
        app = run_page(name, **query)
        found |= dict.fromkeys(unexpected(pressable(app)), (name, query))
        assert any("This dashboard is read-only" in caption.value for caption in app.sidebar.caption)
    # What is uploaded there stays in the visitor's session.
    assert set(found) == {
        "file_uploader: Upload a song",
        "file_uploader: Answers that the quiz wrote (JSON)",
        "file_uploader: Answers of listeners (JSON, one file each)",
        "file_uploader: CSV with the columns genre_a, genre_b, kinship and perhaps source",
    }
    assert content(full_home.folder) == before


def test_the_same_can_be_pressed_where_changes_are_allowed(full_home: RunsHome) -> None:
    """That the walk comes by what changes: else it would prove nothing."""
    found: set[str] = set()
    for name, query in places(full_home):
        if "demo" in query.values():
            continue  # would be made
        found |= set(pressable(run_page(name, **query)))
    assert {"Import", "Upload and import", "Rescan", "Forget it", "Check again", "Restore all", "Resume"} <= found
    assert {"Start training", "Start search", "Delete the search", "Run again", "Get the demo collection"} <= found
    assert any(label.startswith("Remove broken") for label in found)


def test_a_song_is_classified_all_the_same(
    runs_home: RunsHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(READ_ONLY, "1")
    path = tmp_path / "hum.wav"
    soundfile.write(path, tone(110), 22_050)
    app = run_page("classify")
    app.file_uploader(key="classify:uploader").upload(path.name, path.read_bytes(), "audio/wav").run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 3  # two models and their mean


def test_features_are_not_computed_for_who_may_only_look(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.importing.register import import_folder

    collection = import_folder(make_tiny_folder(home / "data" / "tiny"))
    monkeypatch.setenv(READ_ONLY, "1")
    app = run_page("explore", collection=collection.id)
    missing = "**Mel spectrogram**: 24 of 24 clips; **16 numeric features**: 24 of 24 clips."
    assert f"{missing} This dashboard is read-only." in texts(app)
    assert not (home / "models" / "jobs").exists()
