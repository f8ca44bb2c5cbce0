"""A search on a cluster that loses workers: nothing is trained twice, runs for ever, or is waited for in vain."""

import time
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from core.clips.collection import Collection
from core.jobs.cluster import absence
from core.jobs.cluster.absence import Absence
from core.jobs.folder import request_stop, stop_requested
from core.jobs.progress import Progress
from core.runs import store
from core.runs.liveness import job_id_of_run
from core.search import cluster_place
from core.search.cluster_place import ClusterPlace, run_job_here
from core.settings import load_settings
from tests.core.conftest import small_config

pytestmark = pytest.mark.usefixtures("empty_store")


class Workers(Executor):
    """Takes tasks and does none of them."""

    def __init__(self) -> None:
        self.n = 2
        self.is_connected = True
        self._absence = Absence("tcp://10.0.0.5:8786")
        self.tasks: list[Future[Any]] = []

    def submit(self, *_: Any, **__: Any) -> "Future[Any]":
        self.tasks.append(Future())
        return self.tasks[-1]

    def count_workers(self) -> int:
        return self.n if self.is_connected else 0

    def trouble(self) -> str:
        return self._absence.trouble(is_connected=self.is_connected, n_workers=self.n)


def placed(collection: Collection) -> tuple[Workers, ClusterPlace, str]:
    workers = Workers()
    place = ClusterPlace(workers)  # type: ignore[arg-type]
    return workers, place, place.start(small_config(collection), group="search-x", tags={})


def test_what_no_worker_has_begun_is_taken_back(tiny_collection: Collection) -> None:
    workers, place, run_id = placed(tiny_collection)
    assert place.holds(run_id)
    assert store.get_run(run_id).status == "running"
    place.stop(run_id)
    run = store.get_run(run_id)
    assert (run.status, run.error) == ("interrupted", "Withdrawn before a worker had started it.")
    assert workers.tasks[0].cancelled()
    assert not place.holds(run_id)
    # A worker that had the task in its hands already does not begin it either.
    run_job_here(job_id_of_run(run_id), {"kind": "train", "run_id": run_id})
    assert store.get_run(run_id).status == "interrupted"


def test_what_a_worker_has_begun_is_asked_to_end(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    workers, place, run_id = placed(tiny_collection)
    monkeypatch.setattr(cluster_place, "read_progress", lambda _: Progress(state="running"))
    request_stop(job_id_of_run(run_id), ahead=True)  # makes the job's folder, as its worker did
    (load_settings().jobs_dir / job_id_of_run(run_id) / "stop").unlink()
    place.stop(run_id)
    assert stop_requested(job_id_of_run(run_id))
    assert not workers.tasks[0].cancelled()
    assert place.holds(run_id)


def test_a_cluster_tells_what_it_has_lost(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    workers, place, run_id = placed(tiny_collection)
    assert (place.capacity, place.trouble()) == (2, "")
    workers.n = 0
    assert (place.capacity, place.trouble()) == (0, "")  # they may come back
    monkeypatch.setattr(absence, "ALONE_S", 0.0)
    assert place.trouble() == "The Dask scheduler at tcp://10.0.0.5:8786 no longer has a worker."
    workers.n = 1
    assert place.trouble() == ""
    workers.is_connected = False
    assert place.trouble() == "The Dask scheduler at tcp://10.0.0.5:8786 no longer responds."
    workers.tasks[0].set_exception(RuntimeError("no such folder"))
    assert place.problem(run_id) == "no such folder"
    assert not place.holds(run_id)


def test_a_trial_that_waits_for_a_worker_is_kept_alive(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, place, run_id = placed(tiny_collection)
    monkeypatch.setattr(cluster_place, "_BEAT_S", 0.0)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100.0)
    place.trouble()
    monkeypatch.setattr(time, "time", lambda: now + 200.0)
    assert store.get_run(run_id).status == "running"  # 200 s after it was made, 100 s after it was last seen to
    monkeypatch.setattr(time, "time", lambda: now + 300.0)
    assert store.get_run(run_id).status == "interrupted"


@pytest.mark.parametrize(
    ("before", "ends", "started"),
    [
        (None, "done", [False]),
        (None, "interrupted", [False]),  # killed here: told, not tried again
        ("running", "done", [False]),  # another worker's, joined
        ("running", "interrupted", [False, True]),  # lost with the other worker's machine
        ("interrupted", "done", [True]),
        ("done", "done", []),
        ("failed", "failed", []),
    ],
)
def test_a_lost_training_is_trained_on_once(
    before: Any, ends: Any, started: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[bool] = []
    state = [before]

    def start(_: str, spec: dict[str, Any]) -> None:
        starts.append(bool(spec.get("resume")))
        state[0] = ends if len(starts) == 1 else "done"

    monkeypatch.setattr(cluster_place, "start_job", start)
    monkeypatch.setattr(cluster_place, "stop_requested", lambda _: False)
    monkeypatch.setattr(cluster_place, "read_progress", lambda _: Progress(state=state[0]) if state[0] else None)
    run_job_here("train-x", {"kind": "train", "run_id": "x"})
    assert starts == started
