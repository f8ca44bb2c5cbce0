"""Extraction on a Dask cluster that has nothing of Genre Lab: README's commands, in another folder, on loopback."""

import inspect
import os
import pickle
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.audio import read_audio
from core.cli.main import main
from core.clips.collection import Collection
from core.errors import ClusterError
from core.extraction.extract import Unseen, extract, transform_clip_there
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from core.features.musicnn import MusicnnFeatures
from core.jobs.cluster import absence, at_worker, code, executor
from core.jobs.cluster.executor import cluster_executor
from core.jobs.reporter import ProgressReporter
from tests.waiting import LIMIT_S, until

MEL = MelSpectrogram(n_mels=16, n_frames=40)
DASK = Path(sys.executable).with_name("dask")


@dataclass
class Cluster:
    """Address of a scheduler, and what was started as its workers: each keeps a worker, and starts it again."""

    address: str
    keepers: list["subprocess.Popen[bytes]"]


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of Dask that can import nothing of Genre Lab."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "GENRE_LAB_HOME")}
    with (folder / f"{arguments[0]}.log").open("ab") as log:
        process = subprocess.Popen([DASK, *arguments], cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()  # the keeper of a worker ends it, too
        process.wait(LIMIT_S)


@contextmanager
def cluster_of(folder: Path, *worker_options: str, n_workers: int = 1) -> Iterator[Cluster]:
    folder.mkdir()
    with ExitStack() as stack:
        stack.enter_context(started(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"))
        log = folder / "scheduler.log"
        address = until(lambda: re.search(r"tcp://127\.0\.0\.1:\d+", log.read_text()), explain=log.read_text)[0]
        keepers = [stack.enter_context(started(folder, "worker", address, *worker_options)) for _ in range(n_workers)]
        yield Cluster(address, keepers)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and two workers, as two other machines would run them."""
    with cluster_of(tmp_path / "elsewhere", n_workers=2) as cluster:
        yield cluster


class KillAfter(ProgressReporter):
    """Kills a process once some clips are done."""

    def __init__(self, n: int, victim: int) -> None:
        super().__init__()
        self._n, self._victim = n, victim

    def advance(self, done: float, **_: object) -> None:
        if done == self._n:
            os.kill(self._victim, signal.SIGKILL)


def stored(collection: Collection) -> np.ndarray:
    return FeatureStore(collection.id, MEL).load(collection.clips)


def expected(collection: Collection) -> np.ndarray:
    return np.stack([MEL.transform(read_audio(clip.path))[0] for clip in collection.clips if clip.path])


def test_a_worker_killed_in_the_middle_changes_nothing(tiny_collection: Collection, cluster: Cluster) -> None:
    with cluster_executor(cluster.address) as executor:
        until(lambda: executor.count_workers() == 2)
        worker = executor.submit(os.getppid).result()  # tasks run in its child
    assert worker not in {keeper.pid for keeper in cluster.keepers} | {os.getpid()}
    report = extract(tiny_collection, [MEL], dask_address=cluster.address, reporter=KillAfter(4, worker))
    assert (report.n_extracted, report.failures) == (24, {})
    np.testing.assert_array_equal(stored(tiny_collection), expected(tiny_collection))
    # The same by the command, with one of the two gone for good.
    cluster.keepers[0].kill()
    grown = replace(tiny_collection, clips=tiny_collection.clips[:0])
    assert extract(grown, [MEL], dask_address=cluster.address).n_extracted == 0
    assert main(["extract", "--collection", tiny_collection.id, "--dask", cluster.address]) == 0


def test_what_a_cluster_lacks_is_one_line(
    tiny_collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refusal() -> str:
        assert main(["extract", "--collection", tiny_collection.id, "--dask", cluster.address, "--json"]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        return error

    with cluster_of(tmp_path / "elsewhere", "--nthreads", "1") as cluster:
        read = at_worker.read_versions
        with monkeypatch.context() as patched:
            patched.setattr(at_worker, "read_versions", lambda names: read(names) | {"soxr": "0.0.1"})
            assert re.search(r"The worker tcp://\S+ has soxr \S+ \(here 0\.0\.1\)\. Install the same", refusal())
            # One that came later is asked before its first task.
            patched.setattr(executor, "_checked_versions", lambda *_: {"soxr": "0.0.1"})
            assert re.search(r"The worker tcp://\S+ on \S+ has soxr \S+ \(here 0\.0\.1\)\. Install the same", refusal())
        assert FeatureStore(tiny_collection.id, MEL).index() == {}
        cluster.keepers[0].terminate()
        cluster.keepers[0].wait(LIMIT_S)
        monkeypatch.setattr(executor, "_CONNECT_S", 1.0)
        assert f"has no worker. Start one or more with `dask worker {cluster.address}`" in refusal()


def test_workers_lost_for_good_end_the_extraction(
    tiny_collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absence, "ALONE_S", 0.0)
    with cluster_of(tmp_path / "elsewhere", "--nthreads", "1", "--no-nanny") as cluster:
        killing = KillAfter(4, cluster.keepers[0].pid)
        with pytest.raises(
            ClusterError, match=r"no longer has a worker\. Start it again with its workers, then repeat"
        ):
            extract(tiny_collection, [MEL], dask_address=cluster.address, reporter=killing)
    # What was done is kept.
    assert 4 <= len(FeatureStore(tiny_collection.id, MEL).index()) < 24
    assert extract(tiny_collection, [MEL], n_workers=1).failures == {}
    np.testing.assert_array_equal(stored(tiny_collection), expected(tiny_collection))


def test_a_worker_that_does_not_see_a_file_is_no_fault_of_the_file(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.extraction import extract as extraction

    clip = tiny_collection.clips[0]
    assert clip.path is not None
    other = replace(clip, path=clip.path.with_name("not-there.flac"))
    unseen = transform_clip_there(other, [MEL])
    assert unseen == Unseen(socket.gethostname(), "No such file or directory")
    changed = transform_clip_there(replace(clip, size_bytes=7), [MEL])
    assert isinstance(changed, Unseen)
    assert re.fullmatch(r"a file of [\d,]+ bytes is there instead of 7", changed.problem)
    with pytest.raises(
        ClusterError, match=r"The worker on node7 cannot read .*bass\.00000\.flac \(No such file\), which"
    ):
        extraction._seen_here(clip, Unseen("node7", "No such file"), [MEL])
    assert "not-there.flac" in str(extraction._seen_here(other, Unseen("node7", "No such file"), [MEL]))


def test_the_trained_ears_hear_the_same_on_a_cluster(tiny_collection: Collection, tmp_path: Path, ears: None) -> None:
    heard = MusicnnFeatures(layer="tags")
    few = replace(tiny_collection, clips=tiny_collection.clips[:6])
    with cluster_of(tmp_path / "elsewhere", "--nthreads", "1") as cluster:
        assert extract(few, [heard], dask_address=cluster.address).failures == {}
    there = FeatureStore(few.id, heard).load(few.clips)
    here = [heard.transform(read_audio(clip.path, sr_hz=heard.sr_hz))[0] for clip in few.clips if clip.path]
    np.testing.assert_allclose(there, np.stack(here), atol=1e-6)


def test_a_worker_without_the_trained_ears_is_no_fault_of_the_file(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.ears.weights.package_folder", lambda: None)
    with pytest.raises(ClusterError, match=r"The worker on \S+ cannot compute Trained ears .* pip install --no-deps"):
        transform_clip_there(tiny_collection.clips[0], [MusicnnFeatures()])


def pickled(function: Any, *arguments: Any) -> bytes:
    return pickle.dumps((function, arguments, {}))


def test_a_task_that_ends_its_process_costs_the_worker_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    memory = SimpleNamespace(memory_limit=None)
    side = at_worker.WorkerSide(code.pack_code(), "some-code", {})
    side.setup(SimpleNamespace(address="tcp://10.0.0.7:4000", memory_manager=memory))

    def answer(*task: Any, limit_s: float | None = None) -> tuple[str, Any]:
        outcome, told = side.call(pickled(*task), limit_s)
        return outcome, pickle.loads(told) if outcome == "done" else told  # noqa: S301

    outcome, (succeeded, first) = answer(os.getpid)
    assert (outcome, succeeded) == ("done", True)
    assert answer(os.getpid) == ("done", (True, first))  # the same process goes on
    # The code that came along, and no other, is what it works with.
    (folder,) = tmp_path.glob("genre-lab-code-*/some-code")
    assert answer(inspect.getfile, ClusterError) == ("done", (True, str(folder / "core" / "errors.py")))
    assert "ZeroDivisionError" in repr(answer(divmod, 1, 0)[1])
    assert answer(os._exit, 3) == ("lost", f"its process on {socket.gethostname()} ended with code 3")
    assert answer(signal.raise_signal, signal.SIGKILL)[1].endswith("was ended by signal 9")
    assert answer(time.sleep, LIMIT_S, limit_s=0.1) == ("lost", "it was given up after its time limit")
    memory.memory_limit = 10e6
    outcome, told = answer(os.getpid)
    assert outcome == "unfit"
    assert told.startswith(
        f"The worker tcp://10.0.0.7:4000 on {socket.gethostname()} needs more memory than its limit of"
    )
    memory.memory_limit = None
    assert answer(os.getpid)[0] == "done"
    side.teardown(None)
    # What a cleaner of temporary files has taken is put back.
    taken = next(tmp_path.glob("genre-lab-code-*/some-code/core/errors.py"))
    taken.unlink()
    again = at_worker.WorkerSide(code.pack_code(), "some-code", {})
    again.setup(SimpleNamespace(address="tcp://10.0.0.7:4000"))
    assert again.call(pickled(os.getpid), None)[0] == "done"
    assert taken.exists()
    again.teardown(None)


def test_the_code_is_the_same_bytes_each_time_and_another_name_for_other_versions() -> None:
    packed = code.pack_code()
    code.pack_code.cache_clear()
    assert code.pack_code() == packed
    assert len(packed) < 2_000_000
    names = [code.worker_side({"numpy": version})[0] for version in ("2.4.6", "2.4.6", "2.4.7")]
    assert names[0] == names[1] != names[2]


def test_differences_of_versions_are_told_in_words() -> None:
    here = {"Python": "3.11", "numpy": "2.4.6", "soxr": "1.0.0"}
    assert at_worker.differences(here, here) == ""
    there = {"Python": "3.12", "numpy": "2.4.6", "soxr": ""}
    assert at_worker.differences(there, here) == "Python 3.12 (here 3.11), no soxr (here 1.0.0)"


def test_an_address_where_nobody_answers_is_said(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(executor, "_CONNECT_S", 1.0)
    with pytest.raises(ClusterError, match="No Dask scheduler answers at tcp://127"):
        extract(tiny_collection, [MEL], dask_address="tcp://127.0.0.1:9")
    for address in ("nonsense", "tcp://127.0.0.1", "tcp://127.0.0.1:x", "http://127.0.0.1:9"):
        assert main(["extract", "--collection", tiny_collection.id, "--dask", address, "--json"]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert "Expected a Dask scheduler's address" in error
