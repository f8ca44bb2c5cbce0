"""The whole path as a visitor walks it, from the gallery to the verdict on a song."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.prediction.song import classify_song
from tests.browser.steps import go_to, hear, settle, visit

GENRES = ("classical", "hiphop", "metal")
N_EPOCHS = 2


def choose_genres(page: Page) -> None:
    page.get_by_role("button", name="None", exact=True).click()
    # The answer to "None" must have come: it would undo a genre chosen before it.
    chosen = page.get_by_test_id("stButtonGroup").get_by_role("button", pressed=True)
    expect(chosen).to_have_count(0)
    settle(page)
    for n_chosen, genre in enumerate(GENRES, start=1):
        page.get_by_test_id("stButtonGroup").get_by_role("button", name=genre, exact=True).click()
        expect(chosen).to_have_count(n_chosen)
        settle(page)


def train(page: Page, preset: str, *, n_test: int) -> str:
    """Train a preset on three genres from the form; returns the run's id from the address."""
    go_to(page, "Train")
    if (another := page.get_by_role("button", name="Set up another run")).count():
        another.click()
        settle(page)
    choose_genres(page)
    page.get_by_role("radio", name=preset).or_(page.get_by_role("button", name=preset, exact=True)).first.click()
    settle(page)
    page.get_by_role("tab", name="Optimisation").click()
    settle(page)
    epochs = page.get_by_role("spinbutton", name="Epochs", exact=True)
    epochs.fill(str(N_EPOCHS))
    epochs.press("Enter")
    settle(page)
    page.get_by_role("button", name="Start training").dblclick()
    page.wait_for_url(re.compile(r"run=[0-9a-f]{32}"))
    # Closing the tab in the middle changes nothing: a fresh load of the same address shows the run where it is.
    page.reload()
    expect(page.get_by_role("link", name="Hear its mistakes")).to_be_visible()
    settle(page)
    expect(page.get_by_test_id("stMain")).to_contain_text(f"of {n_test}")
    match = re.search(r"run=([0-9a-f]{32})", page.url)
    assert match is not None
    return match[1]


def click_a_cell(page: Page) -> None:
    """Click a cell that holds clips, not the one in view at first; the address and the clips below follow."""
    cells = page.get_by_test_id("stVegaLiteChart").first.locator("path[aria-label^='Predicted genre']")
    expect(cells).to_have_count(len(GENRES) ** 2)
    labels = [cell.get_attribute("aria-label") or "" for cell in cells.all()]
    filled = [place for place, label in enumerate(labels) if "Clips: 0;" not in label]
    place = filled[-1]
    actual, predicted = (re.search(rf"; {name}: (\w+)", labels[place])[1] for name in ("Actual", "Predicted"))
    # As a hand does: on the middle of the cell, where its figure stands.
    cells.nth(place).scroll_into_view_if_needed()
    box = cells.nth(place).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile(f"actual={actual}.*predicted={predicted}"))
    title = f"{actual} classified correctly" if actual == predicted else f"{actual} predicted as {predicted}"
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("img", name=f"Mel spectrogram of {actual}.0").first).to_be_visible()
    settle(page)


def check_song(page: Page, place: Path, song: Path, runs: list[str]) -> None:
    """Upload a song; the probabilities shown sum to 1 and are those that core computes for the same file."""
    go_to(page, "Classify")
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(song)
    expect(
        page.get_by_role("region", name="Probability of each genre by each model, in per cent", exact=True)
    ).to_be_visible()
    settle(page)
    for part in ("Each model: probabilities", "All probabilities, and exports"):
        page.get_by_text(part).click()
        settle(page)
    expect(page.get_by_role("button", name="Export as JSON")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as JSON").click()
    shown = json.loads(Path(download.value.path()).read_text())
    assert {verdict["run"] for verdict in shown["runs"]} == set(runs)
    for verdict in shown["runs"]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GENRE_LAB_HOME", str(place))
            expected = classify_song(song, verdict["run"])
        probabilities = dict(zip(expected.genres, expected.probabilities, strict=True))
        assert sum(verdict["probabilities"].values()) == pytest.approx(1, abs=1e-6)
        assert verdict["probabilities"] == pytest.approx(probabilities, abs=1e-5)
        assert len(verdict["windows"]) == len(expected.windows)
        # What a person reads: the bars' figures.
        chart = page.get_by_label(re.compile(f"^Probability of each genre by .*{verdict['run'][:6]}"))
        read = [text.partition(" (")[0] for text in chart.locator("text").all_text_contents()]
        for probability in verdict["probabilities"].values():
            assert f"{100 * probability:.1f} %" in read


def walk(page: Page, place: Path, *, n_test: int, song: Path) -> None:
    """Gallery to Classify, with the collection in view chosen already."""
    go_to(page, "Gallery")
    pictures = page.get_by_role("img", name=re.compile("^Mel spectrogram of "))
    expect(pictures.nth(1)).to_be_visible()
    assert pictures.nth(0).bounding_box()["height"] > 100
    hear(page, duration_s=30)

    runs = [train(page, preset, n_test=n_test) for preset in ("Study CNN", "Study FFNN")]
    assert len(set(runs)) == 2

    go_to(page, "Compare")
    for kind, run in zip(("CNN", "FFNN"), runs, strict=True):
        # Fewer epochs than the study's: no longer its CNN, but one that is called by what was trained.
        said = re.compile(rf"{kind} \d (blocks|layers), {len(GENRES)} genres, by \w+, seed 42.*? \({run[:6]}\)")
        expect(page.get_by_test_id("stMain")).to_contain_text(said)
    expect(page.get_by_role("heading", name="CNN against FFNN")).to_be_visible()

    visit(page, page.url.split("/compare")[0], f"confusion?run={runs[0]}")
    click_a_cell(page)
    hear(page, duration_s=30)
    check_song(page, place, song, runs)

    go_to(page, "Overview")
    expect(page.get_by_test_id("stMain")).to_contain_text("95 %")
