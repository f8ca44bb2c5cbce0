"""Collections without audio on the pages: what they have is shown, what they lack is said where it would be."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.registry import list_collections
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.importing.features.register import import_features
from core.importing.register import import_folder
from dashboard import services
from dashboard.shared.player import card_front_end
from dashboard.tables.features import unusual_figures
from tests.pages.apps import chart_rows, checked, labels, query, run_page, texts
from tests.waiting import LIMIT_S


@pytest.fixture
def table(home: Path) -> Collection:
    rng = np.random.default_rng(0)
    rows = "".join(
        f"{genre}.0000{number}.wav,{rng.normal(place):.6f},{rng.normal():.6f},{genre}\n"
        for place, genre in enumerate(("blues", "jazz"))
        for number in range(8)
    )
    return import_features(io.BytesIO(f"filename,pitch,noise,label\n{rows}".encode()), "my_table.csv")


@pytest.fixture
def spectrograms(home: Path) -> Collection:
    stream = io.BytesIO()
    names = [f"{genre}.0000{number}" for genre in ("blues", "jazz") for number in range(3)]
    level = np.random.default_rng(1).integers(0, 256, (6, 128, 496), dtype=np.uint8)
    np.savez(stream, level=level, clip=np.array(names), rendering=np.array(["A"] * 6))
    return import_features(stream, "set.npz")


def test_a_table_has_no_pictures_and_leads_to_explore(table: Collection) -> None:
    app = run_page("gallery", collection=table.id)
    assert "No pictures in this collection" in texts(app)
    assert "my\\_table has 2 features for each clip" in texts(app)
    assert labels(app, "image") == []


def test_spectrograms_are_shown_on_their_own_scale_without_players(spectrograms: Collection) -> None:
    app = run_page("gallery", collection=spectrograms.id)
    assert [name for name in labels(app, "image") if name.startswith("Linear")] == [
        "Linear spectrogram of blues.00000",
        "Linear spectrogram of jazz.00000",
    ]
    assert "standard deviations (SD)" in texts(app)
    assert "linear frequency axis" in texts(app)
    assert "No sound in this collection" in texts(app)
    assert labels(app, "audio") == []
    assert "resize" not in texts(app)


def test_sound_at_hand_elsewhere_is_played(spectrograms: Collection, home: Path) -> None:
    path = home / "data" / "mini" / "genres" / "jazz" / "jazz.00000.wav"
    path.parent.mkdir(parents=True)
    soundfile.write(path, np.full(30 * 1000, 0.1), 1000)
    import_folder(home / "data" / "mini")
    app = run_page("gallery", collection=spectrograms.id)
    assert "Sound of 1 of 2 clips from mini" in texts(app)
    assert [name.split(",")[0] for name in labels(app, "audio")] == ["jazz.00000"]


def test_details_say_what_there_is_and_that_no_more_can_be_made(table: Collection) -> None:
    written = texts(run_page("collections", collection=table.id))
    assert "Columns of a table: 16 of 16 clips" in written
    assert "no other features can be computed" in written
    assert "Features of GTZAN clips (Tzanetakis and Cook, 2002) in my\\_table.csv" in written
    assert "every row was read as a clip" in written


def test_a_feature_file_is_imported_by_its_path(home: Path) -> None:
    path = home / "data" / "own.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("clip,x,genre\na,1,u\nb,2,v\n")
    app = run_page("collections")
    app.text_input(key="import-path").set_value("own.csv")
    next(button for button in app.button if button.label == "Import").click().run()
    assert "Imported own: 2 clips, 2 genres." in texts(checked(app))
    assert query(app)["collection"] == next(each.id for each in list_collections() if each.kind == "features")


def test_a_bad_feature_file_is_refused_in_words(home: Path) -> None:
    path = home / "data" / "own.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK nothing")
    app = run_page("collections")
    app.text_input(key="import-path").set_value("own.npz")
    next(button for button in app.button if button.label == "Import").click().run()
    assert "own.npz is not an npz file, or damaged" in texts(checked(app))


def test_a_damaged_manifest_is_said_where_collections_are_listed(home: Path) -> None:
    manifests = home / "data" / "collections"
    for name, content in (("demo", "{"), ("mine-123", "[]")):
        (manifests / name).mkdir(parents=True)
        (manifests / name / "manifest.json").write_text(content)
    overview = texts(run_page("overview"))
    assert "Get the demo again on Collections" in overview
    assert "Remove it on Collections" in overview
    app = run_page("collections")
    next(button for button in app.button if button.label == "Remove mine-123 from the list").click().run()
    assert not (manifests / "mine-123").exists()
    assert "mine-123" not in texts(checked(app))


def test_the_card_of_a_clip_without_a_picture_shows_its_figures(table: Collection) -> None:
    def card(collection_id: str) -> None:
        from core.collections.registry import load_collection
        from dashboard.shared.player import clip_card

        collection = load_collection(collection_id)
        clip_card(collection, collection.clips[0], probabilities={"blues": 0.25, "jazz": 0.75})

    app = AppTest.from_function(card, args=(table.id,), default_timeout=LIMIT_S).run()
    assert "No sound in this collection" in texts(checked(app))
    assert "Least like its genre" in texts(app)
    assert set(chart_rows(app)["Feature"]) == {"Pitch", "Noise"}


def test_figures_are_ranked_by_their_distance_from_the_genre(table: Collection) -> None:
    figures = services.feature_table(table, None, table.front_ends[0])
    clip = table.clips[3]
    ranked = unusual_figures(figures, clip)
    own = figures[figures["genre"] == clip.genre]
    expected = (own["pitch"].iloc[3] - own["pitch"].mean()) / own["pitch"].std(ddof=0)
    assert ranked.set_index("Feature")["From its genre"]["Pitch"] == pytest.approx(expected)
    assert list(ranked["From its genre"].abs()) == sorted(ranked["From its genre"].abs(), reverse=True)
    assert unusual_figures(figures, Clip("nobody", "blues", None, 0.0, 0, 0)).empty


def test_a_card_shows_what_the_collection_has(table: Collection, spectrograms: Collection) -> None:
    assert card_front_end(table, services.MEL) == table.front_ends[0]
    assert card_front_end(spectrograms, services.NUMERIC) == GtzanSpectrogram()
    assert card_front_end(spectrograms, services.MEL) == GtzanSpectrogram()
