"""Excerpts of long files: asked for in the import form, told, shown, drawn and played as what they are."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.clips.passages import WHOLE, Excerpting
from core.collections.registry import list_collections, load_collection
from core.extraction.extract import extract
from core.importing.register import import_folder
from dashboard import services
from tests.pages.apps import checked, labels, rendered, run_page, texts

SHORT = Excerpting(n=2, length_s=5)


@pytest.fixture
def songs(home: Path) -> Path:
    """Two songs of 21 s, one in each genre, and two clips of 6 s."""
    folder = home / "data" / "songs"
    rng = np.random.default_rng(0)
    for name, seconds in (("jazz/Naima", 21), ("rock/Helter", 21), ("jazz/jingle", 6), ("rock/riff", 6)):
        path = folder / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, rng.normal(0, 0.1, seconds * 22_050), 22_050)
    return folder


def test_the_form_cuts_long_files_and_says_so(songs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("collection.import_form", "shared.feature_gate"):
        monkeypatch.setattr(f"dashboard.{module}.start_extraction", lambda *_: "job")
    app = run_page("collections")
    app.text_input(key="import-path").set_value(str(songs))
    app.number_input(key="import-excerpts").set_value(2)
    app.number_input(key="import-excerpt-length").set_value(5)
    next(button for button in app.button if button.label == "Import").click().run()
    collection = load_collection(next(each.id for each in list_collections() if each.ready))
    assert collection.excerpting == SHORT
    assert [clip.name for clip in collection.clips] == [
        "Naima 0:03", "Naima 0:12", "jingle", "Helter 0:03", "Helter 0:12", "riff",
    ]  # fmt: skip
    said = rendered(texts(checked(app)))
    assert "2 of 4 files are longer than 0:10: the clips of each are 2 excerpts of 5 s, evenly spread." in said
    assert "4 clips are excerpts of 2 songs, cut at import" in said
    facts = next(frame.value for frame in app.dataframe if "Excerpt" in frame.value)
    assert facts["Excerpt"].tolist()[:2] == ["0:03 to 0:08 of 0:21", "0:12 to 0:17 of 0:21"]


def test_the_loudest_parts_are_found_in_the_background(songs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def start(path: Path, **given: object) -> str:
        asked.append(given["excerpting"])
        return "job"

    monkeypatch.setattr("dashboard.collection.import_form.start_import", start)
    app = run_page("collections")
    app.text_input(key="import-path").set_value(str(songs))
    app.selectbox(key="import-excerpt-from").set_value("loudest")
    next(button for button in app.button if button.label == "Import").click().run()
    assert asked == [Excerpting(where="loudest")]


def test_a_collection_of_whole_files_says_nothing_of_excerpts(songs: Path) -> None:
    import_folder(songs, excerpting=WHOLE)
    said = texts(run_page("collections", collection=next(each.id for each in list_collections() if each.ready)))
    assert "longer than" not in said


def test_cards_and_players_are_of_the_excerpt(songs: Path) -> None:
    collection = import_folder(songs, excerpting=SHORT)
    extract(collection, [services.MEL, services.NUMERIC], n_workers=1)
    gallery = run_page("gallery", collection=collection.id, clip="Naima 0:12")
    assert "0:12 to 0:17 of 0:21" in rendered(texts(gallery))
    assert "Naima, 0:12 to 0:17 of 0:21" in labels(gallery, "audio")
    explore = run_page("explore", collection=collection.id, clip="Naima 0:12")
    assert "0:12 to 0:17 of 0:21" in rendered(texts(checked(explore)))
    content, mime = services.playable(collection.clip("Naima 0:12")) or (b"", "")
    assert (mime, len(content)) == ("audio/wav", 44 + 2 * 5 * 22_050)
    assert services.spectrogram(collection, collection.clip("Naima 0:12")).shape[1] == 108
