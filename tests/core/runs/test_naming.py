"""Names of runs: made of what is trained, and never two alike."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clips.collection import Collection
from core.features.gtzan_table import GtzanTableFeatures
from core.models.architectures import CnnConfig, FfnnConfig, ForestConfig
from core.names import text_key
from core.queue.launch import create_checked_run
from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.runs.adopting import adopt_run
from core.runs.naming import LONGEST_NAME, automatic_name, base_name, common_name, free_name, is_automatic, named
from core.runs.store import get_run
from core.runs.tags import GROUP_KIND_TAG, GROUP_PLACE_TAG
from core.splits.config import SplitConfig
from tests.core.conftest import small_config
from tests.dashboard.made_up import finished

TEN = tuple("abcdefghij")
BY_ARTIST = SplitConfig(protocol="artist")


@pytest.mark.parametrize(
    ("preset", "changes", "name"),
    [
        ("study-cnn", {"split": BY_ARTIST}, "CNN 2 blocks, 10 genres, by artist"),
        ("study-cnn", {"model": CnnConfig(filters=(8,))}, "CNN 1 block, 10 genres, by clip"),
        ("study-ffnn", {}, "FFNN 3 layers, 10 genres, by clip"),
        ("compact-cnn", {}, "2 × CNN 3 blocks, 10 genres, by clip"),
        ("numeric-ffnn", {}, "FFNN 2 layers on 57 features, 10 genres, by clip"),
        ("trained-ears", {}, "Trained ears, 10 genres, by clip"),
        ("hybrid", {}, "Hybrid 3 blocks, 10 genres, by clip"),
        (
            "study-cnn",
            {"split": SplitConfig(protocol="group", group_column="album")},
            "CNN 2 blocks, 10 genres, by album",
        ),
        ("study-cnn", {"corrected_labels": (("a.1", "b"),)}, "CNN 2 blocks, 10 genres, by clip, corrected labels"),
    ],
)
def test_a_name_says_what_is_trained(preset: str, changes: dict[str, object], name: str) -> None:
    config = PRESETS[preset].configure("demo", TEN, **changes)
    made = automatic_name(config)
    assert made.lower() == name.lower()
    assert is_automatic(config)
    assert is_automatic(replace(config, name=f"{made} 2"))
    assert is_automatic(replace(config, name=f"Custom {config.model_kind.name_within}"))
    assert not is_automatic(replace(config, name="Mine"))


def test_a_classical_model_is_called_by_its_kind() -> None:
    config = TrainingConfig(
        collection_id="demo", genres=TEN, front_end=GtzanTableFeatures(), model=ForestConfig(), name="Random forest"
    )
    assert automatic_name(config) == "Random forest on 57 features, 10 genres, by clip"
    assert is_automatic(config)


def test_seeds_folds_and_trials_say_which_they_are() -> None:
    config = PRESETS["study-cnn"].configure("demo", TEN, seed=43, split=replace(BY_ARTIST, n_folds=5, fold=2))
    start = "CNN 2 blocks, 10 genres, by artist"
    assert named(config, set()).name == f"{start}, fold 2 of 5"
    assert named(config, set(), tags={GROUP_KIND_TAG: "seeds"}).name == f"{start}, seed 43"
    trial = {GROUP_KIND_TAG: "search", GROUP_PLACE_TAG: "trial 3"}
    assert named(replace(config, split=BY_ARTIST, name="Mine"), set(), tags=trial).name == "Mine, trial 3"
    assert named(replace(config, split=BY_ARTIST, name="Mine 2"), {"mine", "mine 2"}).name == "Mine 3"


def test_a_number_that_somebody_gave_stays() -> None:
    config = replace(PRESETS["study-cnn"].configure("demo", ("blues", "jazz")), name="Mahler 2")
    assert named(config, set()).name == "Mahler 2"
    assert named(config, {"mahler 2"}).name == "Mahler 3"
    assert named(config, {"mahler 2", "mahler 3"}).name == "Mahler 4"
    assert named(replace(config, name="Mine"), {"mine"}).name == "Mine 2"


def test_what_runs_share_of_their_names() -> None:
    assert common_name(["A, by artist, seed 3", "A, by artist, seed 30 2"]) == "A, by artist"
    assert common_name(["Renamed", "A, by artist, seed 30"]) == "Renamed"
    assert base_name("12") == "12"
    assert base_name(", seed 3") == ", seed 3"


@given(st.lists(st.text(min_size=1, max_size=130).filter(lambda text: text.strip()), max_size=8), st.data())
def test_no_two_names_are_alike(bases: list[str], data: st.DataObject) -> None:
    taken: set[str] = set()
    for base in (*bases, *bases):
        place = data.draw(st.sampled_from(["", ", seed 43", ", fold 2 of 5"]))
        name = free_name(base.strip(), taken, place=place)
        assert 1 <= len(name) <= LONGEST_NAME
        assert text_key(name) not in taken
        taken.add(text_key(name))


@pytest.mark.usefixtures("empty_store")
def test_runs_that_are_entered_are_called_differently(tiny_collection: Collection) -> None:
    given_ = [small_config(tiny_collection, name="Study CNN", model=FfnnConfig(units=(4,)))] * 2
    given_ += [small_config(tiny_collection, name="Mine"), small_config(tiny_collection, name="MINE")]
    names = [get_run(create_checked_run(config, group="", tags={})).config.name for config in given_]
    start = "FFNN 1 layer, 3 genres, by clip"
    assert names == [start, f"{start} 2", "Mine", "MINE 2"]


@pytest.mark.usefixtures("empty_store")
def test_imported_runs_keep_their_names_unless_they_are_taken() -> None:
    run = finished("Mine", 20)
    ids = [adopt_run(run, came_from="elsewhere", fill=lambda folder: None) for _ in range(2)]
    assert [get_run(run_id).config.name for run_id in ids] == ["Mine", "Mine 2"]
