"""Long files become passages at import: which, what is kept of them, and what is made from them."""

import itertools
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from core.audio import read_audio
from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.clips.folders import manifest_path
from core.clips.passages import WHOLE, Excerpting
from core.clips.sound import playable_clip, read_clip
from core.collections.annotations import exclude_clips
from core.collections.genre_changes import save_mapping
from core.collections.genre_mapping import GenreMapping
from core.collections.registry import load_collection
from core.collections.sound import find_sound
from core.errors import CollectionError, NewerVersionError
from core.extraction.extract import extract, transform_clip
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing import excerpting as cutting
from core.importing.excerpting import excerpts_sentence, loudest_starts
from core.importing.features.export import export_features
from core.importing.features.register import import_feature_path
from core.importing.jobs import run_import
from core.importing.register import import_folder, rescan_collection
from core.jobs.reporter import ProgressReporter
from core.quality.soundness import examine_clip
from core.splits.config import SplitConfig
from core.splits.make import make_split

SR_HZ = 8_000
SHORT = Excerpting(n=2, length_s=5)
LOUDEST = Excerpting(where="loudest", n=2, length_s=5)


def write_song(path: Path, *, seconds: float, loud_s: tuple[int, ...] = (), seed: int = 0) -> None:
    """Noise, ten times louder in some seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.random.default_rng(seed).normal(0, 0.02, round(seconds * SR_HZ))
    for second in loud_s:
        samples[second * SR_HZ : (second + 1) * SR_HZ] *= 10
    soundfile.write(path, samples, SR_HZ)


@pytest.fixture
def library(home: Path) -> Path:
    """Two songs of 21 s that are loudest from 3 and from 12 s on, and a clip of 10 s."""
    folder = home / "data" / "library"
    loud_s = (*range(3, 8), *range(12, 17))
    write_song(folder / "jazz" / "Naima.flac", seconds=21, loud_s=loud_s, seed=1)
    write_song(folder / "rock" / "Helter.wav", seconds=21, loud_s=loud_s, seed=2)
    write_song(folder / "rock" / "jingle.wav", seconds=10, seed=3)
    return folder


def names(collection: Collection) -> list[str]:
    return [clip.name for clip in collection.clips]


def test_long_files_become_passages_and_short_ones_stay_whole(library):
    collection = import_folder(library, excerpting=SHORT)
    assert names(collection) == ["Naima 0:03", "Naima 0:12", "Helter 0:03", "Helter 0:12", "jingle"]
    naima = collection.clip("Naima 0:12")
    assert (naima.duration_s, naima.passage.start_s, naima.passage.file_s) == (5.0, 12.0, 21.0)
    assert collection.clip("jingle").passage is None
    assert excerpts_sentence(collection) == (
        "2 of 3 files are longer than 0:10: the clips of each are 2 excerpts of 5 s, evenly spread."
    )
    assert collection == load_collection(collection.id)


def test_by_default_a_clip_is_the_middle_of_a_file_of_more_than_a_minute(home):
    write_song(home / "data" / "set" / "jazz" / "long.wav", seconds=63)
    write_song(home / "data" / "set" / "jazz" / "short.wav", seconds=60)
    collection = import_folder(home / "data" / "set")
    assert names(collection) == ["long 0:16", "short"]
    assert excerpts_sentence(collection) == ("1 of 2 files are longer than 1:00: the clip of each is its middle 30 s.")


def test_a_collection_of_whole_files_is_written_as_it_ever_was(tiny_folder):
    collection = import_folder(tiny_folder)
    written = json.loads(manifest_path(collection.id).read_text())
    assert written["version"] == 1
    assert {len(row) for row in written["clips"]} == {6}
    assert all(clip.key == f"{clip.name}|{clip.size_bytes}|{clip.modified_ns}" for clip in collection.clips)


def test_collections_of_before_there_were_excerpts_stay_whole(library):
    collection = import_folder(library, excerpting=WHOLE)
    path = manifest_path(collection.id)
    written = json.loads(path.read_text())
    del written["excerpting"]
    path.write_text(json.dumps(written))
    assert load_collection(collection.id).excerpting is None
    for again in (rescan_collection(collection.id), import_folder(library)):
        assert names(again) == ["Naima", "Helter", "jingle"]


def test_a_manifest_with_passages_is_refused_as_newer_by_who_does_not_know_them(library):
    path = manifest_path(import_folder(library, excerpting=SHORT).id)
    written = json.loads(path.read_text())
    assert written["version"] == 2
    path.write_text(json.dumps(written | {"version": 3}))
    with pytest.raises(NewerVersionError):
        load_collection(path.parent.name)
    path.write_text(json.dumps(written | {"excerpting": {"where": "end"}}))
    with pytest.raises(CollectionError, match="expected one of middle, start, loudest, whole"):
        load_collection(path.parent.name)


def test_a_rescan_cuts_as_the_import_did_and_keeps_what_was_noted(library):
    first = import_folder(library, excerpting=SHORT)
    exclude_clips(first.id, {"Naima 0:03": "applause"}, all_names=names(first))
    write_song(library / "jazz" / "Blue.wav", seconds=30, seed=4)
    again = rescan_collection(first.id)
    assert names(again) == ["Blue 0:06", "Blue 0:18", "Naima 0:12", "Helter 0:03", "Helter 0:12", "jingle"]
    assert again.excerpting == SHORT
    assert names(import_folder(library, excerpting=WHOLE)) == ["Blue", "Naima", "Helter", "jingle"]


def test_the_loudest_passages_are_found_once(library, monkeypatch):
    heard: list[tuple[int, int]] = []
    first = import_folder(library, excerpting=LOUDEST, on_listened=lambda done, total: heard.append((done, total)))
    assert names(first) == ["Naima 0:03", "Naima 0:12", "Helter 0:03", "Helter 0:12", "jingle"]
    assert heard == [(1, 2), (2, 2)]
    exclude_clips(first.id, {"Naima 0:03": "applause"}, all_names=names(first))
    listened = []
    monkeypatch.setattr(
        cutting, "power_by_second", lambda path: listened.append(path.name) or np.arange(21, dtype=float)
    )
    assert rescan_collection(first.id).clips == first.clips[1:]
    assert listened == []
    write_song(library / "jazz" / "Naima.flac", seconds=21, seed=5)
    assert names(rescan_collection(first.id))[:2] == ["Naima 0:11", "Naima 0:16"]
    assert listened == ["Naima.flac"]


def test_what_a_mapping_of_genres_leaves_out_is_not_listened_to_again(library, monkeypatch):
    first = import_folder(library, excerpting=LOUDEST)
    save_mapping(first.id, GenreMapping(becomes=(("jazz", ""),)), replacing=None)
    listened = []
    monkeypatch.setattr(
        cutting, "power_by_second", lambda path: listened.append(path.name) or np.arange(21, dtype=float)
    )
    assert names(rescan_collection(first.id)) == ["Helter 0:03", "Helter 0:12", "jingle"]
    assert listened == []
    assert load_collection(first.id, as_written=True).clips == first.clips


def test_a_song_that_cannot_be_listened_to_is_skipped_with_the_reason(library):
    path = library / "jazz" / "Odd.wav"
    samples = np.zeros(21 * SR_HZ, np.float32)
    samples[-1] = np.nan
    soundfile.write(path, samples, SR_HZ, subtype="FLOAT")
    collection = import_folder(library, excerpting=LOUDEST)
    assert "Odd" not in {clip.song for clip in collection.clips}
    assert [(entry.name, entry.reason[:30]) for entry in collection.skipped] == [
        ("jazz/Odd.wav", "its loudest parts cannot be fo")
    ]


@given(power=st.lists(st.integers(0, 9), min_size=1, max_size=14), n=st.integers(1, 3), length_s=st.integers(1, 4))
def test_no_other_passages_are_louder_together(power, n, length_s):
    found = loudest_starts(np.array(power, float), n, length_s)
    n = min(n, len(power) // length_s)
    assert len(found) == n
    assert all(after - before >= length_s for before, after in itertools.pairwise(found))

    def best(start: int, left: int) -> int:
        if left == 0:
            return 0
        places = range(start, len(power) - left * length_s + 1)
        return max(sum(power[place : place + length_s]) + best(place + length_s, left - 1) for place in places)

    assert sum(sum(power[start : start + length_s]) for start in found) == best(0, n)


def test_facts_of_a_song_are_those_of_its_passages_and_no_split_parts_them(library):
    for number in range(8):
        write_song(library / "rock" / f"Song {number}.wav", seconds=21, seed=10 + number)
        write_song(library / "jazz" / f"Tune {number}.wav", seconds=21, seed=30 + number)
    (library / "clips.csv").write_text("clip,artist\nNaima,Coltrane\nHelter.wav,Beatles\n")
    collection = import_folder(library, excerpting=SHORT)
    assert collection.facts["Naima 0:12"] == ClipFacts("Coltrane", parent="Naima")
    assert collection.facts["Helter 0:03"] == ClipFacts("Beatles", parent="Helter")
    assert "jingle" not in collection.facts
    split = make_split(collection, SplitConfig(), seed=3)
    sides = [{clip.song for clip in part} for part in (split.train, split.validation, split.test)]
    assert sum(map(len, sides)) == len(set().union(*sides)) == 19


def test_features_and_sound_of_a_passage_are_those_of_the_file_cut_by_hand(library, tmp_path):
    clip = import_folder(library, excerpting=SHORT).clip("Naima 0:12")
    by_hand = read_audio(clip.path, sr_hz=SR_HZ)[12 * SR_HZ : 17 * SR_HZ]
    np.testing.assert_array_equal(read_clip(clip, sr_hz=SR_HZ).samples, by_hand)
    np.testing.assert_array_equal(read_clip(clip, sr_hz=SR_HZ, longest_s=2.0).samples, by_hand[: 2 * SR_HZ])
    resampled = read_audio(clip.path)[12 * 22_050 : 17 * 22_050]
    soundfile.write(tmp_path / "cut.wav", resampled, 22_050, subtype="FLOAT")
    cut = Clip("cut", "jazz", tmp_path / "cut.wav", 5.0, 1, 1)
    for front_end in (MelSpectrogram(), NumericFeatures()):
        (values, n_valid), (expected, n_expected) = (transform_clip(each, [front_end])[0] for each in (clip, cut))
        assert n_valid == n_expected
        np.testing.assert_allclose(values, expected, rtol=1e-3, atol=0.07)  # in dB, as float16
    content, mime = playable_clip(clip)
    (tmp_path / "played.wav").write_bytes(content)
    played, sr_hz = soundfile.read(tmp_path / "played.wav")
    assert (mime, sr_hz) == ("audio/wav", SR_HZ)
    np.testing.assert_allclose(played, by_hand, atol=2**-15)
    assert examine_clip(clip)[0].duration_s == 5.0


def test_each_passage_has_features_of_its_own_that_survive_another_choice(library, tmp_path):
    front_end = MelSpectrogram(n_mels=16, n_frames=100)
    collection = import_folder(library, excerpting=SHORT)
    assert extract(collection, [front_end], n_workers=1).n_extracted == 5
    store = FeatureStore(collection.id, front_end)
    first, second = (store.load_one(collection.clip(name))[0] for name in ("Naima 0:03", "Naima 0:12"))
    assert np.abs(first - second).max() > 1
    sound = find_sound(collection, collection.clip("Naima 0:12"))
    assert (sound.clip.name, sound.start_s) == ("Naima 0:12", None)
    path = tmp_path / "features.npz"
    export_features(collection, front_end, path)
    with np.load(path) as arrays:
        assert arrays["song"].tolist() == ["Naima", "Naima", "Helter", "Helter", "jingle"]
        assert arrays["start_s"].tolist() == [3.0, 12.0, 3.0, 12.0, 0.0]
        assert arrays["duration_s"].tolist() == [5.0, 5.0, 5.0, 5.0, 10.0]
    assert import_feature_path(path).facts["Naima 0:12"].parent == "Naima"
    whole = import_folder(library, excerpting=WHOLE)
    assert extract(whole, [front_end], n_workers=1).n_extracted == 2
    assert extract(import_folder(library, excerpting=SHORT), [front_end], n_workers=1).n_extracted == 0


def test_a_name_that_a_file_has_already_is_not_given_twice(library):
    shutil.copy(library / "rock" / "jingle.wav", library / "jazz" / "Naima 0:03.wav")
    found = names(import_folder(library, excerpting=SHORT))
    assert found[:3] == ["Naima 0:03", "Naima 0:03 excerpt", "Naima 0:12"]
    assert len(set(found)) == len(found) == 6


def test_the_job_cuts_as_it_was_asked_to(library):
    spec = {"kind": "unpack", "path": str(library), "title": "", "uploaded": False, "excerpting": LOUDEST.to_dict()}
    result = run_import(spec, ProgressReporter())
    assert names(load_collection(result["collection_id"]))[:2] == ["Naima 0:03", "Naima 0:12"]
