"""Family trees of a run's genres."""

import pytest

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.numeric import NumericFeatures
from core.runs import trees
from core.runs.record import Run
from core.runs.store import list_runs
from core.runs.trees import family_trees
from tests.core.conftest import small_config
from tests.core.evaluation.test_metrics import make_predictions


def test_trees_of_a_run_whose_music_is_here(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(
        id="r",
        status="finished",
        created_at=0.0,
        config=small_config(tiny_collection),
        collection_title="tiny",
        collection_fingerprint="",
        synthetic=False,
    )
    genres = tiny_collection.genres
    said = make_predictions(list(genres), ["hiss", "hiss", "treble"], genres)
    monkeypatch.setattr(trees, "load_predictions", lambda run_id: said)
    assert [tree.source for tree in family_trees(run).trees] == ["confusions"]
    extract(tiny_collection, [NumericFeatures()], n_workers=1)
    found = family_trees(run)
    assert [tree.source for tree in found.trees] == ["confusions", "mean features"]
    assert all(sorted(tree.genres) == ["bass", "hiss", "treble"] for tree in found.trees)
    assert found.missing == (
        "No tree by embeddings: The trained ears have not heard tiny yet. Extract their features first.",
    )


def test_without_the_collection_there_is_one_tree_and_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENRE_LAB_PRETRAINED")
    found = family_trees(list_runs()[0])
    assert len(found.trees) == 1
    assert found.missing[0].startswith("No trees by features or embeddings: ")
