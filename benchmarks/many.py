"""Songs of four minutes judged by ``python -m core classify``: songs a minute, processor time, memory of all processes.

By models that come with Genre Lab: trained ears (without TensorFlow), a CNN (with it), and all together; each on the
cores of the machine.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import psutil
import soundfile

from benchmarks.made_clips import made_samples
from benchmarks.timing import Result
from core.ears.weights import why_missing
from core.runs.shipped import shipped_runs

SONG_S, SR_HZ = 240.0, 44_100
N_SONGS, N_SONGS_QUICK = 40, 4
MOST_GIB = 1.5
_EVERY_S = 0.5
_WARM_UP = 0.25
"""Share of the songs after which memory is compared with the end: models are loaded, and each process has had some."""


@dataclass
class Measured:
    """What judging some songs took.

    Attributes
    ----------
    n_songs : int
    wall_s, cpu_s : float
        Of all processes, their start included.
    memory : list of (float, float)
        Seconds since the start and GiB of all processes together, what they share counted once.
    """

    n_songs: int
    wall_s: float
    cpu_s: float
    memory: list[tuple[float, float]] = field(default_factory=list)

    @property
    def peak_gib(self) -> float:
        """Most memory of all processes together."""
        return max(gib for _, gib in self.memory)

    def between(self, begin: float, end: float) -> float:
        """Most memory between two shares of the looks at it, GiB."""
        first = min(int(begin * len(self.memory)), len(self.memory) - 1)
        return max(gib for _, gib in self.memory[first : max(first + 1, int(end * len(self.memory)))])


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"GENRE_LAB_HOME": folder}):
        songs = write_songs(Path(folder) / "songs", N_SONGS_QUICK if quick else N_SONGS, 30.0 if quick else SONG_S)
        able = [one for one in shipped_runs() if one.config.trained_ears is None or not why_missing()]
        alone = [[one] for one in able if one.config.trained_ears is not None or not one.config.front_end.is_numeric]
        for panel in [*alone, able]:
            yield from results(
                " and ".join(one.config.name for one in panel), measure(songs, [one.id for one in panel])
            )


def results(who: str, measured: Measured) -> Iterator[Result]:
    """The lines of the table for one judge."""
    about = f"{measured.n_songs} songs judged by {who}"
    yield Result(
        name=f"{about}, on {os.cpu_count()} cores",
        ours_s=60 * measured.n_songs / measured.wall_s,
        unit="songs a minute",
    )
    yield Result(name=f"{about}: processor time a song", ours_s=measured.cpu_s / measured.n_songs)
    yield Result(
        name=f"{about}: at that processor time, if nothing else used the cores",
        ours_s=60 * (os.cpu_count() or 1) * measured.n_songs / measured.cpu_s,
        unit="songs a minute",
    )
    peak = measured.peak_gib
    yield Result(
        name=f"{about}: most memory of all processes",
        ours_s=peak,
        unit="GiB",
        goal=f"under {MOST_GIB:g} GiB",
        met=peak < MOST_GIB,
    )
    yield Result(
        name=f"{about}: the same in the last quarter of the time",
        ours_s=measured.between(0.75, 1.0),
        other="in the second quarter",
        ratio=measured.between(0.75, 1.0) / measured.between(_WARM_UP, 0.5),
        unit="GiB",
    )


def write_songs(folder: Path, n_songs: int, duration_s: float) -> Path:
    """Stereo songs, mp3 and FLAC by turns."""
    folder.mkdir(parents=True)
    for number in range(n_songs):
        samples = made_samples(duration_s=duration_s, sr_hz=SR_HZ, seed=number).astype("float32")
        extension = ("mp3", "flac")[number % 2]
        with soundfile.SoundFile(folder / f"{number:03d}.{extension}", "w", samplerate=SR_HZ, channels=2) as file:
            for start in range(0, len(samples), SR_HZ):
                block = samples[start : start + SR_HZ]
                file.write(block[:, None].repeat(2, axis=1) * [1.0, 0.9])
    return folder


def measure(songs: Path, run_ids: Sequence[str]) -> Measured:
    """Judge all songs of a folder by the command, watching it and the processes that it starts.

    Raises
    ------
    RuntimeError
        It failed, or a song did.
    """
    judges = [text for run_id in run_ids for text in ("--run", run_id)]
    command = [sys.executable, "-m", "core", "classify", str(songs), *judges, "--json"]
    memory: list[tuple[float, float]] = []
    began_s, before = time.monotonic(), os.times()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    done = threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, began_s, memory, done), daemon=True)
    watch.start()
    output, _ = process.communicate()
    wall_s, after = time.monotonic() - began_s, os.times()
    done.set()
    watch.join()
    said = json.loads(output)
    if process.returncode or said["n_failed"]:
        raise RuntimeError(f"{said['n_failed']} songs failed, exit code {process.returncode}.")
    cpu_s = (after.children_user + after.children_system) - (before.children_user + before.children_system)
    return Measured(said["n_songs"], wall_s, cpu_s, memory)


def _watch(pid: int, began_s: float, memory: list[tuple[float, float]], done: threading.Event) -> None:
    while not done.wait(_EVERY_S):
        try:
            root = psutil.Process(pid)
            each = [process.memory_full_info() for process in (root, *root.children(recursive=True))]
        except psutil.Error:
            continue
        # TensorFlow's own libraries, 0.3 GiB, are in memory once, whichever processes use them.
        n_bytes = sum(one.uss for one in each) + max(one.rss - one.uss for one in each)
        memory.append((time.monotonic() - began_s, n_bytes / 2**30))
