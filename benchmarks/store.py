"""Extraction and its store: what is there already costs nothing, additions cost themselves, two processes do twice."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.made_clips import write_collection
from benchmarks.timing import Result, seconds, within
from core.collections.registry import import_folder, rescan_collection
from core.features.extraction import extract
from core.features.frontends import GtzanTableFeatures, MelSpectrogram, NumericFeatures

FRONT_ENDS = (MelSpectrogram(), NumericFeatures())


@contextmanager
def _home() -> Iterator[Path]:
    """A home of the benchmark's own, taken away afterwards."""
    before = os.environ.get("GENRE_LAB_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GENRE_LAB_HOME"] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["GENRE_LAB_HOME"]
            else:
                os.environ["GENRE_LAB_HOME"] = before


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    n_clips = 100 if quick else 1000
    with _home() as home:
        folder = write_collection(home / "data" / "many", n_clips, duration_s=1.0)
        collection = import_folder(folder)
        whole_s = seconds(lambda: extract(collection, FRONT_ENDS, n_workers=1))
        again_s = seconds(lambda: extract(collection, FRONT_ENDS, n_workers=1))
        yield within(f"Second run over {n_clips:,} clips, nothing changed", again_s, 2.0)
        write_collection(folder, 10, duration_s=1.0, first=n_clips)
        grown = rescan_collection(collection.id)
        added_s = seconds(lambda: extract(grown, FRONT_ENDS, n_workers=1))
        yield Result(
            name=f"10 clips added to {n_clips:,}",
            ours_s=added_s,
            other=f"all {n_clips + 10:,} anew",
            other_s=whole_s,
            ratio=whole_s / added_s,
        )
    # Long enough for the start of the processes, about a second, not to matter.
    n_long = 12 if quick else 400
    taken_s: dict[int, float] = {}
    for n_workers in (1, 2):
        with _home() as home:
            folder = write_collection(home / "data" / "long", n_long, duration_s=30.0, n_distinct=min(n_long, 20))
            collection = import_folder(folder)
            taken_s[n_workers] = seconds(
                partial(extract, collection, (*FRONT_ENDS, GtzanTableFeatures()), n_workers=n_workers)
            )
    ratio = taken_s[1] / taken_s[2]
    yield Result(
        name=f"Two workers, three feature sets of {n_long} clips of 30 s",
        ours_s=taken_s[2],
        other="one worker",
        other_s=taken_s[1],
        ratio=ratio,
        goal="at least 1.8 times",
        met=ratio >= 1.8,
    )
