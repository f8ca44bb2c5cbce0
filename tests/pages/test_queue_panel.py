"""The queue on the page: order, number at once, stop, logs, what was not finished; and its line in the sidebar."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.experiments.groups import start_group
from core.jobs.folder import stop_requested
from core.queue.launch import drop_run, enqueue
from core.queue.record import places
from core.runs import store
from core.runs.liveness import job_id_of_run
from core.settings import load_settings
from dashboard.sentences.progress import badge_text
from dashboard.train.form.plan import RunPlan
from tests.core.conftest import _empty_store, empty_store
from tests.core.queue.test_queue import Jobs, jobs
from tests.pages.apps import checked, query, run_page, texts
from tests.pages.conftest import quick_config

__all__ = ["_empty_store", "empty_store", "jobs"]  # fixtures
pytestmark = pytest.mark.usefixtures("empty_store")


@pytest.fixture
def run_ids(jobs: Jobs, tiny_collection: Collection) -> list[str]:
    """Four runs by seed, of which the first is training."""
    return enqueue([quick_config(tiny_collection, name="Quick CNN", seed=seed) for seed in (1, 2, 3, 4)])


def waiting_seeds() -> list[int]:
    return [place.entry.spec["config"]["seed"] for place in places() if place.state == "waiting"]


def entry_id(run_id: str) -> str:
    return next(place.entry.id for place in places() if place.entry.run_id == run_id)


def press(app: AppTest, what: str, run_id: str) -> AppTest:
    app.button(key=f"queue:{what}:{entry_id(run_id)}").click().run()
    return checked(app)


def menu(app: AppTest, run_id: str) -> Any:
    return app.menu_button(key=f"queue:move:{entry_id(run_id)}")


def move(app: AppTest, where: str, run_id: str) -> AppTest:
    chosen = menu(app, run_id)
    chosen.click_index(chosen.options.index(where)).run()
    return checked(app)


def page_links(app: AppTest) -> dict[str, str]:
    return {link.proto.label: link.proto.query_string for link in app.get("page_link")}


def test_what_waits_is_moved_and_taken_out(run_ids: list[str]) -> None:
    app = run_page("train", view="Queue")
    assert "**1 training, 3 waiting**" in texts(app)
    assert "1\\. Quick CNN 2 · bass, hiss, treble · seed 2" in texts(app)
    move(app, "Start next", run_ids[3])
    assert waiting_seeds() == [4, 2, 3]
    move(app, "One down", run_ids[1])
    assert waiting_seeds() == [4, 3, 2]
    move(app, "One up", run_ids[1])
    assert waiting_seeds() == [4, 2, 3]
    move(app, "To the end", run_ids[3])
    assert waiting_seeds() == [2, 3, 4]
    assert menu(app, run_ids[1]).options == ["One down", "To the end"]
    assert menu(app, run_ids[3]).options == ["Start next", "One up"]
    move(app, "Start next", run_ids[3])
    press(app, "drop", run_ids[2])
    assert waiting_seeds() == [4, 2]
    assert store.get_run(run_ids[2]).status == "interrupted"
    app.run()
    assert "1 run not finished" in [expander.label for expander in app.expander]
    app.button(key=f"queue:resume:{run_ids[2]}").click().run()
    assert waiting_seeds() == [3, 4, 2]
    app.button(key="queue:drop-all").click().run()
    assert waiting_seeds() == []
    assert "**1 training, 0 waiting**" in texts(checked(app))


def test_a_number_at_once_starts_more_and_stop_asks_the_job(run_ids: list[str], jobs: Jobs) -> None:
    app = run_page("train", view="Queue")
    app.number_input(key="queue:n_at_once:1").set_value(2).run()
    assert "**2 training, 2 waiting**" in texts(checked(app))
    assert jobs.started == [job_id_of_run(run_id) for run_id in run_ids[:2]]
    assert app.number_input(key="queue:n_at_once:2").value == 2
    app.button(key=f"queue:stop:{run_ids[1]}").click().run()
    assert stop_requested(job_id_of_run(run_ids[1]))
    assert not stop_requested(job_id_of_run(run_ids[0]))


def test_logs_are_read_where_they_are_written(run_ids: list[str]) -> None:
    folder = load_settings().jobs_dir / job_id_of_run(run_ids[0])
    (folder / "log.txt").write_text("".join(f"Epoch {number} of 200\n" for number in range(1, 101)))
    app = run_page("train", view="Queue")
    lines = app.code[0].value.splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("Epoch 41 of 200", "Epoch 100 of 200", 60)
    assert "The last 60 of 100 lines." in texts(app)


def test_runs_that_the_queue_does_not_hold_redraw_the_page_once(
    run_ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Any] = []
    looks: list[int] = []

    def look() -> tuple[Any, ...]:
        looks.append(len(held))
        return tuple(held)

    entries = [place for place in places() if place.state == "waiting"]
    monkeypatch.setattr("dashboard.train.queue_panel.places", look)
    app = run_page("train", run=run_ids[0])
    assert looks == [0, 0]
    app.run()
    assert looks == [0, 0, 0]
    held.append(entries[0])
    checked(app.run())
    assert looks == [0, 0, 0, 1, 1]
    held[:] = entries
    app.run()
    held.clear()
    app.run()
    assert looks == [0, 0, 0, 1, 1, 3, 0, 0]


def test_the_sidebar_counts_on_every_page(run_ids: list[str], jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisors: list[str] = []
    monkeypatch.setattr("core.queue.dispatch.ensure_supervisor", lambda: supervisors.append("started"))
    assert page_links(run_page("collections"))["Training: 1 running, 3 waiting"] == "view=Queue"
    assert supervisors  # one that was killed is brought back by any page
    for run_id in run_ids[1:]:
        drop_run(run_id)
    assert badge_text(places()) == "Training: 1 running"
    jobs.end(job_id_of_run(run_ids[0]))
    supervisors.clear()
    assert not [label for label in page_links(run_page("collections")) if label.startswith("Training")]
    assert not supervisors


def test_a_run_is_started_again_and_run_again_once_however_often_one_clicks(run_ids: list[str]) -> None:
    drop_run(run_ids[1])
    app = run_page("train", run=run_ids[1])
    app.button(key=f"train:again:{run_ids[1]}").click().run()
    checked(app)
    new = [run for run in store.list_runs() if run.id not in run_ids]
    assert [run.config for run in new] == [replace(store.get_run(run_ids[1]).config, name="Quick CNN 5")]
    assert query(app)["run"] == new[0].id
    assert "Number 3 of 3 waiting" in texts(app)

    app = run_page("train", run=run_ids[1])
    app.button(key=f"train:resume:{run_ids[1]}").click().run()
    checked(app)
    assert "Number 1 of 4 waiting" in texts(app)
    app.button(key=f"drop:{run_ids[1]}").click().run()
    assert store.get_run(run_ids[1]).status == "interrupted"


def test_seeds_and_folds_are_queued_as_a_group(jobs: Jobs, tiny_collection: Collection) -> None:
    plan = RunPlan("seeds", 3)
    config = quick_config(tiny_collection, seed=8)
    assert [run.seed for run in plan.configs(config)] == [8, 9, 10]
    assert {run.split.seed for run in plan.configs(config)} == {8}
    folds = RunPlan("folds", n_folds=4).configs(config)
    assert [run.split.fold for run in folds] == [1, 2, 3, 4]
    group = start_group(folds, "folds", token="click")
    assert start_group(folds, "folds", token="click") == group
    app = run_page("train", view="Queue")
    assert "**1 training, 3 waiting**" in texts(app)
    buttons: dict[str, Any] = {button.key: button for button in app.button}
    buttons[f"queue:drop-group:{group}"].click().run()
    assert waiting_seeds() == []
    assert {run.status for run in store.list_runs() if run.group == group} == {"running", "interrupted"}
