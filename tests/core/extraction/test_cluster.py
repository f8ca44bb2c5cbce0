"""Extraction on a Dask cluster: a real scheduler and workers in processes of their own, on loopback."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.cli.main import main
from core.clips.collection import Collection
from core.errors import ClusterError
from core.extraction.extract import extract
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from core.jobs.cluster import cluster_executor
from core.jobs.reporter import ProgressReporter
from core.settings import REPOSITORY
from tests.waiting import LIMIT_S, until

QUIET = "--no-dashboard"
MEL = MelSpectrogram(n_mels=16, n_frames=40)


@dataclass
class Cluster:
    """Address of a scheduler, and its two worker processes."""

    address: str
    workers: list["subprocess.Popen[bytes]"]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and two workers, as two other machines would run them."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    options = {"cwd": tmp_path, "env": environment}
    log = tmp_path / "scheduler.log"
    with log.open("wb") as stream:
        scheduler = subprocess.Popen(
            [
                sys.executable,
                *["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"],
            ],
            stdout=stream,
            stderr=subprocess.STDOUT,
            **options,
        )
    found = until(lambda: re.search(r"tcp://127\.0\.0\.1:\d+", log.read_text()), explain=log.read_text)
    command = ["-m", "distributed.cli.dask_worker", found[0], "--nthreads", "1", "--no-nanny", QUIET]
    workers = [
        subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
        for _ in range(2)
    ]
    yield Cluster(found[0], workers)
    for process in [*workers, scheduler]:
        process.kill()
        process.wait()


class KillAfter(ProgressReporter):
    """Kills a worker once some clips are done."""

    def __init__(self, n: int, victim: "subprocess.Popen[bytes]") -> None:
        super().__init__()
        self._n, self._victim = n, victim

    def advance(self, done: float, **_: object) -> None:
        if done == self._n:
            self._victim.kill()


def test_a_worker_killed_in_the_middle_changes_nothing(tiny_collection: Collection, cluster: Cluster) -> None:
    with cluster_executor(cluster.address) as executor:
        places = {executor.submit(os.getpid).result() for _ in range(20)}
    assert places <= {worker.pid for worker in cluster.workers}
    report = extract(tiny_collection, [MEL], dask_address=cluster.address, reporter=KillAfter(4, cluster.workers[0]))
    assert cluster.workers[0].wait(LIMIT_S) == -signal.SIGKILL
    assert (report.n_extracted, report.failures) == (24, {})
    there = FeatureStore(tiny_collection.id, MEL).load(tiny_collection.clips)
    expected = np.stack([MEL.transform(_samples(clip.path))[0] for clip in tiny_collection.clips])
    np.testing.assert_array_equal(there, expected)


def _samples(path: Path | None) -> np.ndarray:
    from core.audio import read_audio

    assert path is not None
    return read_audio(path)


def test_an_address_where_nobody_answers_is_said(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("core.jobs.cluster._CONNECT_S", 1.0)
    with pytest.raises(ClusterError, match="No Dask scheduler answers at tcp://127"):
        extract(tiny_collection, [MEL], dask_address="tcp://127.0.0.1:9")
    assert main(["extract", "--collection", tiny_collection.id, "--dask", "nonsense", "--json"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "Expected a Dask scheduler's address" in error
