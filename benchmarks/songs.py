"""A song judged by four runs together against each alone: two CNNs and two FFNNs on the study's spectrogram."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import soundfile

from benchmarks.made_clips import SR_HZ, write_clip, write_collection
from benchmarks.timing import Result, compare
from core.importing.register import import_folder
from core.prediction.song import HeardSong, classify_song, load_model
from core.queue.launch import train_here
from core.recipe.presets import PRESETS

SONG_S, CLIP_S = 240.0, 30.0
N_CLIPS = 12
RUNS = (("study-cnn", 0), ("study-cnn", 1), ("study-ffnn", 0), ("study-ffnn", 1))


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"GENRE_LAB_HOME": folder}):
        run_ids = train_runs(Path(folder))
        models = {run_id: load_model(run_id) for run_id in run_ids}
        song = write_song(Path(folder))

        def together() -> None:
            heard = HeardSong(song)
            for run_id, model in models.items():
                heard.judged_by(run_id, model=model)

        def each_alone() -> None:
            for run_id, model in models.items():
                classify_song(song, run_id, model=model)

        yield compare(
            f"A song of {SONG_S:g} s judged by {len(models)} runs on one spectrogram",
            together,
            "each by itself",
            each_alone,
            n_rounds=3 if quick else 9,
        )


def train_runs(folder: Path) -> list[str]:
    """Finished runs in a home of their own; one epoch each, as nobody asks how right they are."""
    collection = import_folder(write_collection(folder / "clips", N_CLIPS, duration_s=CLIP_S))
    configs = [PRESETS[name].configure(collection.id, collection.genres, epochs=1, seed=seed) for name, seed in RUNS]
    return [train_here(config).id for config in configs]


def write_song(folder: Path) -> bytes:
    """An Ogg file as a person would upload it."""
    made = write_clip(folder / "song.wav", duration_s=SONG_S)
    samples, _ = soundfile.read(made, dtype="float32")
    # In blocks: libsndfile's Vorbis encoder fails on minutes at once.
    with soundfile.SoundFile(folder / "song.ogg", "w", samplerate=SR_HZ, channels=1) as file:
        for start in range(0, len(samples), SR_HZ):
            file.write(samples[start : start + SR_HZ])
    return (folder / "song.ogg").read_bytes()
