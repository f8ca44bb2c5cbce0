from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.passages import Passage
from dashboard.sentences.places import clip_place, song_and_place
from dashboard.tables.places import with_places

WHOLE = Clip("riff", "rock", Path("/m/riff.wav"), 12.0, 1, 1)
PART = replace(WHOLE, name="Long 59:45", duration_s=30.0, passage=Passage(song="Long", start_s=3585.0, file_s=4000.0))


def collection(*clips: Clip) -> Collection:
    return Collection("c", "C", "folder", "", "", synthetic=False, root=Path("/m"), clips=clips)


def test_a_place_is_told_by_the_clock():
    assert clip_place(PART) == "59:45 to 1:00:15 of 1:06:40"
    assert song_and_place(PART) == "Long, 59:45 to 1:00:15 of 1:06:40"
    assert (clip_place(WHOLE), song_and_place(WHOLE)) == ("", "riff")


def test_exported_tables_carry_song_start_and_length():
    table = pd.DataFrame({"clip": ["Long 59:45", "riff", "gone"], "genre": ["rock"] * 3})
    placed = with_places(collection(PART, WHOLE), table)
    assert placed.columns.tolist() == ["clip", "genre", "song", "start_s", "length_s"]
    assert placed["song"].tolist() == ["Long", "riff", ""]
    assert placed["start_s"].tolist() == [3585.0, 0.0, pd.NA]
    assert placed["length_s"].tolist() == [30.0, 12.0, pd.NA]
    assert with_places(collection(WHOLE), table) is table
