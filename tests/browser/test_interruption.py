"""A double click on "Start training", then a kill -9 of what it started: one run, which ends whole all the same."""

import json
import re
from pathlib import Path

import numpy as np
import psutil
import pytest
from playwright.sync_api import Page, expect

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.jobs.progress import Progress
from core.queue.launch import training_progress
from core.runs import store
from core.training.checkpoint import checkpoint_folder
from tests.browser.conftest import StartServer
from tests.browser.steps import settle, visit
from tests.waiting import until

N_EPOCHS = 30


@pytest.fixture
def collection(tiny_collection: Collection) -> Collection:
    extract(tiny_collection, [MelSpectrogram()], n_workers=1)
    return tiny_collection


def await_training(run_id: str, *, n_done: int, not_pid: int = 0) -> Progress:
    """How far it is as soon as so many batches are done, by another process than ``not_pid``."""

    def look() -> Progress | None:
        progress = training_progress(run_id)
        assert progress is not None
        if progress.pid == not_pid:
            return None
        assert not progress.ended, progress
        return progress if progress.phase == "Training" and progress.done >= n_done else None

    return until(look, explain=lambda: training_progress(run_id))


def n_kept(run_id: str) -> int:
    """Epochs in the checkpoint."""
    with np.load(checkpoint_folder(run_id) / "state.npz", allow_pickle=False) as stored:
        return len(json.loads(stored["facts"].tobytes())["history"])


def test_a_killed_training_is_resumed_and_ends_whole(
    page: Page, start_server: StartServer, home: Path, collection: Collection
) -> None:
    visit(page, start_server(home, ""), f"train?collection={collection.id}")
    page.get_by_role("tab", name="Optimisation").click()
    settle(page)
    epochs = page.get_by_role("spinbutton", name="Epochs", exact=True)
    epochs.fill(str(N_EPOCHS))
    epochs.press("Enter")
    settle(page)
    page.get_by_role("button", name="Start training").dblclick()
    page.wait_for_url(re.compile(r"run=[0-9a-f]{32}"))
    (run,) = store.list_runs()
    assert run.id in page.url

    killed = await_training(run.id, n_done=4)
    psutil.Process(killed.pid).kill()
    # Nobody touches the page meanwhile.
    expect(page.get_by_text(re.compile(r"interrupted after \d+ of 30 epochs"))).to_be_visible()
    cut = store.get_run(run.id)
    assert cut.status == "interrupted"
    assert "SIGKILL" in cut.error
    assert 3 <= len(cut.history) < N_EPOCHS
    kept = n_kept(run.id)
    assert 1 <= kept <= len(cut.history)
    settle(page)

    page.get_by_role("button", name="Resume", exact=True).dblclick()
    # One batch an epoch: it begins where the checkpoint ends, not at the beginning.
    assert kept <= await_training(run.id, n_done=0, not_pid=killed.pid).done < N_EPOCHS
    expect(page.get_by_role("link", name="Hear its mistakes")).to_be_visible()
    (whole,) = store.list_runs()
    assert (whole.id, whole.status, whole.error) == (run.id, "finished", "")
    assert [record.epoch for record in whole.history] == list(range(1, N_EPOCHS + 1))
    assert whole.history[:kept] == cut.history[:kept]
    settle(page)
    curve = page.get_by_test_id("stVegaLiteChart").first
    expect(curve).to_be_visible()
