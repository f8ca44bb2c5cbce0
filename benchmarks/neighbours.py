"""Nearest clips: 100,000 clips of 200 units, one core."""

import tracemalloc
from collections.abc import Iterator
from statistics import median
from time import process_time

import numpy as np

from benchmarks.timing import Result, within
from core.embeddings.neighbours import NeighbourIndex

N_CLIPS, N_UNITS, N_NEAREST = 100_000, 200, 10
LIMIT_S = 0.05


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one; time of the processor, which others on the machine hardly change."""
    rng = np.random.default_rng(0)
    names = [f"clip.{number:06}" for number in range(N_CLIPS)]
    embeddings = rng.normal(size=(N_CLIPS, N_UNITS)).astype(np.float32)
    index = NeighbourIndex(names, embeddings)
    queries = rng.normal(size=(3 if quick else 50, N_UNITS)).astype(np.float32)
    index.nearest(queries[0], N_NEAREST)
    taken = []
    for query in queries:
        start = process_time()
        index.nearest(query, N_NEAREST)
        taken.append(process_time() - start)
    yield within(f"The {N_NEAREST} nearest of {N_CLIPS:,} clips, {N_UNITS} units, median", median(taken), LIMIT_S)
    yield within("The same, the slowest query", max(taken), LIMIT_S)
    tracemalloc.start()
    index.nearest(queries[0], N_NEAREST)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    yield Result(name="Memory of a query besides the index of 80 MB", ours_s=peak / 2**20, unit="MiB")
