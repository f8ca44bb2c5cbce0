"""The study's two questions as a visitor answers them: the verdict, a blind quiz by ear, and advice put to the test."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.queue.launch import train_here
from core.runs.shipped import shipped_runs
from core.runs.store import list_runs
from core.settings import REPOSITORY
from tests.browser.conftest import StartServer
from tests.browser.steps import settle, visit
from tests.pages.conftest import quick_config
from tests.waiting import until

SHIPPED = str(REPOSITORY / "models" / "pretrained")
N_CLIPS = 10


@pytest.fixture
def run_id(home: Path, tiny_collection: Collection) -> str:
    extract(tiny_collection, [MelSpectrogram()], n_workers=1)
    return train_here(quick_config(tiny_collection, epochs=1)).id


def test_the_verdict_on_the_three_models_that_come_with_genre_lab(
    page: Page, start_server: StartServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", SHIPPED)
    url = start_server(home, pretrained=SHIPPED)
    visit(page, url, f"compare?runs={','.join(run.id for run in shipped_runs())}")
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("On the same 128 test clips: Trained ears 77.3 %")
    expect(main).to_contain_text("With whole artists in place of clips, no two of them can be told apart")
    page.get_by_role("button", name=re.compile(r"^Only .* is right: \d+ \(")).first.click()
    settle(page)
    expect(main).to_contain_text(re.compile(r"\d+ test clips on which"))
    expect(page.get_by_text("What each run says of it")).to_be_visible()
    assert "cell=" in page.url


def test_a_quiz_of_ten_clips_and_its_result(page: Page, start_server: StartServer, home: Path, run_id: str) -> None:
    visit(page, start_server(home), f"human?run={run_id}")
    page.get_by_role("radio", name="All clips of a collection").or_(
        page.get_by_role("button", name="All clips of a collection")
    ).first.click()
    settle(page)
    slider = page.get_by_role("slider", name="Clips")
    slider.focus()
    slider.press("Home")
    settle(page)
    page.get_by_role("button", name="Begin the quiz").click()
    for number in range(1, N_CLIPS + 1):
        expect(page.get_by_text(f"Clip {number} of {N_CLIPS}")).to_be_visible()
        page.get_by_role("button", name=re.compile("^Play")).click()
        answer = page.get_by_role("button", name=re.compile(r"^bass"))
        expect(answer).to_be_enabled()
        assert not re.search(r"(bass|treble|hiss)\.\d{5}", page.content())
        answer.click()
    expect(page.get_by_role("heading", name="Your result")).to_be_visible()
    settle(page)
    expect(page.get_by_test_id("stMain")).to_contain_text(f"{N_CLIPS} of {N_CLIPS} clips of tiny")
    expect(page.get_by_role("heading", name="Hear your mistakes")).to_be_visible()


def test_advice_is_trained_and_held_against_its_estimate(
    page: Page, start_server: StartServer, home: Path, run_id: str
) -> None:
    visit(page, start_server(home), f"human?run={run_id}&tab=Adviser")
    page.get_by_role("button", name="Train without them").dblclick()
    until(lambda: len(list_runs()) == 2 and all(run.status == "finished" for run in list_runs()))
    page.reload()
    settle(page)
    expect(page.get_by_test_id("stMain")).to_contain_text("Trained without them (")
    expect(page.get_by_role("button", name="Train without them")).to_have_count(0)
