"""A music library goes in by its tags, is merged to ten genres, trained by artist with borrowed ears, and judged."""

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.runs.record import Run
from core.runs.store import get_run
from tests.browser.conftest import StartServer
from tests.browser.steps import go_to, settle, visit
from tests.music_library import MadeFile


def contents(folder: Path) -> dict[Path, tuple[str, int]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in files}


def finished_run(home: Path, run_id: str) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(home))
        return get_run(run_id)


@pytest.mark.usefixtures("ears")
def test_a_tagged_library_from_its_files_to_a_verdict(
    page: Page, start_server: StartServer, tmp_path: Path, music_library: tuple[Path, tuple[MadeFile, ...]]
) -> None:
    folder, _ = music_library
    before = contents(folder)
    url = start_server(tmp_path, str(folder.parent))
    main = page.get_by_test_id("stMain")

    visit(page, url, "collections")
    page.get_by_role("textbox", name="Folder, archive or feature file on this computer").fill(str(folder))
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Where is the genre?")).to_be_visible()
    settle(page)
    expect(page.get_by_role("radio", name="Tags in the files")).to_be_checked()
    expect(main).to_contain_text("Proposed: Most files have a genre in their tags (78 of 80 files, 15 genres).")
    expect(main).to_contain_text("2 files with several genres")
    page.get_by_role("button", name="Import", exact=True).last.click()
    expect(main).to_contain_text("Imported Music: 78 clips, 15 genres; ")
    expect(main).to_contain_text("Genres are read from the tags of the files.")
    expect(main).to_contain_text("the clip of each is its middle 30 s.")

    page.get_by_role("tab", name="Genres").click()
    settle(page)
    page.get_by_role("button", name=re.compile(r"^Apply \d+ proposals$")).click()
    settle(page)
    page.get_by_role("button", name="Upload CSV").click()
    mapping = "label;becomes\nKlassik;classical\nMúsica clásica;classical\n"
    page.get_by_test_id("stFileUploader").locator("input[type=file]").last.set_input_files(
        {"name": "merge.csv", "mimeType": "text/csv", "buffer": mapping.encode()}
    )
    expect(main).to_contain_text("Filled in 2 labels from merge.csv; not saved yet.")
    settle(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(main).to_contain_text("Saved: 78 clips of 10 genres, 0 clips left out.")

    go_to(page, "Train")
    preset = "Trained ears"
    page.get_by_role("radio", name=preset).or_(page.get_by_role("button", name=preset, exact=True)).first.click()
    settle(page)
    page.get_by_role("tab", name="Split").click()
    settle(page)
    expect(main).to_contain_text("By artist is proposed for these clips: the artist of 78 of 78 clips is known")
    expect(main).to_contain_text("No artist is on both sides. By clip 15 of 16 test clips would be by an artist")
    page.get_by_role("button", name="Start training").click()
    page.wait_for_url(re.compile(r"run=[0-9a-f]{32}"))
    expect(page.get_by_role("link", name="Hear its mistakes")).to_be_visible()
    settle(page)
    run = finished_run(tmp_path, re.findall(r"run=([0-9a-f]{32})", page.url)[0])
    assert run.result is not None
    assert (run.config.name, run.config.split.protocol, run.result.n) == (
        "Trained ears, 10 genres, by artist",
        "artist",
        19,
    )
    judged = f"{100 * run.result.accuracy:.1f} %", f"{run.result.n_correct} of 19", "Split: by artist"
    for said in judged:
        expect(main).to_contain_text(said)
    page.get_by_role("link", name="Hear its mistakes").click()
    settle(page)
    for said in judged:
        expect(main).to_contain_text(said)
    cells = page.get_by_test_id("stVegaLiteChart").first.locator("path[aria-label^='Predicted genre']")
    expect(cells).to_have_count(100)
    settle(page)
    assert contents(folder) == before
