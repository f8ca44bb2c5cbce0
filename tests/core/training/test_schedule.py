"""The course of the learning rate, by hand."""

from dataclasses import replace

import pytest

from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.recipe.settings import OptimisationConfig
from core.training.schedule import learning_rate, n_plateaus


def config(**settings: object) -> TrainingConfig:
    made = PRESETS["study-cnn"].configure("c", ("a", "b"), epochs=10, learning_rate=0.1)
    return replace(made, optimisation=OptimisationConfig(**settings))


def test_courses() -> None:
    assert learning_rate(config(), 7.3) == 0.1
    cosine = config(schedule="cosine", warm_up_epochs=2)
    assert [learning_rate(cosine, at) for at in (1, 2, 6, 10)] == pytest.approx([0.05, 0.1, 0.05, 0.0])
    assert 0 < learning_rate(cosine, 0) < 0.001
    step = config(schedule="step", step_epochs=3, factor=0.5)
    assert [learning_rate(step, at) for at in (0, 2.9, 3, 9.5)] == pytest.approx([0.1, 0.1, 0.05, 0.0125])
    plateau = config(schedule="plateau", step_epochs=2, factor=0.1)
    assert learning_rate(plateau, 4, [1.0, 0.9, 0.95, 0.92]) == pytest.approx(0.01)


def test_plateaus_are_counted_anew_after_each() -> None:
    assert n_plateaus([], 2) == 0
    assert n_plateaus([3, 2, 1], 2) == 0
    assert n_plateaus([1, 1, 1], 2) == 1
    assert n_plateaus([1, 1, 1, 1, 1], 2) == 2
    assert n_plateaus([1, 1, 0.5, 1, 1], 2) == 1
