"""Runs on corrected labels: what they learn and are tested on, what they say of it, what they are compared with."""

import json
from dataclasses import replace

import pytest

from core.cli.main import main
from core.clips.collection import Collection
from core.collections.annotation_changes import Words, annotate_clips
from core.collections.corrections import corrected_labels, corrections_of
from core.errors import ConfigError
from core.extraction.extract import extract
from core.features.numeric import NumericFeatures
from core.models.architectures import ForestConfig
from core.queue.launch import train_here
from core.recipe.clips import training_clips
from core.recipe.config import MAX_CORRECTED, TrainingConfig, training_config_from_dict
from core.runs import results
from core.runs.comparing import best_comparable, best_counterpart, is_same_ground
from core.runs.grounds import why_not_comparable
from core.runs.verdict import judge_runs
from core.splits.config import SplitConfig
from core.splits.own_file import keep_split_file
from tests.core.conftest import small_config

pytestmark = pytest.mark.usefixtures("empty_store")
SAID = {"bass.00003": "treble", "hiss.00001": "bass", "hiss.00002": "rumble"}


@pytest.fixture
def corrected(tiny_collection: Collection) -> Collection:
    labels = {clip.name: clip.genre for clip in tiny_collection.clips}
    words = {name: Words(genre=genre) for name, genre in SAID.items()}
    annotate_clips(tiny_collection.id, words, labels=labels)
    extract(tiny_collection, [NumericFeatures()], n_workers=1)
    return tiny_collection


def config_of(collection: Collection, **changes: object) -> TrainingConfig:
    given = {"model": ForestConfig(n_trees=5), "front_end": NumericFeatures()}
    return small_config(collection, **(given | changes))


def labels(collection: Collection) -> tuple[tuple[str, str], ...]:
    return corrected_labels(corrections_of(collection), genres=collection.genres)


def test_the_labels_are_part_of_the_configuration_only_where_some_are_corrected(corrected: Collection) -> None:
    plain = config_of(corrected)
    assert "corrected_labels" not in plain.to_dict()
    config = config_of(corrected, corrected_labels=labels(corrected))
    assert config.corrected_labels == tuple(sorted(SAID.items()))
    stored = json.loads(json.dumps(config.to_dict()))
    assert training_config_from_dict(stored) == config
    assert training_config_from_dict(json.loads(json.dumps(plain.to_dict()))) == plain


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((("a", "b"), ("a", "c")), "one genre for each clip"),
        ((("a", ""),), "one genre for each clip"),
        (tuple((f"{number}", "b") for number in range(MAX_CORRECTED + 1)), "At most 2,000 corrected labels .* 2,001"),
    ],
)
def test_what_are_no_corrected_labels_is_refused(
    tiny_collection: Collection, given: tuple[tuple[str, str], ...], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        config_of(tiny_collection, corrected_labels=given)


def test_clips_are_learnt_and_tested_under_their_right_genres(corrected: Collection) -> None:
    config = config_of(corrected, corrected_labels=labels(corrected))
    clips = training_clips(config)
    assert clips.counts == {"bass": 8, "hiss": 6, "treble": 9}
    assert "hiss.00002" not in clips.by_name  # of a genre that is not told apart here
    run = train_here(config)
    assert run.result is not None
    assert run.result.protocol.endswith("; 3 labels corrected by hand")
    assert run.collection_fingerprint == clips.fingerprint != corrected.fingerprint
    split = results.load_split(run.id)
    assert sum(map(len, split.values())) == 23
    predictions = results.load_predictions(run.id).table
    assert {row.clip: row.actual for row in predictions.itertuples()} == {
        name: clips.clip(name).genre for name in split["test"]
    }
    kept = json.loads(results.artifact_path(run.id, "config.json").read_text())
    assert kept["collection"]["labels_before_correction"] == {name: name[:-6] for name in SAID}
    assert kept["config"]["corrected_labels"] == [list(pair) for pair in sorted(SAID.items())]


def test_a_run_keeps_its_labels_when_they_are_corrected_again(corrected: Collection) -> None:
    config = config_of(corrected, corrected_labels=labels(corrected))
    before = training_clips(config).fingerprint
    now = {clip.name: clip.genre for clip in corrected.clips}
    annotate_clips(corrected.id, {name: Words(genre="") for name in SAID}, labels=now)
    assert training_clips(config).fingerprint == before
    assert labels(corrected) == ()


def test_runs_on_other_labels_are_not_compared_as_if_on_the_same(corrected: Collection) -> None:
    plain, again = train_here(config_of(corrected)), train_here(config_of(corrected, name="Again"))
    right = train_here(config_of(corrected, corrected_labels=labels(corrected)))
    assert is_same_ground(plain, again)
    assert not is_same_ground(plain, right)
    assert best_counterpart(right, [plain, again, right]) is None
    pair = best_comparable([plain, again, right])
    assert pair is not None
    assert {run.id for run in pair} == {plain.id, again.id}
    assert why_not_comparable(plain, right) == "their labels differ (as in the collection and 3 of them corrected)"
    assert why_not_comparable(right, replace(right, collection_fingerprint="x")) == "their collections differ"


def test_where_only_labels_learnt_from_differ_that_is_said(corrected: Collection) -> None:
    names = list(corrected.by_name)
    part = dict.fromkeys(names, "train") | dict.fromkeys(names[6::8] + names[7::8], "test")
    part |= dict.fromkeys(names[5::8], "validation")
    content = "clip,part\n" + "".join(f"{name},{each}\n" for name, each in part.items())
    kept = keep_split_file(corrected.id, corrected.by_name, content.encode(), name="mine.csv")
    split = SplitConfig(protocol="file", file=kept.id, file_name=kept.name)
    plain = train_here(config_of(corrected, split=split))
    right = train_here(config_of(corrected, split=split, corrected_labels=(("bass.00003", "treble"),)))
    verdict = judge_runs([plain, right])
    assert verdict.n_shared == 6
    assert not is_same_ground(plain, right)
    learnt = next(note for note in verdict.notes if note.startswith("The labels of these test clips are the same"))
    assert "as in the collection" in learnt
    assert "1 of them corrected" in learnt


def test_the_command_line_takes_corrected_labels_when_asked(
    corrected: Collection, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[TrainingConfig] = []

    def train_nothing(config: TrainingConfig, **_: object) -> None:
        asked.append(config)
        raise ConfigError("Not now.")

    monkeypatch.setattr("core.queue.launch.train_here", train_nothing)

    def train(*options: str) -> str:
        assert main(["train", "--collection", corrected.id, "--preset", "numeric-ffnn", *options]) == 2
        return capsys.readouterr().err

    train("--genres", "bass,treble")
    train("--genres", "bass,treble", "--corrected-labels")
    train("--genres", "bass,rumble", "--corrected-labels")
    assert [dict(config.corrected_labels) for config in asked] == [
        {},
        {"bass.00003": "treble", "hiss.00001": "bass"},
        SAID,
    ]
    annotate_clips(
        corrected.id,
        {name: Words(genre="") for name in ("bass.00003", "hiss.00001")},
        labels={clip.name: clip.genre for clip in corrected.clips},
    )
    assert "no label of bass, treble has been corrected" in train("--genres", "bass,treble", "--corrected-labels")
    annotate_clips(
        corrected.id, {"hiss.00002": Words(genre="")}, labels={clip.name: clip.genre for clip in corrected.clips}
    )
    assert "nobody has corrected a label of tiny" in train("--corrected-labels")
    assert len(asked) == 3
