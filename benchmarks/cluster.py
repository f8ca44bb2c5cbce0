"""Extraction on a Dask cluster of 1, 2 and 4 workers, started as README says, in a folder of their own.

On one machine its cores bound what more workers can gain. So it is measured once more with features that only sleep, as
if each worker had a core of its own: what is then lost to the ideal is what the cluster itself costs. Features that
take no time show what each clip costs the one client, which also stores, and the one scheduler, in seconds of CPU:
that bounds the clips a second, whatever the number of machines, and a busy machine does not change it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.made_clips import write_collection
from benchmarks.timing import Result
from core.clips.collection import Collection
from core.dsp.analysis import ClipAnalysis
from core.extraction.extract import ExtractionReport, extract
from core.extraction.store import FeatureStore
from core.features.base import AudioFrontEnd, Features
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from core.settings import REPOSITORY

N_WORKERS = (1, 2, 4)
SLEEP_S = 0.2
N_DISTINCT = 10
_START_S = 60.0


@dataclass(frozen=True, kw_only=True)
class SleepingMel(MelSpectrogram):
    """As large as a mel spectrogram, computed by waiting."""

    sleep_s: float = SLEEP_S

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[Any], int]:
        """Zeros, after a while."""
        time.sleep(self.sleep_s)
        return np.zeros(self.shape, dtype=self.dtype), self.n_frames


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    n_clips = 24 if quick else 200
    real: tuple[AudioFrontEnd, ...] = (MelSpectrogram(), NumericFeatures(), GtzanTableFeatures())
    yield from _rows("three feature sets of 30 s clips", n_clips // 4, 30.0, real)
    yield from _rows(f"features that sleep {SLEEP_S:g} s", n_clips, 0.1, (SleepingMel(),))
    yield from _rows("features that take no time", 5 * n_clips, 0.1, (SleepingMel(sleep_s=0.0),), only=(4,))


def _rows(
    what: str, n_clips: int, duration_s: float, front_ends: tuple[AudioFrontEnd, ...], only: tuple[int, ...] = N_WORKERS
) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"GENRE_LAB_HOME": folder}):
        clips = write_collection(Path(folder) / "data" / "far", n_clips, duration_s=duration_s, n_distinct=N_DISTINCT)
        collection = import_folder(clips)
        one_s = 0.0
        for n_workers in only:
            with started_cluster(n_workers) as cluster:
                taken = _extracted(collection, front_ends, cluster)
            taken_s = taken.wall_s
            one_s = one_s or taken_s
            yield Result(
                name=f"Cluster of {n_workers}: {n_clips} clips, {what}",
                ours_s=taken_s,
                other=f"one worker; here {n_clips / taken_s:.1f} clips a second",
                other_s=one_s if n_workers != only[0] else None,
                ratio=one_s / taken_s if n_workers != only[0] else None,
            )
            if not front_ends[0].to_dict().get("sleep_s", 1.0):
                for who, cpu_s in (("client and store", taken.client_cpu_s), ("scheduler", taken.scheduler_cpu_s)):
                    yield Result(
                        name=f"the same, CPU of the {who} a clip",
                        ours_s=cpu_s / n_clips,
                        other=f"so at most {n_clips / cpu_s:,.0f} clips a second",
                    )


@dataclass(frozen=True)
class Taken:
    """Seconds of an extraction: on the clock, and of the CPU in this process and in the scheduler."""

    wall_s: float
    client_cpu_s: float
    scheduler_cpu_s: float


def _extracted(collection: Collection, front_ends: tuple[Features, ...], cluster: "Started") -> Taken:
    """What an extraction takes, after a short one that has the workers import what they need."""
    report = ExtractionReport()
    for clips in (collection.clips[:N_DISTINCT], collection.clips):
        for front_end in front_ends:
            shutil.rmtree(FeatureStore(collection.id, front_end).folder, ignore_errors=True)
        before = time.perf_counter(), time.process_time(), cluster.scheduler_cpu_s()
        report = extract(replace(collection, clips=clips), front_ends, dask_address=cluster.address)
        after = time.perf_counter(), time.process_time(), cluster.scheduler_cpu_s()
    if report.n_extracted != len(collection.clips) or report.failures:
        raise SystemExit(f"{report.n_extracted} of {len(collection.clips)} clips were extracted.")
    return Taken(*(end - start for start, end in zip(before, after, strict=True)))


@dataclass(frozen=True)
class Started:
    """A cluster's address, and the process of its scheduler."""

    address: str
    scheduler_pid: int

    def scheduler_cpu_s(self) -> float:
        """Seconds of the CPU that the scheduler has used."""
        used = psutil.Process(self.scheduler_pid).cpu_times()
        return float(used.user + used.system)


@contextmanager
def started_cluster(n_workers: int) -> Iterator[Started]:
    """A scheduler with so many workers of one thread each."""
    dask = Path(sys.executable).with_name("dask")
    # Only core goes along by itself: the features that sleep are found by this.
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        log = Path(folder) / "scheduler.log"

        def start(*arguments: str) -> int:
            with log.open("ab") as stream:
                process = subprocess.Popen(
                    [dask, *arguments], cwd=folder, env=environment, stdout=stream, stderr=subprocess.STDOUT
                )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process.pid

        pid = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        address = _awaited(log, r"tcp://127\.0\.0\.1:\d+", 1)
        for _ in range(n_workers):
            start("worker", address, "--nthreads", "1")
        _awaited(log, r"Registered to", n_workers)
        yield Started(address, pid)


def _awaited(log: Path, pattern: str, n_times: int) -> str:
    until_s = time.monotonic() + _START_S
    while len(found := re.findall(pattern, log.read_text(errors="replace"))) < n_times:
        if time.monotonic() > until_s:
            raise SystemExit(f"The cluster did not start:\n{log.read_text(errors='replace')[-1000:]}")
        time.sleep(0.1)
    return str(found[0])
