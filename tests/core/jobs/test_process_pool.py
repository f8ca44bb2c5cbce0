"""A worker process that dies or hangs costs its own task and no other."""

import os
import signal
import time
from concurrent.futures import wait
from pathlib import Path

import pytest

from core.errors import JobError
from core.jobs.process_pool import SturdyPool, TaskLostError
from tests.waiting import LIMIT_S, until


def double(number: int) -> int:
    return 2 * number


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def quit_with(code: int) -> None:
    os._exit(code)


def begin_and_hang(sign: Path) -> None:
    sign.touch()
    while True:
        time.sleep(1)


def refuse() -> None:
    raise ValueError("no")


def unsendable() -> object:
    return lambda: None


def test_results_and_exceptions_come_back():
    with SturdyPool(1) as pool:
        assert list(pool.map(double, range(20))) == [2 * number for number in range(20)]
        assert isinstance(pool.submit(refuse).exception(), ValueError)
        assert pool.submit(unsendable).exception() is not None
        assert pool.submit(double, 4).result() == 8


def test_a_lost_process_costs_its_own_task_only(tmp_path):
    with SturdyPool(2, limit_s=4) as pool:
        good = [pool.submit(double, number) for number in range(5)]
        bad = [pool.submit(die, signal.SIGSEGV), pool.submit(quit_with, 3)]
        bad.append(pool.submit(begin_and_hang, tmp_path / "begun"))
        good += [pool.submit(double, number) for number in range(5, 10)]
        assert not wait([*good, *bad], timeout=LIMIT_S).not_done
        assert [future.result() for future in good] == [2 * number for number in range(10)]
        reasons = [str(future.exception()) for future in bad]
        assert all(isinstance(future.exception(), TaskLostError) for future in bad)
        assert reasons == ["its process was ended by signal 11", "its process ended with code 3", "given up after 4 s"]


def test_a_task_that_is_done_is_never_blamed_for_the_death_in_the_next_one():
    with SturdyPool(2) as pool:
        futures = [pool.submit(*task) for _ in range(15) for task in ((double, 1), (quit_with, 3), (double, 2))]
        found = [future.result(LIMIT_S) if future.exception(LIMIT_S) is None else "lost" for future in futures]
    assert found == [2, "lost", 4] * 15


def test_what_is_queued_can_be_called_off(tmp_path):
    pool = SturdyPool(1)
    first = pool.submit(begin_and_hang, tmp_path / "begun")
    until((tmp_path / "begun").exists)
    queued = [pool.submit(double, 1) for _ in range(3)]
    pool.shutdown(cancel_futures=True)
    assert all(future.cancelled() for future in queued)
    with pytest.raises(TaskLostError, match="called off"):
        first.result()
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(double, 1)


def fail_to_start() -> None:
    os._exit(5)


def test_a_process_that_cannot_start_is_not_the_task_s_fault():
    with (
        SturdyPool(1, initializer=fail_to_start) as pool,
        pytest.raises(JobError, match=r"could not be started .*code 5"),
    ):
        pool.submit(double, 1).result(LIMIT_S)
