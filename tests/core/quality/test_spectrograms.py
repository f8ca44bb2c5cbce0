from pathlib import Path

import numpy as np
import pytest

from core.errors import FeatureError
from core.quality.spectrograms import exact_repeats


def noise(n_clips: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n_clips, 16, 60))


def test_scale_offset_and_rounding_do_not_hide_a_repeat() -> None:
    values = noise(6)
    values[4] = np.round(40 * values[1] + 128)
    [repeat] = exact_repeats(values)
    assert (repeat.first, repeat.second) == (1, 4)
    assert repeat.correlation > 0.999


def test_alike_is_not_exact() -> None:
    values = noise(3)
    values[2] = values[0] + 0.1 * noise(1, seed=1)[0]
    assert np.corrcoef(values[2].ravel(), values[0].ravel())[0, 1] > 0.99
    assert exact_repeats(values) == []


def test_only_equal_renderings_are_compared() -> None:
    values = noise(2)
    values[1] = values[0]
    assert exact_repeats(values, renderings=["A", "B"]) == []
    assert len(exact_repeats(values, renderings=["A", "A"])) == 1


def test_silence_repeats_nothing() -> None:
    assert exact_repeats(np.zeros((3, 16, 60))) == []


def test_what_is_no_set_of_spectrograms_is_refused() -> None:
    with pytest.raises(FeatureError, match="shape"):
        exact_repeats(np.zeros((3, 16)))
    with pytest.raises(FeatureError, match="2 renderings"):
        exact_repeats(noise(2), renderings=["A"])


def test_all_known_repeats_of_gtzan_are_found_and_no_other(shared: Path) -> None:
    import csv

    stored = np.load(shared / "data" / "gtzan_spectrograms.npz")
    names = [str(name) for name in stored["clip"]]
    with (shared / "facts" / "gtzan_facts.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    groups: dict[str, list[str]] = {}
    for row in rows:
        if row["exact_repeat_of_group"]:
            groups.setdefault(row["exact_repeat_of_group"], []).append(row["clip"])
    known = {tuple(sorted(group)) for group in groups.values()}
    assert len(known) == 14
    found = exact_repeats(stored["level"], renderings=[str(one) for one in stored["rendering"]])
    assert {tuple(sorted((names[repeat.first], names[repeat.second]))) for repeat in found} == known
    assert len(found) == 14
