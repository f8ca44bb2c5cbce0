"""What the trained ears hear in a clip of 30 s: with NumPy, against the same network in Keras."""

from collections.abc import Iterator

import numpy as np

from benchmarks.timing import Result, compare
from core.ears.network import N_MELS, PATCH_FRAMES, trained_network
from core.ears.weights import load_weights
from core.exchange import ears_network

N_PATCHES = 10
"""Of a clip of 30 s."""


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    patches = np.random.default_rng(0).uniform(0, 3, (N_PATCHES, PATCH_FRAMES, N_MELS)).astype(np.float32)
    ours, keras_network = trained_network("msd"), ears_network.build(load_weights("msd"))
    yield compare(
        "Trained ears on a clip of 30 s, loaded",
        lambda: ours.hear(patches),
        "the same network in Keras",
        lambda: keras_network.predict_on_batch(patches),
        n_rounds=3 if quick else 9,
    )
