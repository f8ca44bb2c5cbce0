"""Many tasks worked through: each once, a lost one twice, none begun after a stop."""

import os
from functools import partial
from pathlib import Path

import pytest

from core.jobs.process_pool import SturdyPool, TaskLostError
from core.jobs.work import Workers, local_workers, work_through


def triple(number: int) -> int:
    return 3 * number


def die_at_first(signs: Path, number: int) -> int:
    """Ends its process the first time it meets a multiple of 3, and always at 4."""
    sign = signs / f"{number}-{os.getpid()}"
    if number == 4 or (number % 3 == 0 and not list(signs.glob(f"{number}-*"))):
        sign.touch()
        os._exit(7)
    return 3 * number


def never() -> bool:
    return False


@pytest.mark.parametrize("n_workers", [1, 2])
def test_every_task_is_done_once(n_workers: int) -> None:
    with local_workers(20, n_workers) as workers:
        done = {each.task: each.result for each in work_through(triple, range(20), workers, stop_requested=never)}
    assert done == {number: 3 * number for number in range(20)}
    assert (workers.executor is None) == (n_workers == 1)


def test_a_few_tasks_start_no_process() -> None:
    with local_workers(4) as workers:
        assert workers == Workers()


def test_a_task_whose_process_dies_is_tried_once_more(tmp_path: Path) -> None:
    with SturdyPool(2) as pool:
        found = list(work_through(partial(die_at_first, tmp_path), range(1, 8), Workers(pool, 2), stop_requested=never))
    results = {each.task: each.result for each in found}
    assert len(found) == 7
    assert isinstance(results.pop(4), TaskLostError)
    assert results == {number: 3 * number for number in (1, 2, 3, 5, 6, 7)}
    assert len(list(tmp_path.glob("4-*"))) == 2  # twice, by two processes


@pytest.mark.parametrize("n_places", [0, 1])
def test_after_a_stop_no_task_is_begun(n_places: int) -> None:
    begun: list[int] = []

    def tasks():
        for number in range(100):
            begun.append(number)
            yield number

    with SturdyPool(1) as pool:
        workers = Workers(pool, 1) if n_places else Workers()
        seen = []
        for done in work_through(triple, tasks(), workers, stop_requested=lambda: len(seen) >= 2):
            seen.append(done.task)
    # What was begun is finished, and that is no more than may wait at any time. In this process a task is drawn from
    # the tasks before the stop is looked at.
    assert sorted(seen) == begun[: len(seen)]
    assert 2 <= len(seen) <= 2 + 4 * n_places
    assert len(begun) - len(seen) == (0 if n_places else 1)
