import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.cost.memory import estimate_memory
from core.models.architectures import FfnnConfig
from core.recipe.config import TrainingConfig
from core.settings import REPOSITORY
from core.splits.config import SplitConfig


def test_memory_of_a_small_network_is_what_one_counts_by_hand() -> None:
    config = TrainingConfig(
        collection_id="any", genres=("a", "b"), model=FfnnConfig(units=(10,)), batch_size=4, epochs=1
    )
    memory = estimate_memory(config)
    n_inputs = 128 * 660
    n_parameters = n_inputs * 10 + 10 + 10 * 2 + 2
    assert memory.weights == 4 * n_parameters
    assert memory.batch == 4 * 4 * (n_inputs + 10 + 2) * 2  # 4 bytes, 4 clips, outputs and their gradients
    assert memory.training > 11 * memory.weights  # weights, gradients, two moments, those kept, a checkpoint of all
    assert memory.clips == 0
    assert memory.total == memory.program + memory.training + memory.batch


def test_only_the_batch_grows_with_the_batch_size() -> None:
    config = TrainingConfig(collection_id="any", genres=("a", "b"), batch_size=8)
    small, large = estimate_memory(config), estimate_memory(replace(config, batch_size=16))
    assert large.weights == small.weights
    assert large.batch == 2 * small.batch


def test_clips_are_held_as_they_are_stored_unless_their_part_is_too_large() -> None:
    config = TrainingConfig(collection_id="any", genres=("a", "b"))
    of_clip = 128 * 660 * 2
    assert estimate_memory(config, 100, 20).clips == 120 * of_clip
    assert estimate_memory(config, 2_000, 20).clips == 20 * of_clip
    together = replace(config, train_on_validation=True)
    assert estimate_memory(together, 1_500, 200).clips == 0
    tenths = replace(config, split=SplitConfig(protocol="segment-random", n_excerpts=10))
    assert estimate_memory(tenths, 100, 20).clips == 120 * of_clip // 10


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="the peak is read from /proc")
@pytest.mark.parametrize("preset", ["study-ffnn", "study-cnn"])
def test_the_process_of_a_training_takes_what_was_estimated(preset: str, home: Path) -> None:
    """A training with its checkpoint, its test and its files, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.training_memory", preset],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    measured, estimated = (float(figure) for figure in done.stdout.split())
    assert 0.75 < estimated / measured < 1.25
