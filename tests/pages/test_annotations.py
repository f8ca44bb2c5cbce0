"""Quality: what people said of clips, listed, taken back, out and in as CSV."""

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.collections.annotation_changes import Words, annotate_clips
from core.collections.annotation_csv import annotations_csv
from core.collections.annotations import load_annotations
from dashboard.access import READ_ONLY
from tests.pages.apps import checked, run_page, texts

SAID = {
    "bass.00003": Words(tags=("live", "*loud*"), note="Hum.", genre="hiss"),
    "hiss.00001": Words(tags=("live",), excluded="faulty"),
}


@pytest.fixture
def said(tiny_collection: Collection) -> Collection:
    annotate_clips(tiny_collection.id, SAID, labels={clip.name: clip.genre for clip in tiny_collection.clips})
    return tiny_collection


def quality(collection: Collection) -> AppTest:
    return run_page("collections", collection=collection.id, tab="Quality")


def test_where_nothing_is_said_it_tells_how(tiny_collection: Collection) -> None:
    app = quality(tiny_collection)
    assert "None yet. *Tags and more* below the player of every clip adds them" in texts(app)
    assert not [button for button in app.button if (button.key or "").startswith("annotations:")]


def test_what_is_said_is_listed_and_counted(said: Collection) -> None:
    app = quality(said)
    assert "**1 corrected label**, which Train offers to use · 1 note" in texts(app)
    assert "2 tags: live 2, \\*loud\\* 1" in texts(app)
    table = next(frame.value for frame in app.dataframe if "Right genre" in frame.value)
    rows = {row["Clip"]: row for _, row in table.iterrows()}
    assert (rows["bass.00003"]["Label"], rows["bass.00003"]["Right genre"]) == ("bass", "hiss")
    assert list(rows["bass.00003"]["Tags"]) == ["live", "*loud*"]
    assert (rows["bass.00003"]["Note"], bool(rows["bass.00003"]["Excluded"])) == ("Hum.", False)
    assert (rows["hiss.00001"]["Right genre"], bool(rows["hiss.00001"]["Excluded"])) == ("", True)
    assert app.button(key="annotations:uncorrect").disabled  # nothing selected


def test_an_uploaded_list_takes_the_place_of_what_was_said(said: Collection) -> None:
    app = quality(said)
    content = "clip,tags,right_genre\nbass.00003,quiet,\nhiss.00002,quiet,bass\npolka,x,\n"
    app.file_uploader(key="annotations:upload:0").set_value(("said [a](b).csv", content.encode(), "text/csv"))
    checked(app.run())
    assert "2 clips changed by said \\[a\\]" in texts(app)
    assert "Not in this collection: line 4" in texts(app)
    now = load_annotations(said.id)
    assert (now["bass.00003"].tags, now["bass.00003"].correction, now["bass.00003"].note) == (("quiet",), None, "Hum.")
    assert now["hiss.00002"].correction is not None
    app.file_uploader(key="annotations:upload:1").set_value(("x.csv", b"clip\nbass.00003\n", "text/csv"))
    checked(app.run())
    assert "at least one of the columns right" in texts(app)
    assert load_annotations(said.id) == now


def test_corrections_and_words_of_chosen_clips_are_taken_back(said: Collection) -> None:
    app = quality(said)
    table = next(frame.value for frame in app.dataframe if "Right genre" in frame.value)
    key = f"annotations:{said.id}:2:{table['Clip'].iloc[0]}"
    app.session_state[key] = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
    checked(app.run())
    assert app.button(key="annotations:uncorrect").label == "Take back 1 correction"
    checked(app.button(key="annotations:uncorrect").click().run())
    assert "1 corrected label taken back." in texts(app)
    now = load_annotations(said.id)["bass.00003"]
    assert (now.correction, now.tags, now.note) == (None, ("live", "*loud*"), "Hum.")
    assert app.button(key="annotations:delete").label == "Delete tags and notes of 2 clips"
    checked(app.button(key="annotations:delete").click().run())
    left = load_annotations(said.id)
    assert list(left) == ["hiss.00001"]
    assert left["hiss.00001"].exclusion is not None


def test_the_download_is_the_list(said: Collection) -> None:
    text = annotations_csv(said, load_annotations(said.id))
    assert text.splitlines()[1].startswith("bass.00003,bass,hiss,live; *loud*,Hum.,,20")


def test_who_may_only_look_sees_it_and_changes_nothing(said: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(READ_ONLY, "1")
    app = quality(said)
    assert "**1 corrected label**" in texts(app)
    assert app.button(key="annotations:uncorrect").disabled
    assert app.button(key="annotations:delete").disabled
    assert app.file_uploader(key="annotations:upload:0").proto.disabled
