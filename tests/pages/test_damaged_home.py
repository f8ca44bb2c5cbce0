"""Pages over files that are damaged or in the way: they say so, or do without, and none of them crashes."""

from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from tests.pages.apps import run_page, texts

PAGES = ("overview", "guide", "collections", "explore", "gallery", "train", "compare", "confusion", "human", "classify")


@pytest.mark.parametrize("page", PAGES)
def test_a_damaged_index_of_features_is_named(own_extracted: Collection, page: str) -> None:
    for front_end in (MelSpectrogram(), NumericFeatures()):
        (FeatureStore(own_extracted.id, front_end).folder / "index.sqlite").write_bytes(b"no database" * 400)
    said = texts(run_page(page, collection=own_extracted.id))
    if page in ("explore", "gallery", "train", "collections"):
        assert "is damaged" in said


@pytest.mark.parametrize("page", PAGES)
def test_a_file_in_the_place_of_the_jobs_is_no_crash(own_extracted: Collection, home: Path, page: str) -> None:
    (home / "models").mkdir(exist_ok=True)
    (home / "models" / "jobs").write_text("not a folder")
    run_page(page, collection=own_extracted.id)


@pytest.mark.parametrize("view", ["Queue", "Search", "Study"])
def test_the_tabs_of_train_neither(own_extracted: Collection, home: Path, view: str) -> None:
    (home / "models").mkdir(exist_ok=True)
    (home / "models" / "jobs").write_text("not a folder")
    run_page("train", collection=own_extracted.id, view=view)
