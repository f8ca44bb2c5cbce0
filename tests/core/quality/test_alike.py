"""What the ears make of neighbours: pairs that stand out, labels that no neighbour has, and both in a whole check."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from core.audio import read_audio
from core.clips.collection import Collection
from core.embeddings.neighbours import NeighbourIndex
from core.importing.register import import_folder
from core.jobs.reporter import ProgressReporter
from core.quality import alike
from core.quality.alike import alike_pairs, doubtful_labels
from core.quality.by_ear import alike_findings, doubtful_findings, findings_by_ear
from core.quality.check import check_collection
from core.quality.findings import KINDS

RNG = np.random.default_rng(2)


def clouds(*sizes: int, n_units: int = 30, spread: float = 0.3) -> np.ndarray:
    """Clips around a direction for each genre."""
    centres = RNG.normal(size=(len(sizes), n_units))
    return np.concatenate(
        [centre + spread * RNG.normal(size=(n, n_units)) for centre, n in zip(centres, sizes, strict=True)]
    )


def index_of(values: np.ndarray) -> NeighbourIndex:
    return NeighbourIndex([f"clip.{number:03}" for number in range(len(values))], values)


def test_a_pair_that_stands_out_is_alike() -> None:
    values = clouds(15, 15)
    values[20] = values[4] + 0.01 * RNG.normal(size=30)
    (pair,) = alike_pairs(index_of(values))
    assert (pair.first, pair.second) == (4, 20)
    assert 0 < pair.distance < alike.MAX_DISTANCE


def test_where_all_clips_are_alike_none_is_reported() -> None:
    assert alike_pairs(index_of(clouds(30, spread=0.02))) == []


def test_known_repeats_are_not_reported_again() -> None:
    values = clouds(15, 15)
    values[20] = values[4]
    assert alike_pairs(index_of(values), known={frozenset(("clip.004", "clip.020"))}) == []


def test_too_few_clips_tell_nothing() -> None:
    values = clouds(alike.MIN_ALL - 1)
    values[1] = values[0]
    assert alike_pairs(index_of(values)) == []
    assert doubtful_labels(index_of(values[:10]), ["a"] * 10, copies=range(10), artists=range(10)) == []


def test_a_label_that_no_neighbour_has_is_doubted() -> None:
    values = clouds(20, 20)
    labels = ["one"] * 20 + ["two"] * 20
    labels[5] = "two"
    alone = range(40)
    (doubt,) = doubtful_labels(index_of(values), labels, copies=alone, artists=alone)
    assert (doubt.place, doubt.suggested, doubt.n_agreeing) == (5, "one", 10)


def test_clips_of_one_artist_bear_each_other_out() -> None:
    """Four clips by one artist amid another genre: their label is odd, but not a slip."""
    values = clouds(20, 20)
    values[1:4] = values[0] + 0.05 * RNG.normal(size=(3, 30))
    labels = ["two"] * 4 + ["one"] * 16 + ["two"] * 20
    artists = [0] * 4 + list(range(1, 37))
    assert doubtful_labels(index_of(values), labels, copies=range(40), artists=artists) == []
    # Copies of one clip do not bear each other out.
    copies = [0] * 4 + list(range(1, 37))
    found = doubtful_labels(index_of(values), labels, copies=copies, artists=artists)
    assert [doubt.place for doubt in found] == [0, 1, 2, 3]


def test_genres_of_few_clips_are_not_judged() -> None:
    values = clouds(20, 20)
    labels = ["rare"] * 5 + ["one"] * 15 + ["two"] * 20
    assert doubtful_labels(index_of(values), labels, copies=range(40), artists=range(40)) == []


def test_a_faster_copy_and_a_wrong_label_are_found_among_real_clips(shared: Path, ears: None, home: Path) -> None:
    """Eleven clips each of classical and metal, cut to 3 s; one is 2 % faster, one in the wrong folder."""
    root = home / "data" / "real"
    for genre in ("classical", "metal"):
        (root / genre).mkdir(parents=True)
        for path in sorted((shared / "data" / "gtzan_excerpts" / genre).glob("*.flac"))[20:36]:
            (root / genre / path.name).write_bytes(path.read_bytes())
    classical = sorted((root / "classical").iterdir())
    classical[3].rename(root / "metal" / classical[3].name)
    samples = read_audio(classical[9], sr_hz=22_050)
    soundfile.write(root / "classical" / "faster.flac", soxr.resample(samples, 22_050, 22_050 / 1.02), 22_050)
    collection = import_folder(root)
    report = check_collection(collection.id, n_workers=1)
    assert report is not None
    found = {
        (one.kind, one.clip, one.counterpart) for one in report.findings if one.kind in ("alike", "near", "doubtful")
    }
    assert ("doubtful", classical[3].stem, None) in found
    pairs = {frozenset(names) for kind, *names in found if kind in ("alike", "near")}
    assert pairs <= {frozenset((classical[9].stem, "faster"))}
    reasons = [one.reason for one in report.findings if one.kind == "doubtful"]
    assert any("Labelled metal. None of the 10 clips" in reason and "are classical." in reason for reason in reasons)


def test_a_stop_request_ends_it(tiny_collection: Collection, ears: None, tmp_path: Path) -> None:
    (tmp_path / "stop").touch()
    stopped = findings_by_ear(
        tiny_collection, [], lambda clips: range(len(clips)), ProgressReporter(tmp_path), n_workers=1
    )
    assert stopped is None


def test_without_the_weights_nothing_is_heard(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.features.musicnn.why_missing", lambda: "They are not installed.")
    found = findings_by_ear(tiny_collection, [], lambda clips: range(len(clips)), ProgressReporter(), n_workers=1)
    assert found == []


def test_findings_say_what_they_rest_on(tiny_collection: Collection) -> None:
    clips = tiny_collection.clips
    (pair,) = alike_findings(clips, [alike.Alike(0, 9, 0.004)])
    assert (pair.clip, pair.counterpart, pair.score) == (clips[0].name, clips[9].name, pytest.approx(0.996))
    assert "0.004 apart" in pair.reason
    assert "one is labelled bass, the other hiss" in pair.reason
    (doubt,) = doubtful_findings(clips, [alike.Doubt(0, "treble", 9)])
    assert "9 of the 10 nearest by others are treble" in doubt.reason
    assert doubt.score == pytest.approx(0.9)
    assert {pair.kind, doubt.kind} <= set(KINDS)
