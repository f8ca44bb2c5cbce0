"""``classify --neighbours`` and ``extract --embedding-by``: the nearest clips in words and JSON, and refusals."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.embeddings.ears import EARS, ears_embeddings
from core.embeddings.neighbours import NeighbourIndex
from core.extraction.store import FeatureStore
from core.prediction.stored_embeddings import run_embedding
from core.runs.results import load_split
from core.runs.store import get_run
from tests.core.cli.test_cli import Cli, cli
from tests.core.conftest import TrainedHome

__all__ = ["cli"]


@pytest.fixture
def trained(_trained_once: TrainedHome, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainedHome:
    """A copy of the home with the two finished runs, to be changed."""
    folder = Path(shutil.copytree(_trained_once.folder, tmp_path / "trained"))
    monkeypatch.setenv("GENRE_LAB_HOME", str(folder))
    return replace(_trained_once, folder=folder)


def test_the_nearest_training_clips_to_the_run_and_to_the_ears(cli: Cli, trained: TrainedHome, ears: None) -> None:
    collection, run = trained.collection, get_run(trained.ffnn)
    learnt = load_split(run.id)["train"]
    clip = collection.by_name[learnt[0]]
    given = ("classify", clip.path, "--run", run.id, "--neighbours", "4")
    refused = cli.refuse(*given)
    assert f"extract --collection {collection.id} --embedding-by {run.id[:8]}" in refused
    assert f"extract --collection {collection.id} --front-end musicnn" in refused

    assert cli("extract", "--collection", collection.id, "--embedding-by", run.id[:8])["n_embedded"] == 24
    assert cli("extract", "--collection", collection.id, "--embedding-by", run.id[:8])["n_embedded"] == 0
    found = cli(*given)["neighbours"]
    assert "heard none of the" in found["ears"]["error"]
    near = found["run"]
    assert (near["n_searched"], near["n_clips"], near["n_units"]) == (len(learnt), len(learnt), 16)
    # The song is a training clip: it is nearest to itself, and the others are as near as to the clip.
    stored = FeatureStore(collection.id, run_embedding(run))
    clips = [collection.by_name[name] for name in learnt]
    index = NeighbourIndex(learnt, stored.load(clips)[:, :, 0])
    expected = index.nearest(stored.load([clip])[0, :, 0], 4)
    assert [one["clip"] for one in near["clips"]] == [one.name for one in expected]
    assert near["clips"][0]["clip"] == clip.name
    assert [one["distance"] for one in near["clips"]] == pytest.approx([one.distance for one in expected], abs=1e-5)

    cli("extract", "--collection", collection.id, "--front-end", "musicnn")
    found = cli(*given)["neighbours"]
    by_ears = NeighbourIndex(learnt, ears_embeddings(collection, clips))
    expected = by_ears.nearest(ears_embeddings(collection, [clip])[0], 4)
    assert [one["clip"] for one in found["ears"]["clips"]] == [one.name for one in expected]
    assert found["ears"]["n_units"] == 200
    _, text, _ = cli.run(*given)
    assert f"Nearest to {run.label} (its layer before the decision): 16 units, {len(learnt)} clips" in text
    assert "Nearest to the trained ears: 200 units" in text
    among = cli(*given, "--among", collection.id)["neighbours"]
    assert among["run"]["n_searched"] == among["ears"]["n_searched"] == len(collection.clips)
    assert np.isclose(among["ears"]["clips"][0]["distance"], 0, atol=1e-5)
    assert EARS.kind == "musicnn"


def test_what_cannot_be_searched_is_refused(cli: Cli, trained: TrainedHome) -> None:
    song = trained.collection.clips[0].path

    def refused(*options: str) -> str:
        return cli.refuse("classify", song, "--run", trained.cnn, *options)

    assert "expected 1 to 1,000 clips, got 0" in refused("--neighbours", "0")
    assert "--among belongs to --neighbours" in refused("--among", trained.collection.id)
    several = cli.refuse("classify", song, song, "--run", trained.cnn, "--neighbours", "3")
    assert "--neighbours is for one song and one run" in several
    assert "Collections:" in refused("--neighbours", "3", "--among", "nowhere")
    given = ("extract", "--collection", trained.collection.id, "--embedding-by", trained.cnn)
    assert "leave out --front-end" in cli.refuse(*given, "--front-end", "mel")
