"""Where splits meet configurations and the command line."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from core.cli.split_options import add_split_options, split_from_options
from core.clips.clip import ClipFacts
from core.errors import ConfigError, SplitError
from core.models.architectures import FfnnConfig
from core.recipe.config import TrainingConfig, training_config_from_dict
from core.splits.config import SplitConfig
from core.splits.own_file import load_parts
from tests.core.splits.clips import as_collection, clip

COLLECTION = as_collection([clip(f"{genre}.{number}", genre) for genre in ("jazz", "rock") for number in range(6)])


def options(*given: str) -> Namespace:
    parser = ArgumentParser()
    add_split_options(parser)
    return parser.parse_args(given)


def test_runs_of_the_first_version_are_by_clip_with_their_shares() -> None:
    config = TrainingConfig(collection_id="c", genres=("jazz", "rock"), model=FfnnConfig())
    values = config.to_dict()
    assert training_config_from_dict(values) == config
    del values["split"]
    old = training_config_from_dict(values | {"test_fraction": 0.3, "validation_fraction": 0.1})
    assert old.split == SplitConfig(test_fraction=0.3, validation_fraction=0.1)
    assert old.split.ground(old.seed) == SplitConfig(test_fraction=0.3, seed=42).ground(0)


def test_options_make_a_split() -> None:
    assert split_from_options(options(), COLLECTION) == SplitConfig()
    given = options("--split", "artist", "--folds", "4", "--fold", "2", "--split-seed", "7")
    assert split_from_options(given, COLLECTION) == SplitConfig(protocol="artist", n_folds=4, fold=2, seed=7)
    with pytest.raises(ConfigError, match="--fold needs --folds"):
        split_from_options(options("--fold", "2"), COLLECTION)
    with pytest.raises(ConfigError, match="needs --split-file"):
        split_from_options(options("--split", "file"), COLLECTION)


def test_options_of_excerpts_and_columns() -> None:
    cut = split_from_options(options("--split", "segment-random"), COLLECTION)
    assert cut == SplitConfig(protocol="segment-random", n_excerpts=10)
    assert split_from_options(options("--split", "segment-random", "--excerpts", "6"), COLLECTION).n_excerpts == 6
    facts = {one.name: ClipFacts(parent=one.genre, columns=(("album", "x"),)) for one in COLLECTION.clips}
    segments = as_collection(COLLECTION.clips, facts)
    assert split_from_options(options("--split", "segment-random"), segments).n_excerpts is None
    by_album = split_from_options(options("--split", "group", "--group-column", "album"), segments)
    assert by_album == SplitConfig(protocol="group", group_column="album")
    for given, message in (
        (("--split", "group"), "needs --group-column; the collection has album"),
        (("--group-column", "album"), "needs --split group"),
        (("--excerpts", "6"), "needs --split segment-random"),
    ):
        with pytest.raises(ConfigError, match=message):
            split_from_options(options(*given), segments)


def test_a_file_is_kept_and_named(tmp_path: Path) -> None:
    path = tmp_path / "parts.csv"
    with pytest.raises(SplitError, match="cannot be read"):
        split_from_options(options("--split-file", str(path)), COLLECTION)
    path.write_text("clip,part\njazz.0,train\nrock.0,train\njazz.1,test\n")
    config = split_from_options(options("--split-file", str(path)), COLLECTION)
    assert (config.protocol, config.file_name) == ("file", "parts.csv")
    assert load_parts("test", config.file, COLLECTION.by_name) == {
        "jazz.0": "train",
        "rock.0": "train",
        "jazz.1": "test",
    }
