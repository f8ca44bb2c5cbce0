"""The command line: what it prints, and how it refuses."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from core.cli.console import duration_text, progress_text, table_text
from core.cli.lookup import named_genres
from core.cli.main import main
from core.clips.collection import Collection
from core.errors import CollectionError, ConfigError
from core.jobs.progress import Progress
from core.prediction.song import classify_song
from core.runs.results import load_predictions
from core.runs.store import get_run
from core.search.spec import SearchSpec, load_spec, parse_ranges, save_spec
from core.settings import REPOSITORY
from tests.core.conftest import TrainedHome, small_config


class Cli:
    """Runs a command in this process; its answer, and what it said on standard error."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Any:
        code, out, _ = self.run(*arguments, "--json")
        assert code == 0
        return json.loads(out)

    def run(self, *arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def refuse(self, *arguments: object) -> str:
        code, out, err = self.run(*arguments)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert err.startswith("error: ")
        return err


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.mark.parametrize("command", ["", "collections", "extract", "train", "evaluate", "classify"])
def test_every_command_explains_itself(cli: Cli, command: str) -> None:
    code, out, err = cli.run(*([command] if command else []), "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: python -m core {command}".rstrip())
    assert "--json" in out


def test_a_folder_is_imported_and_listed(cli: Cli, tiny_folder: Path) -> None:
    (tiny_folder / "bass" / "broken.flac").write_bytes(b"no sound")
    imported = cli("collections", "--import", tiny_folder, "--title", "Mine")
    assert imported["counts"] == {"bass": 8, "hiss": 8, "treble": 8}
    assert [file["name"] for file in imported["skipped"]] == ["bass/broken.flac"]
    listed = {collection["id"]: collection for collection in cli("collections")}
    assert listed[imported["id"]]["title"] == "Mine"
    assert listed["demo"]["ready"] is False
    _, text, _ = cli.run("collections")
    assert "Mine" in text
    assert "not made yet" in text


def test_a_feature_file_is_imported_exported_and_trained_on(cli: Cli, home: Path, tmp_path: Path) -> None:
    rows = "".join(
        f"{genre}{n}.wav,{n + place}.5,{n % 3},{genre}\n" for place, genre in enumerate("xy") for n in range(9)
    )
    path = tmp_path / "own.csv"
    path.write_text(f"filename,low,high,label\n{rows}")
    given = cli("collections", "--import", path, "--title", "Own")
    assert (given["kind"], given["n_clips"]) == ("features", 18)
    assert given["front_ends"] == [{"kind": "table", "names": ["low", "high"]}]
    copy = tmp_path / "copy.npz"
    assert cli("collections", "--export-features", given["id"], "--out", copy)["n_clips"] == 18
    assert cli("collections", "--import", copy)["counts"] == given["counts"]
    assert "has only “Columns of a table”" in cli.refuse("extract", "--collection", given["id"], "--front-end", "mel")
    assert cli("extract", "--collection", given["id"])["n_present"] == 18
    assert "Choose --preset numeric-ffnn or study-ffnn." in cli.refuse(
        "train", "--collection", given["id"], "--preset", "study-cnn"
    )
    run = cli("train", "--collection", given["id"], "--epochs", 1)
    assert get_run(run["run_id"]).config.name == "FFNN 2 layers on 2 features, 2 genres, by clip"
    assert get_run(run["run_id"]).config.front_end.kind == "table"
    song = tmp_path / "song.wav"
    soundfile.write(song, np.full(22_050, 0.1), 22_050)
    assert "cannot be computed from audio" in cli.refuse("classify", song, "--run", run["run_id"])
    assert "needs --import FILE" in cli.refuse("collections", "--into", given["id"])
    assert "needs --out" in cli.refuse("collections", "--export-features", given["id"])


def test_a_search_is_resumed_with_more_and_with_nothing_else(
    cli: Cli, tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config(tiny_collection)
    save_spec("search-x", SearchSpec(config=config, ranges=parse_ranges(["learning_rate=1e-3:1e-2"]), minutes=5.0))
    monkeypatch.setattr("core.search.conduct.conduct_search", lambda search_id, reporter: {"search_id": search_id})
    code, _, _ = cli.run("search", "--resume", "search-x", "--trials", 4, "--minutes", 7)
    assert code == 1  # no trial was trained by the stand-in
    assert (load_spec("search-x").n_trials, load_spec("search-x").minutes) == (4, 7.0)
    said = cli.refuse("search", "--resume", "search-x", "--epochs", 3, "--range", "learning_rate=1:2")
    assert "as it was set up; --epochs, --range can be given to a new one only" in said
    assert "more than 0 minutes" in cli.refuse("search", "--resume", "search-x", "--minutes", 0)
    monkeypatch.setattr("core.search.control.budget_used", lambda search: True)
    assert "Give --minutes or --trials for more" in cli.refuse("search", "--resume", "search-x")


def test_features_are_extracted_once(cli: Cli, tiny_folder: Path) -> None:
    first = cli("extract", "--collection", tiny_folder, "--front-end", "numeric16")
    assert (first["n_extracted"], first["n_present"], first["failures"]) == (24, 0, {})
    assert cli("extract", "--collection", tiny_folder, "--front-end", "numeric16")["n_present"] == 24


@pytest.mark.usefixtures("empty_store")
def test_train_evaluate_and_classify_agree_with_core(cli: Cli, tiny_folder: Path) -> None:
    options = ("--preset", "study-cnn", "--genres", "hiss,bass", "--epochs", "2", "--seed", "0")
    trained = cli("train", "--collection", tiny_folder, *options)
    run = get_run(trained["run_id"])
    assert (trained["status"], run.status) == ("finished", "finished")
    assert (trained["test_accuracy"], trained["n"], trained["n_correct"]) == (
        run.result.accuracy,
        run.result.n,
        run.result.n_correct,
    )
    assert trained["interval"] == list(run.result.interval)
    assert trained["protocol"] == "by clip, stratified by genre, seed 0: 9 train, 3 validation, 4 test"
    assert trained["chance"] == 0.5
    assert trained["n_parameters"] == 2_462_594
    assert trained["training_s"] == run.training_s
    assert run.config.epochs == len(run.history) == 2
    assert run.config.genres == ("bass", "hiss")

    evaluated = cli("evaluate", "--run", run.id[:8], "--against", "latest")
    assert {name: evaluated[name] for name in trained} == trained
    assert sum(map(sum, evaluated["confusion"]["counts"])) == 4
    assert evaluated["against"]["p_value"] == 1.0
    assert evaluated["against"]["n_both"] == run.result.n_correct

    song = tiny_folder / "hiss" / "hiss.00000.flac"
    classified = cli("classify", song, "--run", run.id)
    verdict = classify_song(song, run.id)
    assert classified["probabilities"] == dict(zip(verdict.genres, verdict.probabilities, strict=True))
    assert sum(classified["probabilities"].values()) == pytest.approx(1, abs=1e-6)
    assert [window["end_s"] for window in classified["windows"]] == [window.end_s for window in verdict.windows]
    assert sum(classified["windows"][0]["probabilities"].values()) == pytest.approx(1, abs=1e-6)


def test_a_song_of_a_low_sample_rate_is_marked_as_unreliable(cli: Cli, trained: TrainedHome, tmp_path: Path) -> None:
    low = np.random.default_rng(0).normal(0, 0.1, 8_000 * 4).astype(np.float32)
    soundfile.write(tmp_path / "low.wav", low, 8_000)
    assert cli("classify", tmp_path / "low.wav", "--run", trained.cnn)["reliable"] is False
    _, text, _ = cli.run("classify", tmp_path / "low.wav", "--run", trained.cnn)
    assert text.partition("\n")[0].endswith(" (unreliable)")
    assert "Unreliable: the song's sample rate is 8,000 Hz, so that nothing above 4,000 Hz is in it" in text


def test_people_read_the_same_figures(cli: Cli, trained: TrainedHome) -> None:
    run = get_run(trained.cnn)
    _, text, err = cli.run("evaluate", "--run", trained.cnn, "--against", trained.ffnn)
    assert err == ""
    assert f"test accuracy {run.result.accuracy:.1%} ({run.result.n_correct} of {run.result.n};" in text
    assert "chance 40.0%" in text
    assert run.result.protocol in text
    assert "McNemar p = " in text
    clip = trained.collection.clip(load_predictions(trained.cnn).table["clip"].iloc[0])
    _, text, _ = cli.run("classify", clip.path, "--run", trained.cnn)
    verdict = classify_song(clip.path, trained.cnn)
    assert text.startswith(f"{clip.path.name}: {verdict.genre}\n")
    assert f"{max(verdict.probabilities):.1%}" in text


def test_bad_input_is_refused_in_one_line(cli: Cli, tiny_collection: Collection, tmp_path: Path) -> None:
    collection = tiny_collection.id
    assert "required" in cli.refuse("train")
    assert "invalid choice" in cli.refuse("sing")
    assert "Expected a folder, a feature file" in cli.refuse("train", "--collection", "nowhere", "--json")
    assert "no genre polka" in cli.refuse("train", "--collection", collection, "--genres", "polka,bass")
    assert "names a genre twice" in cli.refuse("train", "--collection", collection, "--genres", "bass,bass")
    assert "at least two genres" in cli.refuse("train", "--collection", collection, "--genres", "bass")
    assert "Epochs" in cli.refuse("train", "--collection", collection, "--epochs", "0")
    assert "invalid int" in cli.refuse("train", "--collection", collection, "--epochs", "many")
    assert "too few for 3 genres" in cli.refuse("train", "--collection", collection, "--test-fraction", "0.05")
    said = cli.refuse("train", "--collection", collection, "--preset", "study-cnn", "--front-end", "numeric16")
    assert "The preset study-cnn does not fit tiny with --front-end numeric16. Choose --preset study-ffnn or" in said
    assert "no run" in cli.refuse("evaluate", "--run", "0000")
    assert "no finished run" in cli.refuse("evaluate", "--run", "latest")
    assert "--title needs" in cli.refuse("collections", "--title", "x")
    # An empty path would mean the folder in which the command was started.
    assert "path is empty" in cli.refuse("train", "--collection", "")
    assert "path is empty" in cli.refuse("collections", "--import", " ")
    assert "path is empty" in cli.refuse("collections", "--export-features", collection, "--out", "")
    (tmp_path / "loop").symlink_to("loop")
    assert "is not a folder" in cli.refuse("collections", "--import", tmp_path / "loop")
    assert "Expected a folder" in cli.refuse("extract", "--collection", "~no-such-user/x")
    (tmp_path / "empty").mkdir()
    cli.refuse("collections", "--import", tmp_path / "empty")


def test_bad_songs_are_refused_in_one_line(cli: Cli, trained: TrainedHome, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    assert "text.wav" in cli.refuse("classify", tmp_path / "text.wav", "--run", trained.cnn)
    assert "missing.wav" in cli.refuse("classify", tmp_path / "missing.wav", "--run", trained.cnn)


def test_the_module_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "core", "train", "--collection", "nowhere"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    expected = "Expected a folder, a feature file (.csv, .tsv, .npz) or a collection, got 'nowhere'."
    assert done.stderr.startswith(f"error: {expected}")
    assert done.stderr.count("\n") == 1


def test_the_progress_line() -> None:
    progress = Progress(state="running", phase="Training", done=3, total=12, detail="Epoch 1 of 4", remaining_s=75)
    assert progress_text(progress) == "Training [######..................] 25%  Epoch 1 of 4  1 min 15 s left"
    assert [duration_text(s) for s in (0.4, 61, 7500)] == ["0 s", "1 min 1 s", "2 h 5 min"]
    assert table_text(("genre", "n"), [("jazz", 7), ("hiphop", 12)]) == "genre   n\njazz     7\nhiphop  12"


def test_a_genre_may_have_commas(tiny_collection: Collection) -> None:
    clips = tiny_collection.clips
    names = ["Folk, World, & Country", "Folk", "Café"]
    collection = replace(tiny_collection, clips=tuple(replace(clips[n], genre=name) for n, name in enumerate(names)))
    assert named_genres("Folk, World, & Country,Folk", collection) == ("Folk, World, & Country", "Folk")
    assert named_genres("Folk,Folk,World,  & Country", collection) == ("Folk", "Folk, World, & Country")
    assert named_genres(" Cafe\u0301 , Folk", collection) == ("Café", "Folk")
    with pytest.raises(CollectionError, match="no genre World"):
        named_genres("World, Folk", collection)
    with pytest.raises(ConfigError, match="twice"):
        named_genres("Folk,Folk", collection)
    with pytest.raises(ConfigError, match="names no genre"):
        named_genres(" , ", collection)


def test_an_import_says_what_belongs_together_and_how_much_was_skipped(cli: Cli, tiny_folder: Path) -> None:
    for genre in ("bass", "hiss", "treble"):
        for n, path in enumerate(sorted((tiny_folder / genre).glob("*.flac"))):
            path.rename(path.with_name(f"{genre} tune{'abcd'[n // 2]}_{n % 2}.flac"))
    for n in range(25):
        (tiny_folder / "bass" / f"cover{n:02d}.jpg").write_bytes(b"x")
    code, out, _ = cli.run("collections", "--import", tiny_folder)
    assert code == 0
    assert "24 clips may be parts of 12 recordings, by their names (bass tunea_0, bass tunea_1 …)." in out
    assert "To keep them together, train with --join-likely." in out
    assert out.count("skipped bass/cover") == 10
    assert "and 15 more like these; --json lists all" in out
    assert len(cli("collections", "--import", tiny_folder)["skipped"]) == 25
