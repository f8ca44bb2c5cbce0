"""The models that come with Genre Lab: figures as of their weights, and the same verdict on audio as on features."""

from pathlib import Path

import numpy as np
import pytest

from core.audio import read_audio
from core.evaluation.metrics import evaluate
from core.extraction.store import FeatureStore
from core.importing.features.register import add_features, import_feature_path
from core.models.build import load_model_file
from core.prediction.clips import clip_probabilities
from core.prediction.song import classify_song
from core.runs.results import load_predictions, load_split, load_temperature, model_path
from core.runs.shipped import CARD, shipped_runs
from core.settings import REPOSITORY

SHIPPED = REPOSITORY / "models" / "pretrained"


@pytest.fixture
def shipped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(SHIPPED))


@pytest.mark.usefixtures("shipped")
def test_the_figures_are_those_of_the_predictions() -> None:
    runs = shipped_runs()
    assert {run.model_kind for run in runs} == {"CNN", "FFNN", "Discriminant analysis"}
    for run in runs:
        assert run.result is not None
        predictions = load_predictions(run.id)
        assert evaluate(predictions, protocol=run.result.protocol) == run.result
        split = load_split(run.id)
        assert set(predictions.table["clip"]) == set(split["test"])
        assert not set(split["test"]) & {*split["train"], *split["validation"]}
        card = (model_path(run.id).parent / CARD).read_text()
        assert f"{100 * run.result.accuracy:.1f} %" in card
        assert f"{run.result.n_correct} of {run.result.n}" in card
        assert run.n_parameters <= 400_000


@pytest.mark.usefixtures("shipped")
def test_audio_and_stored_features_get_the_same_verdict(shared: Path) -> None:
    collection = import_feature_path(shared / "data" / "gtzan_spectrograms.npz")
    for table in ("gtzan_features_30_sec.csv", "gtzan_features_10_sec.csv"):
        collection = add_features(collection, shared / "data" / table)
    songs = {path.stem: path for path in sorted((shared / "data" / "gtzan_mini").rglob("*.flac"))}
    clips = [clip for clip in collection.clips if clip.name in songs]
    assert len(clips) >= 70
    samples = {clip.name: read_audio(songs[clip.name], sr_hz=22_050) for clip in clips}
    for run in (run for run in shipped_runs() if run.config.trained_ears is None):
        model = load_model_file(model_path(run.id))
        front_end = run.config.front_end
        store = FeatureStore(collection.id, front_end)
        test = [collection.clip(name) for name in load_split(run.id)["test"]]
        n_valid, temperature = np.array(store.valid_frames(test)), load_temperature(run.id)
        stored = clip_probabilities(model, (store.load(test),), n_valid, run.config, temperature=temperature)
        table = load_predictions(run.id).table.set_index("clip").loc[[clip.name for clip in test]]
        np.testing.assert_allclose(stored, table[list(run.config.genres)].to_numpy(), atol=1e-4)

        heard = [front_end.transform(samples[clip.name]) for clip in clips]
        from_audio = clip_probabilities(
            model, (np.stack([values for values, _ in heard]),), np.array([n for _, n in heard]), run.config
        )
        from_store = clip_probabilities(model, (store.load(clips),), np.array(store.valid_frames(clips)), run.config)
        agreement = float((from_audio.argmax(axis=1) == from_store.argmax(axis=1)).mean())
        print(run.config.name, agreement, len(clips))
        assert agreement >= 0.95


@pytest.mark.usefixtures("shipped")
def test_the_ears_say_of_a_cut_what_their_run_says(shared: Path, ears: None) -> None:
    """Of each seventh test clip: the song's way gives the stored probabilities, the extraction's way too."""
    (run,) = (run for run in shipped_runs() if run.config.trained_ears is not None)
    table = load_predictions(run.id).table.set_index("clip").iloc[::7]
    n_right = 0
    for name, row in table.iterrows():
        genre = str(name).partition(".")[0]
        verdict = classify_song(shared / "data" / "gtzan_excerpts" / genre / f"{name}.flac", run.id)
        assert len(verdict.windows) == 1
        np.testing.assert_allclose(verdict.probabilities, row[list(run.config.genres)].astype(float), atol=2e-3)
        n_right += verdict.genre == genre
    assert n_right >= 0.6 * len(table)


@pytest.mark.usefixtures("shipped")
def test_the_card_of_the_ears_says_whose_they_are() -> None:
    (run,) = (run for run in shipped_runs() if run.config.trained_ears is not None)
    card = (model_path(run.id).parent / CARD).read_text()
    for said in (
        "Jordi Pons and Xavier Serra",
        "Permission to use, copy, modify, and/or distribute this software",
        "Songs of GTZAN may be among them",
        "Nothing is known of jazz there",
        "57 of 80",
    ):
        assert said in card
    assert not list(model_path(run.id).parent.glob("*.flac"))
