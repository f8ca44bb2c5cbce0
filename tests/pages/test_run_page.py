"""The page of one run: what can be done with it, deletion among that."""

import pytest

from core.clips.collection import Collection
from core.runs.store import list_runs
from core.runs.writer import RunWriter, create_run
from tests.core.conftest import _empty_store, empty_store
from tests.pages.apps import checked, query, run_page, texts
from tests.pages.conftest import RunsHome, quick_config

__all__ = ["_empty_store", "empty_store"]  # fixtures


@pytest.mark.usefixtures("empty_store")
def test_a_run_is_deleted_on_its_own_page(tiny_collection: Collection) -> None:
    run_id = create_run(quick_config(tiny_collection, name="Bad [CNN]"), tiny_collection)
    with RunWriter(run_id) as writer:
        writer.fail("No luck.")
    app = run_page("train", run=run_id)
    assert r"delete Bad \[CNN\], with model" in texts(app)
    app.button(key=f"delete:{run_id}").click().run()
    checked(app)
    assert list_runs() == ()
    assert "run" not in query(app)
    assert not app.error


@pytest.mark.usefixtures("empty_store")
def test_a_run_under_way_is_not_deleted(tiny_collection: Collection) -> None:
    run_id = create_run(quick_config(tiny_collection), tiny_collection, queued=True)
    app = run_page("train", run=run_id)
    assert f"delete:{run_id}" not in [button.key for button in app.button]


def test_a_finished_run_can_be_deleted_too(runs_home: RunsHome) -> None:
    app = run_page("train", run=runs_home.cnn)
    assert f"delete:{runs_home.cnn}" in [button.key for button in app.button]
