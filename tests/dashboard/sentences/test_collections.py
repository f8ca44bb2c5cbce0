from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.clips.clip import Clip, ClipFacts, SkippedFile
from core.clips.collection import Collection
from core.collections.registry import CollectionSummary
from dashboard.sentences.collections import collection_option, import_sentence, rescan_sentence
from dashboard.sentences.facts import clip_credit, fact_lines
from dashboard.tables.collections import collections_frame
from dashboard.tables.facts import facts_table, with_credits


def tiny(root: Path) -> Collection:
    clips = tuple(Clip(name, name[:-1], None, 30.0, 1, 1) for name in ("blues1", "blues2", "jazz1"))
    facts = {
        "blues1": ClipFacts(artist="Muddy", title="Mannish Boy", partition="valid", group="g"),
        "jazz1": ClipFacts(artist="Muddy", group="g", columns=(("album", "A"),)),
    }
    return Collection("tiny", "Tiny", "folder", "here", "free", False, root, clips, facts=facts)


def test_a_rescan_is_told_by_what_it_changed(tmp_path: Path) -> None:
    before = tiny(tmp_path)
    assert rescan_sentence(before, before) == "Rescanned: nothing has changed."
    one, _, three = before.clips
    other = replace(one, modified_ns=2)
    new = tuple(Clip(f"jazz*{n}", "jazz", None, 30.0, 1, 1) for n in range(4))
    after = replace(before, clips=(other, three, *new), skipped=(SkippedFile("a.wav", "broken"),))
    assert rescan_sentence(before, after) == (
        r"Rescanned: 4 clips added (jazz\*0, jazz\*1, jazz\*2, …); 1 clip removed (blues2); 1 clip changed (blues1); "
        "1 file skipped, 0 before."
    )
    assert rescan_sentence(after, after) == "Rescanned: nothing has changed; 1 file skipped, as before."


def test_an_import_is_told_with_what_was_skipped(tmp_path: Path) -> None:
    collection = tiny(tmp_path)
    assert import_sentence(collection, unchanged=False) == "Imported Tiny: 3 clips, 2 genres."
    assert import_sentence(collection, unchanged=True) == "Tiny is already there, unchanged: 3 clips, 2 genres."
    skipped = replace(collection, skipped=(SkippedFile("a.wav", "broken"),))
    assert (
        import_sentence(skipped, unchanged=False)
        == "Imported Tiny: 3 clips, 2 genres; 1 entry skipped; see Details for the reasons."
    )


def test_collections_are_listed_as_they_are() -> None:
    ready = CollectionSummary("tiny", "Tiny", "folder", 1000, ("blues", "jazz"), "here", "free", True, True, 2)
    broken = replace(ready, ready=False, problem="damaged")
    assert collection_option(ready) == "Tiny · 1,000 clips, 2 genres"
    assert collection_option(broken) == "Tiny"
    assert collection_option(replace(ready, id="demo", ready=False)) == "Tiny, made on first use"
    frame = collections_frame([ready, broken])
    assert frame["Clips"].tolist() == [1000, pd.NA]
    assert frame["Music"].dropna().tolist() == ["synthetic"]
    assert frame["Skipped"].tolist() == [2, 2]


def test_known_facts_are_counted_and_tabled(tmp_path: Path) -> None:
    collection = tiny(tmp_path)
    known = dict(collection.facts)
    assert fact_lines(known, 3) == [
        ":material/person: Artist known for 2 of 3 clips: 1 artist, 2 clips by the most frequent",
        ":material/label: Album known for 1 of 3 clips: 1 value",
        ":material/filter_alt: Published partition: 1 validation",
        ":material/content_copy: Exact repeats: 1 group of clips with the same recording, 2 clips in all",
    ]
    assert facts_table(collection, known).to_numpy().tolist() == [
        ["blues1", "Muddy", "Mannish Boy", "validation", "g", ""],
        ["jazz1", "Muddy", "", "", "g", "A"],
    ]
    assert clip_credit(collection, collection.clip("blues1")) == "Muddy: Mannish Boy"
    assert clip_credit(collection, collection.clip("blues2")) == ""


def test_credits_stand_after_the_genre_where_there_are_any(tmp_path: Path) -> None:
    rows = pd.DataFrame({"clip": ["blues1", "blues2"], "genre": ["blues", "blues"], "x": [1.0, 2.0]})
    named = with_credits(tiny(tmp_path), rows)
    assert list(named.columns) == ["clip", "genre", "artist", "title", "x"]
    assert named["artist"].tolist() == ["Muddy", ""]
    assert with_credits(replace(tiny(tmp_path), facts={}), rows) is rows
