"""The menu of a clip on the pages: what is said there is kept and shown, by whoever may change something."""

import re
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.collections.annotation_changes import Words, annotate_clips
from core.collections.annotations import Annotation, load_annotations, load_exclusions
from core.collections.genre_changes import save_mapping
from core.collections.genre_mapping import GenreMapping
from core.runs.results import load_predictions
from dashboard.access import READ_ONLY
from tests.pages.apps import checked, rendered, run_page, texts
from tests.pages.conftest import RunsHome

MENU = "gallery:bass.00000:menu"


def menus(app: AppTest) -> list[str]:
    """Help texts of the menus on the page, closed or open."""
    found = []

    def walk(block: object) -> None:
        popover = getattr(getattr(block, "proto", None), "popover", None)
        if popover is not None and popover.label == "Tags and more":
            found.append(popover.help)
        for child in getattr(block, "children", {}).values():
            walk(child)

    walk(app.main)
    return found


def open_menu(app: AppTest, key: str = MENU) -> AppTest:
    app.session_state[key] = True
    return checked(app.run())


def gallery(collection: Collection) -> AppTest:
    return run_page("gallery", collection=collection.id)


def save(app: AppTest, key: str = MENU) -> AppTest:
    return checked(app.button(key=f"{key}:save").click().run())


def say(collection: Collection, name: str, **words: object) -> None:
    labels = {clip.name: clip.genre for clip in collection.clips}
    annotate_clips(collection.id, {name: Words(**words)}, labels=labels)


def links(app: AppTest) -> dict[str, str]:
    return {link.label: link.proto.query_string for link in app.get("page_link") if not link.proto.disabled}


def test_nothing_of_a_menu_is_made_before_it_is_opened(own_extracted: Collection) -> None:
    app = gallery(own_extracted)
    assert len(menus(app)) == 3
    assert not app.text_area
    assert not app.multiselect
    open_menu(app)
    assert [area.label for area in app.text_area] == ["Note"]


def test_what_is_said_is_kept_and_shown(own_extracted: Collection) -> None:
    app = open_menu(gallery(own_extracted))
    assert "**bass.00000** · labelled bass" in texts(app)
    app.multiselect(key=f"{MENU}:tags").set_value(["live; Needs  review", "a *b* <b>c</b> [d](http://e)"])
    app.text_area(key=f"{MENU}:note").input("Hum.\r\n<b>Ask</b> *Anna* :smile:")
    app.selectbox(key=f"{MENU}:genre").select("hiss")
    save(app)
    assert [toast.value for toast in app.toast] == ["Saved for bass.00000"]
    assert app.session_state[MENU] is False
    assert not app.text_area
    said = load_annotations(own_extracted.id)["bass.00000"]
    assert said.tags == ("live", "Needs review", "a *b* <b>c</b> [d](http://e)")
    assert said.note == "Hum.\n<b>Ask</b> *Anna* :smile:"
    assert said.correction is not None
    assert (said.correction.genre, said.correction.label) == ("hiss", "bass")
    shown = texts(app)
    assert "Label wrong: hiss" in shown
    assert "live" in shown
    badge = next(line for line in shown.splitlines() if "http" in line)
    inner = re.fullmatch(r":gray-badge\[:material/sell: (.*)\]", badge)
    assert inner is not None
    assert rendered(inner[1].replace("\\[", "[").replace("\\]", "]").replace("[", "\\[").replace("]", "\\]"))
    note = next(line for line in shown.splitlines() if "sticky_note" in line)
    assert rendered(note.partition(": ")[2]) == "Hum. <b>Ask</b> *Anna* :smile:"

    open_menu(app)
    assert app.multiselect(key=f"{MENU}:tags").value == list(said.tags)
    assert app.text_area(key=f"{MENU}:note").value == said.note
    assert app.selectbox(key=f"{MENU}:genre").value == "hiss"
    assert "said to be wrong on 20" in texts(app)
    app.multiselect(key=f"{MENU}:tags").set_value([])
    app.text_area(key=f"{MENU}:note").input("")
    app.selectbox(key=f"{MENU}:genre").select("bass")
    save(app)
    assert load_annotations(own_extracted.id) == {}


def test_what_is_no_tag_is_refused_in_words_and_stays_to_be_mended(own_extracted: Collection) -> None:
    app = open_menu(gallery(own_extracted))
    app.multiselect(key=f"{MENU}:tags").set_value(["x" * 41])
    save(app)
    assert "Expected a tag of 1 to 40 characters" in texts(app)
    assert load_annotations(own_extracted.id) == {}
    assert app.multiselect(key=f"{MENU}:tags").value == ["x" * 41]


def close_menu(app: AppTest, key: str = MENU) -> AppTest:
    app.session_state[key] = False
    return checked(app.run())


def test_what_is_typed_and_not_saved_is_kept_when_the_menu_closes(own_extracted: Collection) -> None:
    app = open_menu(gallery(own_extracted))
    assert app.button(key=f"{MENU}:discard").disabled
    app.text_area(key=f"{MENU}:note").input("Hum at")
    app.selectbox(key=f"{MENU}:genre").select("hiss")
    close_menu(app)
    assert "Not saved yet" in texts(app)
    assert not app.text_area
    assert load_annotations(own_extracted.id) == {}

    # It is the clip's, whichever of its menus is opened, on another page too.
    app.query_params["show"], app.query_params["clip"] = "clip", "bass.00000"
    open_menu(app, other := "gallery-one:menu")
    assert app.text_area(key=f"{other}:note").value == "Hum at"
    assert app.selectbox(key=f"{other}:genre").value == "hiss"
    app.text_area(key=f"{other}:note").input("Hum at 50 Hz.")
    save(app, other)
    assert "Not saved yet" not in texts(app)
    assert load_annotations(own_extracted.id)["bass.00000"].note == "Hum at 50 Hz."

    open_menu(app, other)
    app.multiselect(key=f"{other}:tags").set_value(["live"])
    assert "Not saved yet" in texts(checked(app.run()))
    checked(app.button(key=f"{other}:discard").click().run())
    assert "Not saved yet" not in texts(app)
    assert app.multiselect(key=f"{other}:tags").value == []
    assert app.text_area(key=f"{other}:note").value == "Hum at 50 Hz."
    # What was typed and taken back by hand is nothing to keep.
    app.text_area(key=f"{other}:note").input("Hum").run()
    app.text_area(key=f"{other}:note").input("Hum at 50 Hz.").run()
    assert "Not saved yet" not in texts(checked(app))


def test_what_others_said_meanwhile_is_seen_and_then_saved_over(own_extracted: Collection) -> None:
    app = open_menu(gallery(own_extracted))
    app.text_area(key=f"{MENU}:note").input("Hum at 50 Hz.").run()
    say(own_extracted, "bass.00000", note="Hiss.", tags=("live",), genre="hiss")
    save(app)
    assert "it is now “Hiss.”" in texts(app)
    assert app.text_area(key=f"{MENU}:note").value == "Hum at 50 Hz."
    assert app.multiselect(key=f"{MENU}:tags").value == ["live"]
    assert app.selectbox(key=f"{MENU}:genre").value == "hiss"
    save(app)
    said = load_annotations(own_extracted.id)["bass.00000"]
    assert (said.note, said.tags) == ("Hum at 50 Hz.", ("live",))
    assert said.correction is not None
    assert said.correction.genre == "hiss"


def test_two_visitors_lose_nothing_of_each_other(own_extracted: Collection) -> None:
    first, second = open_menu(gallery(own_extracted)), open_menu(gallery(own_extracted))
    first.multiselect(key=f"{MENU}:tags").set_value(["live"])
    first.text_area(key=f"{MENU}:note").input("Hum.")
    assert "Hum." not in texts(checked(second.run()))  # half-typed
    save(first)
    second.multiselect(key=f"{MENU}:tags").set_value(["loud"])
    save(second)
    assert load_annotations(own_extracted.id)["bass.00000"].tags == ("live", "loud")
    assert "Hum." in texts(second)

    open_menu(first)
    say(own_extracted, "bass.00000", note="Hiss.")
    first.text_area(key=f"{MENU}:note").input("Hum at 50 Hz.")
    save(first)
    assert "Somebody else has changed the note since you began; it is now “Hiss.”" in texts(first)
    assert load_annotations(own_extracted.id)["bass.00000"].note == "Hiss."


def test_a_clip_is_excluded_and_taken_back(own_extracted: Collection) -> None:
    app = open_menu(gallery(own_extracted))
    checked(app.button(key=f"{MENU}:exclude").click().run())
    assert load_exclusions(own_extracted.id)["bass.00000"].reason == "Excluded by hand"
    assert MENU.partition(":menu")[0] not in str(app.get("bidi_component"))
    assert "is excluded" in app.toast[0].value


def test_pages_that_show_the_clip_are_linked(runs_home: RunsHome) -> None:
    collection = runs_home.collection
    row = load_predictions(runs_home.ffnn).table.iloc[0]
    name = str(row["clip"])
    cell = {"actual": str(row["actual"]), "predicted": str(row["predicted"]), "hear": name}
    app = run_page("confusion", run=runs_home.ffnn, **cell)
    assert menus(app)
    found = links(open_menu(app, f"card:confusion:{runs_home.ffnn}:{collection.id}:{name}:player:menu"))
    here = f"collection={collection.id}&clip={name}"
    assert found["In Confusion"] == urlencode({"run": runs_home.ffnn, **cell})
    assert found["Nearest clips"] == f"{here}&view=nearest"
    assert found["On the map"] == f"{here}&view=map"
    assert found["In Gallery"] == here


def test_a_clip_that_no_run_was_tested_on_has_no_link_to_confusion(own_extracted: Collection) -> None:
    found = open_menu(gallery(own_extracted))
    assert "In Confusion" not in links(found)


def test_every_page_with_clips_has_the_menu(own_extracted: Collection) -> None:
    assert len(menus(run_page("explore", collection=own_extracted.id, view="map"))) == 1
    assert len(menus(run_page("explore", collection=own_extracted.id, view="nearest"))) == 2


def test_a_mapped_label_is_shown_as_it_is_written(own_extracted: Collection) -> None:
    save_mapping(own_extracted.id, GenreMapping(becomes=(("bass", "low"), ("hiss", "noise"))), replacing=None)
    say(own_extracted, "bass.00000", genre="hiss")  # in the words of another day
    app = open_menu(gallery(own_extracted))
    assert "labelled low, as written bass; said to be wrong" in texts(app)
    assert "Label wrong: noise" in texts(app)
    assert app.selectbox(key=f"{MENU}:genre").value == "noise"
    save(app)
    correction = load_annotations(own_extracted.id)["bass.00000"].correction
    assert correction is not None
    assert correction.genre == "hiss"  # nobody changed it


def test_who_may_only_look_sees_what_is_said_and_changes_nothing(
    own_extracted: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(own_extracted, "bass.00000", tags=("live",), genre="hiss")
    monkeypatch.setenv(READ_ONLY, "1")
    app = open_menu(gallery(own_extracted))
    assert "Label wrong: hiss" in texts(app)
    assert app.multiselect(key=f"{MENU}:tags").disabled
    assert app.text_area(key=f"{MENU}:note").disabled
    assert app.selectbox(key=f"{MENU}:genre").disabled
    assert app.button(key=f"{MENU}:save").disabled
    assert app.button(key=f"{MENU}:exclude").disabled
    assert isinstance(load_annotations(own_extracted.id)["bass.00000"], Annotation)


def _card_of_a_lost_collection(collection_id: str, start_s: float | None) -> None:
    from dataclasses import replace

    from core.collections.registry import load_collection
    from core.collections.sound import Sound
    from dashboard.shared.clip_menu import clip_menu

    here = load_collection(collection_id)
    clip = here.clip("bass.00000")
    sound = Sound(clip=clip, collection_id=here.id, collection_title=here.title, start_s=start_s)
    clip_menu(replace(here, id="gone"), replace(clip, name="elsewhere"), key="one", sound=sound)


def test_of_a_collection_that_is_not_here_the_clip_that_is_heard_has_the_menu(tiny_collection: Collection) -> None:
    for start_s, expected in ((None, 1), (10.0, 0)):  # a part of a clip is not that clip
        app = AppTest.from_function(_card_of_a_lost_collection, args=(tiny_collection.id, start_s))
        assert len(menus(checked(app.run()))) == expected
    say(tiny_collection, "bass.00000", tags=("live",))
    app = AppTest.from_function(_card_of_a_lost_collection, args=(tiny_collection.id, None))
    assert "live" in texts(app.run())
