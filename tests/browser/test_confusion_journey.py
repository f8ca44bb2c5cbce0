"""From a cell of a model that comes with Genre Lab to its sound, what it sounded like to the model, and a tag."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.collections.annotations import load_annotations
from core.extraction.extract import extract
from core.importing.register import import_folder
from core.prediction.stored_embeddings import embed_collection
from core.runs.shipped import shipped_runs
from core.settings import REPOSITORY
from tests.browser.conftest import StartServer
from tests.browser.steps import hear, settle, visit
from tests.waiting import until

CLIPS = ("hiphop.00000", "hiphop.00002", "hiphop.00003", "disco.00005")
"""A test clip that Compact CNN takes for disco, and three that it learnt from."""


@pytest.fixture
def collection_id(shared: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Some clips of GTZAN, with what Compact CNN sees of them and makes of it."""
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(REPOSITORY / "models" / "pretrained"))
    for sound in (shared / "data" / "gtzan_mini").rglob("*.*"):
        if sound.stem in CLIPS:
            (tmp_path / "few" / sound.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(sound, tmp_path / "few" / sound.parent.name / sound.name)
    collection = import_folder(tmp_path / "few")
    (run,) = [run for run in shipped_runs() if run.config.name == "Compact CNN"]
    extract(collection, run.config.front_ends, n_workers=1)
    embed_collection(collection.id, run.id, n_workers=1)
    return collection.id


def test_cell_sound_nearest_tag(page: Page, start_server: StartServer, home: Path, collection_id: str) -> None:
    (run,) = [run for run in shipped_runs() if run.config.name == "Compact CNN"]
    url = start_server(home, pretrained=str(REPOSITORY / "models" / "pretrained"))
    visit(page, url, f"confusion?run={run.id}")
    # Without a mouse: the two lists.
    for label, genre in (("Actual genre", "hiphop"), ("Predicted genre", "disco")):
        box = page.get_by_role("combobox", name=re.compile(label))
        box.focus()
        box.fill(genre)
        box.press("Enter")
        settle(page)
    expect(page.get_by_role("heading", name="hiphop predicted as disco")).to_be_visible()
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("1 of these 3 clips can be played from another collection here.")
    expect(main).to_contain_text("GTZAN would make all of the other 2 clips audible")

    expect(page.get_by_role("group", name="Player of hiphop.00000", exact=True)).to_be_visible()  # the surest mistake
    hear(page, duration_s=30)
    expect(page.get_by_text("What the runs say of it")).to_be_visible()

    page.get_by_text("Nearest training clips").click()
    settle(page)
    expect(main).to_contain_text("Looked up among the 3 of 639 training clips that are in few.")
    expect(page.get_by_role("group", name="Player of hiphop.00002", exact=True)).to_be_visible()

    page.get_by_role("button", name="Tags and more").first.click()
    tags = page.get_by_role("combobox", name="Tags")
    tags.fill("disco beat")
    tags.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    until(lambda: "hiphop.00000" in load_annotations(collection_id))
    assert load_annotations(collection_id)["hiphop.00000"].tags == ("disco beat",)
    expect(main).to_contain_text("disco beat")
