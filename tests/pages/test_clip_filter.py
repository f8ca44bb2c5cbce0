"""Explore and Gallery look at clips by what is said of them, and group them by it."""

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.collections.annotation_changes import Words, annotate_clips
from dashboard.shared.clip_filter import CORRECTED, GENRES, TAGS, filter_key
from tests.pages.apps import checked, labels, run_page, texts


@pytest.fixture
def said(own_extracted: Collection) -> Collection:
    words = {f"{genre}.0000{number}": Words(tags=("low",)) for genre in ("bass", "hiss") for number in range(4)}
    words |= {f"treble.0000{number}": Words(tags=("high *up*",)) for number in range(3)}
    words["treble.00003"] = Words(note="Hum.")
    words["bass.00001"] = Words(tags=("low",), genre="treble")
    annotate_clips(own_extracted.id, words, labels={clip.name: clip.genre for clip in own_extracted.clips})
    return own_extracted


def choose(app: AppTest, collection: Collection, **values: object) -> AppTest:
    for name, value in values.items():
        app.session_state[filter_key(collection.id, name)] = value
    return checked(app.run())


def popovers(app: AppTest) -> list[str]:
    found = []

    def walk(block: object) -> None:
        if (popover := getattr(getattr(block, "proto", None), "popover", None)) is not None and popover.label:
            found.append(popover.label)
        for child in getattr(block, "children", {}).values():
            walk(child)

    walk(app.main)
    return found


def test_where_nothing_is_said_there_is_no_filter(extracted: Collection) -> None:
    assert "Filter" not in popovers(run_page("gallery", collection=extracted.id))


def test_gallery_shows_the_clips_with_a_tag(said: Collection) -> None:
    app = run_page("gallery", collection=said.id)
    assert "Filter" in popovers(app)
    assert labels(app, "audio") == ["bass.00000", "hiss.00000", "treble.00000"]
    choose(app, said, tags=["high *up*"])
    assert "3 of 24 clips" in popovers(app)
    assert labels(app, "audio") == ["treble.00000"]
    choose(app, said, tags=["low"], said=["Label wrong"])
    assert "1 of 24 clips" in popovers(app)
    assert labels(app, "audio") == ["bass.00001"]
    choose(app, said, said=["Label wrong", "With a note"])
    assert "No clip is left by the filter above" in texts(app)
    checked(app.button(key=filter_key(said.id, "clear")).click().run())
    assert labels(app, "audio") == ["bass.00000", "hiss.00000", "treble.00000"]


def test_gallery_groups_by_tag_and_by_corrected_genre(said: Collection) -> None:
    app = choose(run_page("gallery", collection=said.id), said, group=TAGS)
    assert "11 of 24 clips" in popovers(app)
    assert "Grouped by tag, in place of genre" in texts(app)
    assert labels(app, "audio") == ["treble.00000", "bass.00000"]
    assert "**high \\*up\\***" in texts(app)
    choose(app, said, group=CORRECTED)
    assert "24 of 24 clips" in popovers(app)
    assert labels(app, "audio") == ["bass.00000", "hiss.00000", "bass.00001"]


def test_explore_draws_the_clips_that_are_left(said: Collection) -> None:
    app = choose(run_page("explore", collection=said.id, view="table"), said, tags=["low"])
    table = next(frame.value for frame in app.dataframe if "clip" in frame.value)
    assert set(table["clip"]) == {f"{genre}.0000{number}" for genre in ("bass", "hiss") for number in range(4)}
    choose(app, said, tags=[], group=TAGS)
    table = next(frame.value for frame in app.dataframe if "clip" in frame.value)
    assert set(table["genre"]) == {"low", "high *up*"}


def test_a_tag_that_nobody_uses_any_more_is_forgotten(said: Collection) -> None:
    app = choose(run_page("gallery", collection=said.id), said, tags=["low"])
    annotate_clips(
        said.id,
        {f"{genre}.0000{number}": Words(tags=()) for genre in ("bass", "hiss") for number in range(4)},
        labels={clip.name: clip.genre for clip in said.clips},
    )
    checked(app.run())
    assert labels(app, "audio") == ["bass.00000", "hiss.00000", "treble.00000"]


def test_other_pages_show_all_clips(said: Collection) -> None:
    app = choose(run_page("train", collection=said.id), said, tags=["low"], group=GENRES)
    assert "3 genres, 24 clips." in texts(app)
    assert "Filter" not in popovers(app)
