"""What a split keeps together: what is certain always, what is likely where it is asked for, and both in words."""

import shutil
from pathlib import Path

import pytest

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.collections.clip_facts import known_facts
from core.errors import SplitError
from core.importing.register import import_folder
from core.quality.findings import Finding
from core.quality.store import QualityReport, save_report
from core.splits.config import SplitConfig, split_config_from_dict
from core.splits.make import make_split
from core.splits.protocols import PROTOCOLS
from core.splits.segments import excerpts_to_cut
from core.splits.summary import protocols_for, summarise
from core.splits.together import joins_findings, likely_sentence, together_sentences
from tests.core.splits.clips import as_collection, clip


def collection_of(names: dict[str, list[str]]) -> Collection:
    """Clips by genre, with what their names say."""
    clips = [clip(name, genre) for genre, listed in names.items() for name in listed]
    return as_collection(clips, known_facts(clips, {}))


def recording(name: str) -> str:
    """``blues00003`` of ``blues00003_1``, ``blues.00003_noise`` and ``blues.00003.1``."""
    return name.replace("blues.", "blues").replace("rock.", "rock").split(".")[0].split("_")[0]


@pytest.mark.parametrize("ends", [[".0", ".1", ".2"], ["_0", "_1"], ["", "_noise", "_shift", "_pitch"], ["", " (1)"]])
@pytest.mark.parametrize("config", [SplitConfig(), SplitConfig(n_folds=4, fold=2)])
def test_by_clip_keeps_clips_of_one_recording_together(ends: list[str], config: SplitConfig) -> None:
    dot = "." if "_0" not in ends else ""
    collection = collection_of(
        {genre: [f"{genre}{dot}{n:05d}{end}" for n in range(12) for end in ends] for genre in ("blues", "rock")}
    )
    split = make_split(collection, config, seed=3)
    learnt = {recording(each.name.split(" ")[0]) for each in (*split.train, *split.validation)}
    tested = {recording(each.name.split(" ")[0]) for each in split.test}
    assert len(tested) >= 5
    assert not learnt & tested
    assert sum(split.sizes.values()) == len(collection.clips)
    assert split.n_groups == 24
    assert "clips of one recording together" in split.protocol


def test_audio_files_that_are_segments_are_kept_together(home: Path, tiny_folder: Path) -> None:
    segments = home / "data" / "segments"
    for genre in ("bass", "treble"):
        (segments / genre).mkdir(parents=True)
        for n in range(6):
            for part in range(3):
                shutil.copy(
                    tiny_folder / genre / f"{genre}.{n:05d}.flac", segments / genre / f"{genre}.{n:05d}.{part}.flac"
                )
    collection = import_folder(segments)
    split = make_split(collection, SplitConfig(test_fraction=0.3, validation_fraction=0.2), seed=1)
    parents = {part: {each.name[:-2] for each in getattr(split, part)} for part in ("train", "validation", "test")}
    assert not parents["test"] & (parents["train"] | parents["validation"])
    assert together_sentences(collection.related) == (
        "36 clips are parts of 12 recordings, by their names (bass.00000.0, bass.00000.1 …); clips of one recording "
        "are kept together.",
    )
    assert likely_sentence(collection.related) == ""


def test_what_is_likely_is_joined_where_it_is_asked_for() -> None:
    songs = ["moon", "sun", "star", "rain", "snow", "wind", "fire", "dust"]
    collection = collection_of(
        {genre: [f"{genre} {song}_{n}" for song in songs for n in range(4)] for genre in ("a", "b")}
    )
    assert collection.facts == {}
    loose = make_split(collection, SplitConfig(), seed=1)
    assert {each.name[:-2] for each in loose.test} & {each.name[:-2] for each in loose.train}
    config = SplitConfig(join_likely=True)
    joined = make_split(collection, config, seed=1)
    assert not {each.name[:-2] for each in joined.test} & {
        each.name[:-2] for each in (*joined.train, *joined.validation)
    }
    assert "with likely parts and copies of one recording" in joined.protocol
    assert [leak.here.n for leak in summarise(collection, config, seed=1, clips=collection.clips).leaks] == [0]
    assert together_sentences(collection.related) == ()
    assert likely_sentence(collection.related) == (
        "64 clips may be parts of 16 recordings, by their names (a dust_0, a dust_1 …)."
    )
    assert split_config_from_dict(config.to_dict()) == config
    assert "join_likely" not in SplitConfig().to_dict()
    assert config.ground(1) != SplitConfig().ground(1)


def test_repeats_that_were_heard_are_joined_unless_the_collection_lists_its_own() -> None:
    clips = [clip(f"{genre} {n:02d}x", genre) for genre in ("jazz", "rock") for n in range(20)]
    collection = as_collection(clips)
    pairs = [(f"jazz {n:02d}x", f"jazz {n + 1:02d}x") for n in range(0, 20, 2)]
    assert not joins_findings(collection, clips, PROTOCOLS["clip"])
    save_report("test", QualityReport("f", 0.0, 40, tuple(Finding("near", *pair, 1.0, "") for pair in pairs)))
    assert joins_findings(collection, clips, PROTOCOLS["clip"])
    assert not joins_findings(collection, clips, PROTOCOLS["segment-random"])
    split = make_split(collection, SplitConfig(join_findings=True), seed=0)
    tested = {each.name for each in split.test}
    assert all((one in tested) == (other in tested) for one, other in pairs)
    assert split.n_groups == 30
    assert "with repeats found by the quality check" in split.protocol
    listed = as_collection(clips, {name: ClipFacts(group="g") for name in pairs[0]})
    assert not joins_findings(listed, clips, PROTOCOLS["clip"])


def test_a_few_copies_do_not_make_segments_of_a_collection() -> None:
    names = {genre: [f"{genre}.{n:05d}" for n in range(12)] for genre in ("blues", "rock")}
    names["rock"].append("rock.00003 (1)")
    collection = collection_of(names)
    assert collection.facts["rock.00003 (1)"].parent == "rock.00003"
    assert excerpts_to_cut(collection.clips, collection.facts) == 10
    assert not protocols_for(collection.clips, collection.facts)["segment-random"]


def test_too_few_recordings_are_said_to_be_what_is_counted() -> None:
    names = {genre: [f"{genre}.{n:05d}.{part}" for n in range(2) for part in range(9)] for genre in ("blues", "rock")}
    with pytest.raises(SplitError, match="The 36 clips are of 4 recordings, which are kept together") as refused:
        make_split(collection_of(names), SplitConfig(), seed=0)
    assert refused.value.field == "validation_fraction"


def test_no_clip_is_lost_where_a_clip_is_called_as_a_recording_of_another_genre() -> None:
    clips = [clip(f"a{n}", "jazz") for n in range(10)] + [clip(f"b{n}", "rock") for n in range(10)]
    facts = {"b0": ClipFacts(parent="a0"), "b1": ClipFacts(parent="a0")}
    split = make_split(as_collection(clips, facts), SplitConfig(), seed=0)
    assert sum(split.sizes.values()) == 20


def test_names_of_tables_count_as_those_of_files() -> None:
    clips = [Clip(f"blues{n:05d}_{part}", "blues", None, 0.0, 64, 1) for n in range(3) for part in range(2)]
    assert known_facts(clips, {})["blues00002_1"].parent == "blues00002"
