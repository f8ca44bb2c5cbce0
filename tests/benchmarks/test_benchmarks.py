"""The benchmarks compute the same on both sides, and say truthfully what they measured. No times are tested."""

import json

import numpy as np
import pandas as pd
import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import demo, formats, passages, plain_librosa, scale
from benchmarks.made_clips import write_clip, write_collection
from benchmarks.made_home import make_home
from benchmarks.memory import peak_gib
from benchmarks.report import markdown_table
from benchmarks.timing import Result, compare, within
from core.audio import read_audio
from core.features.gtzan_table import table_values
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.runs.results import load_predictions
from core.runs.store import list_runs


def test_both_sides_compute_the_same(tmp_path):
    path = write_clip(tmp_path / "clip.wav", duration_s=3)
    samples = read_audio(path)
    level, n_valid = MelSpectrogram().transform(samples)
    numeric = NumericFeatures().transform(samples)[0][:, 0]
    for other in (plain_librosa.study, plain_librosa.study_with_one_transform):
        their_level, their_numeric = other(path)
        assert np.abs(level[:, :n_valid].astype(np.float64) - their_level)[their_level > -79.9].max() < 0.1
        np.testing.assert_allclose(numeric, their_numeric, rtol=1e-3, atol=1e-3)
    ours, theirs = table_values(samples, sr_hz=22_050, variant="librosa"), plain_librosa.table(path)
    assert ours == pytest.approx(theirs, rel=5e-3)


def test_ratios_and_goals():
    result = compare("quick", lambda: None, "slow", lambda: sum(range(20_000)), at_least=1.5, n_rounds=3)
    assert result.ratio > 1.5
    assert result.met
    assert within("start", 2.0, 3.0).met
    assert not within("start", 4.0, 3.0).met


def test_table_and_file_say_the_same(tmp_path, monkeypatch, capsys):
    faster = Result(name="one", ours_s=0.0123, other="two", other_s=0.123, ratio=10.0, goal="at least 5", met=True)
    results = [faster, within("start", 4.0, 3.0)]
    monkeypatch.setattr(benchmarks, "GROUPS", {"features": lambda quick: iter(results)})
    output = tmp_path / "results.json"
    assert benchmarks.main(["--output", str(output)]) == 1
    printed = capsys.readouterr().out
    assert "12.3 ms" in printed
    assert "10.0" in printed
    assert printed.strip() == markdown_table(results)
    assert [entry["ratio"] for entry in json.loads(output.read_text())["results"]] == [10.0, None]


def test_made_clips_are_the_same_each_time(tmp_path):
    for name in ("a", "b"):
        write_collection(tmp_path / name, 2, duration_s=0.2)
    one, other = ((tmp_path / name / "odd" / "odd.00001.wav").read_bytes() for name in ("a", "b"))
    assert one == other


def test_the_tree_of_the_scale_benchmark_has_clips_of_ten_genres_in_few_files(tmp_path, monkeypatch):
    monkeypatch.setattr(scale, "MOST_NAMES", 30)
    scale.write_tree(tmp_path, 60)
    names = sorted(tmp_path.glob("*/*.wav"))
    assert len(names) == 60
    assert len({path.parent.name for path in names}) == 10
    assert len({path.stat().st_ino for path in names}) == 2 * scale.N_DISTINCT
    assert max(path.stat().st_nlink for path in names) <= 30


def test_the_peak_of_a_process_is_at_least_what_it_holds():
    held = np.ones(2**24)  # 128 MiB
    assert held.nbytes / 2**30 < peak_gib() < 64
    assert peak_gib(-1) == 0


def test_formats_are_three_times_the_same_clip_and_their_parts_are_named():
    results = list(formats.run(quick=True, duration_s=2.0))
    wholes = [result.name.rpartition(", ")[2] for result in results if result.ratio is not None]
    assert wholes == ["WAV", "FLAC", "mp3"]
    for number, name in enumerate(wholes):
        parts = results[5 * number + 1 : 5 * number + 5]
        assert all(part.name.startswith(f"of that, {name}: ") for part in parts)
        shares = [int(part.name.rpartition(", ")[2].removesuffix(" %")) for part in parts]
        assert sum(shares) == pytest.approx(100, abs=2)


def test_both_sides_of_the_formats_hear_the_same(tmp_path):
    heard = [
        read_audio(formats.write_stereo(tmp_path / f"a.{name}", duration_s=2.0)) for name in ("wav", "flac", "mp3")
    ]
    np.testing.assert_allclose(heard[0], heard[1], atol=1e-4)  # each rounds to 16 bits in its own way
    assert len(heard[2]) == len(heard[0])
    assert np.corrcoef(heard[0], heard[2])[0, 1] > 0.9


def test_passages_are_read_in_five_formats():
    results = list(passages.run(quick=True, song_s=31, length_s=5))
    assert [result.name.rpartition(", ")[2] for result in results] == ["wav", "flac", "ogg", "mp3", "m4a"]
    assert all(result.goal == "at least 3.1 times" for result in results)


def test_the_home_of_the_pages_benchmark_is_one_that_pages_can_show(home):
    collection, run_ids = make_home(home, n_clips=60, n_genres=3, n_runs=5)
    assert (len(collection.clips), len(collection.genres)) == (60, 3)
    runs = {run.id: run for run in list_runs()}
    assert set(runs) == set(run_ids)
    assert all(run.status == "finished" and len(run.history) == 15 for run in runs.values())
    assert len({(run.config.name, run.config.seed) for run in runs.values()}) == 5
    copied = load_predictions(run_ids[-1])
    assert int((copied.table["actual"] == copied.table["predicted"]).sum()) == runs[run_ids[-1]].result.n_correct


def test_what_the_demo_is_taken_for_is_counted_with_its_interval_and_its_goal(capsys):
    counts = pd.DataFrame([[5, 1], [3, 3]], index=["blues", "rock"], columns=["blues", "rock"])
    whole, blues, rock = demo.taken("made anew", counts)
    assert "n 12 (95 %: 39% to 86%)" in whole.name
    assert whole.ours_s == pytest.approx(100 * 8 / 12)
    assert (whole.met, blues.ours_s, rock.ours_s) == (True, pytest.approx(500 / 6), 50.0)
    assert "blues      5     1" in capsys.readouterr().out
    assert not next(demo.taken("made anew", counts[["rock", "blues"]])).met


def test_without_real_clips_the_demo_is_still_told_apart_and_the_reason_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GENRE_LAB_SHARED", str(tmp_path))
    told = {"n_correct": 19, "n": 20, "protocol": "by clip, 2 folds"}
    monkeypatch.setattr(demo, "measure_study_cnn", lambda **_: told)
    (result,) = demo.run(quick=True)
    assert (result.ours_s, result.met) == (95.0, False)
    assert "Nobody hears the demo" in capsys.readouterr().err
    assert "gtzan_excerpts" in demo.why_no_real_clips(tmp_path)
