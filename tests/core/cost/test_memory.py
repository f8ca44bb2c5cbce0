from dataclasses import replace

from core.cost.memory import estimate_memory
from core.models.architectures import FfnnConfig
from core.recipe.config import TrainingConfig


def test_memory_of_a_small_network_is_what_one_counts_by_hand() -> None:
    config = TrainingConfig(
        collection_id="any", genres=("a", "b"), model=FfnnConfig(units=(10,)), batch_size=4, epochs=1
    )
    memory = estimate_memory(config)
    n_inputs = 128 * 660
    n_parameters = n_inputs * 10 + 10 + 10 * 2 + 2
    assert memory.weights == 4 * n_parameters
    assert memory.training == 4 * memory.weights  # weights, gradients, two moments of Adam
    assert memory.batch == 4 * 4 * (n_inputs + 10 + 2) * 2  # 4 bytes, 4 clips, outputs and their gradients
    assert memory.total == memory.training + memory.batch


def test_only_the_batch_grows_with_the_batch_size() -> None:
    config = TrainingConfig(collection_id="any", genres=("a", "b"), batch_size=8)
    small, large = estimate_memory(config), estimate_memory(replace(config, batch_size=16))
    assert large.weights == small.weights
    assert large.batch == 2 * small.batch
