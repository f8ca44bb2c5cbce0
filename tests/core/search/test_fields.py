"""What can be searched: fields of a training, their ranges as typed, and a search as it is written."""

from dataclasses import replace
from typing import Any

import pytest

from core.errors import ConfigError, RunError
from core.models.architectures import CnnConfig
from core.recipe.config import TrainingConfig
from core.search.fields import change_fields, layer_sizes, read_field, searchable_fields
from core.search.spec import Range, SearchSpec, load_spec, parse_ranges, save_spec, search_spec_from_dict
from core.search.study import list_searches, load_search


def cnn(**changes: Any) -> TrainingConfig:
    return TrainingConfig(collection_id="tiny", genres=("a", "b"), **changes)


@pytest.mark.parametrize(
    ("like", "depth", "width", "sizes"),
    [
        ((16, 32), 3, 8, (8, 16, 32)),
        ((64, 64), 3, 8, (8, 8, 8)),
        ((128, 64), 3, 32, (32, 16, 8)),
        ((16, 32), 3, 512, (512, 512, 512)),
        ((), 2, 64, (64, 64)),
        ((64,), 0, 64, ()),
    ],
)
def test_sizes_of_layers_grow_as_before(like: tuple[int, ...], depth: int, width: int, sizes: tuple[int, ...]) -> None:
    assert layer_sizes(like, depth, width) == sizes


def test_settings_are_changed_all_at_once() -> None:
    config = cnn()
    values = {"learning_rate": 0.01, "model.filters.depth": 3, "model.filters.width": 8, "model.dropout": 0.5}
    changed = change_fields(config, values)
    assert changed.learning_rate == 0.01
    assert changed.model == replace(CnnConfig(), filters=(8, 16, 32), dropout=0.5)
    assert {path: read_field(changed, path) for path in values} == values
    assert replace(changed, learning_rate=config.learning_rate, model=config.model) == config
    with pytest.raises(ConfigError, match="smaller than the 3 x 3 kernel"):
        change_fields(config, {"model.filters.depth": 6})
    with pytest.raises(ConfigError, match=r"no setting 'model\.units'"):
        change_fields(config, {"model.units": (3,)})


def test_what_is_offered_is_what_the_training_has() -> None:
    offered = {field.path: field for field in searchable_fields(cnn())}
    assert {"learning_rate", "model.filters.depth", "model.kernel"} <= set(offered)
    assert not {"model.units.depth", "segments.length_s"} & set(offered)
    for field in offered.values():
        assert field.options or field.low < field.high
        read_field(cnn(), field.path)


def test_ranges_are_read_as_typed() -> None:
    assert parse_ranges(["learning_rate=1e-4:1e-2:log", "model.kernel=3,5", "model.dense.width=8:64"]) == (
        Range(path="learning_rate", low=1e-4, high=1e-2, log=True),
        Range(path="model.kernel", options=(3, 5)),
        Range(path="model.dense.width", low=8, high=64),
    )
    assert parse_ranges(["model.batch_norm=true,false"])[0].options == (True, False)
    for text, problem in {
        "learning_rate": "PATH=LOW:HIGH",
        "x=1:2:lin": "at most 'log'",
        "x=a:b": "Expected numbers",
        "x=2:1": "range from low to high",
        "x=0:1:log": "starts above 0",
        "x=3,3": "different values",
    }.items():
        with pytest.raises(ConfigError, match=problem):
            parse_ranges([text])


def test_a_search_is_checked_and_written() -> None:
    ranges = parse_ranges(["learning_rate=1e-4:1e-2:log"])
    spec = SearchSpec(config=cnn(), ranges=ranges, minutes=3.5, n_trials=7, objective="loss", seed=1)
    assert search_spec_from_dict(spec.to_dict()) == spec
    save_spec("search-1", spec)
    assert load_spec("search-1") == spec
    assert list_searches() == ("search-1",)
    assert load_search("search-1").trials == ()
    with pytest.raises(ConfigError, match="needs a budget"):
        SearchSpec(config=cnn(), ranges=ranges)
    with pytest.raises(ConfigError, match="no setting 'nonsense'"):
        SearchSpec(config=cnn(), ranges=parse_ranges(["nonsense=1:2"]), n_trials=1)
    with pytest.raises(RunError, match="no search 'other'"):
        load_spec("other")
    with pytest.raises(RunError, match="letters, digits"):
        load_spec("../x")
