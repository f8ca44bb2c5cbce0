"""Model cards: what is to be known before a model that comes with Genre Lab is used, as Markdown."""

import math
from collections.abc import Sequence

import pandas as pd

from core.clips.collection import Collection
from core.ears.weights import AUTHORS, TRAININGS, licence
from core.evaluation.metrics import confusion_matrix, recall_by_genre
from core.evaluation.predictions import TestResult
from core.features.base import Features, require_audio_front_ends
from core.recipe.config import TrainingConfig
from core.reproduction.conduct import Row
from core.reproduction.recipes import (
    EXCERPTS,
    FEATURES,
    FEATURES_OF_THIRDS,
    MINI,
    SPECTROGRAM,
    SPECTROGRAMS,
    TABLE,
    THIRDS,
)
from core.runs.record import Run
from core.runs.results import load_predictions

_HOW_CHOSEN = (
    "chosen by cross-validation on clips of the training and validation sets used here, and earlier on validation "
    "sets of folds, some of whose clips are test clips here"
)
_HOW_EARS_CHOSEN = (
    "layer and shrinkage chosen by cross-validation with artists apart within the training and validation sets used "
    "here, without the test set"
)

_EVEN = 0.5
"""A test set whose genre with the fewest clips has so much of that with the most is called even."""


def make_card(row: Row, run: Run, collection: Collection, trust: Sequence[str]) -> str:
    """The model card of a run; ``trust`` are the lines of `core.reproduction.shipping.trust_lines`."""
    assert run.result is not None
    assert row.fault_filtered is not None
    config = run.config
    n_train, n_validation = (run.split_sizes.get(part, 0) for part in ("train", "validation"))
    predictions = load_predictions(run.id)
    recalls = recall_by_genre(predictions)
    clips = "cuts" if config.trained_ears else "clips"
    return "\n".join(
        [
            f"# {row.title}",
            "",
            *_what_it_is(run),
            "",
            "| | |",
            "|---|---|",
            f"| Data | {_data(config, collection)} |",
            f"| Licence of the data | {collection.licence}; the music is not part of Genre Lab |",
            f"| Input | {_input(config)} |",
            f"| Trained on | {n_train:,} {clips} and the {n_validation:,} {clips} of the validation set |",
            f"| Recipe | {_recipe(config)} |",
            f"| Run | `{run.id}` |",
            "",
            "## Accuracy",
            "",
            f"| Protocol | Accuracy | 95 % interval | {clips.capitalize()} | Chance |",
            "|---|---|---|---|---|",
            _accuracy_line(
                "Fault-filtered: no artist and no repeat on both sides. The weights in this folder",
                row.fault_filtered.result,
            ),
            _accuracy_line("By clip, 5 folds, the same recipe. Artists are on both sides", row.by_clip.result),
            *_on_whole_clips(row),
            "",
            f"The fault-filtered accuracy is that of the weights in this folder: {run.result.protocol}. "
            f"{_what_parts_them(row)}",
            "",
            "## By genre, fault-filtered test set",
            "",
            _table(recalls.rename(columns=str)),
            "",
            "Confusion matrix: rows actual, columns predicted.",
            "",
            _table(confusion_matrix(predictions).reset_index(names="actual")),
            "",
            "## Probabilities",
            "",
            *trust,
            "",
            "## Intended use and limits",
            "",
            "- For teaching and research: to see what such a model uses, and where it fails. Not for decisions "
            "about people or their music.",
            "- It knows ten genres of mostly western music from before 2000, as labelled in one collection. Every "
            "song gets one of the ten.",
            (
                "- For music by artists that are not in its training set, expect the fault-filtered accuracy, not the "
                "accuracy by clip."
            ),
            *_about_the_test_set(recalls, clips),
            *_about_ears(config),
            "",
            "Made by `python -m core reproduce` in this repository.",
            "",
        ]
    )


def _what_it_is(run: Run) -> list[str]:
    config = run.config
    kind = config.model_kind.described
    if config.members > 1:
        kind = f"committee of {config.members} networks, each a {kind},"
    genres = f"{len(config.genres)} genres: {', '.join(config.genres)}"
    if config.trained_ears is None:
        return [
            f"A {kind} of {run.n_parameters:,} parameters that predicts {genres}. Trained from scratch, without "
            "pretrained weights."
        ]
    return [
        f"A {kind} that predicts {genres}. It does not hear the music itself: it "
        "was fitted on what MusiCNN hears, a network that others trained on many songs and their tags (787,000 "
        "parameters), whose weights are installed beside Genre Lab and are not in this folder.",
    ]


def _data(config: TrainingConfig, collection: Collection) -> str:
    n_clips = f"{len(collection.clips):,}"
    if config.trained_ears is None:
        return (
            "GTZAN (Tzanetakis and Cook, 2002): features without audio, "
            f"{_files(config)}, {n_clips} clips with all kinds of features"
        )
    return (
        f"GTZAN (Tzanetakis and Cook, 2002): `{EXCERPTS}`, {n_clips} cuts of 2 to 3 s, one of each of {n_clips} clips; "
        f"for the accuracy on whole clips, `{MINI}`"
    )


def _input(config: TrainingConfig) -> str:
    front_end = require_audio_front_ends(config.front_ends)[0]
    text = f"{front_end.title}, computed from audio at {front_end.sr_hz:,} Hz, mono"
    ears = config.trained_ears
    if ears is None:
        return text
    return (
        f"{text}: the mean over patches of 3 s of its 50 tags and of the 200 units before them; trained on "
        f"{TRAININGS[ears.training].title}. A shorter cut is heard repeated; a song in windows of 3 s"
    )


def _recipe(config: TrainingConfig) -> str:
    if config.trained_ears is not None:
        values = ", ".join(f"{name} {value:g}" for name, value in _parameters(config).items())
        return f"fitted in one step ({values}), seed {config.seed}; {_HOW_EARS_CHOSEN}"
    epochs = f"{config.epochs} epochs of {config.optimisation.optimiser}, learning rate {config.learning_rate:g}"
    return f"{epochs}, seed {config.seed}; {_HOW_CHOSEN}"


def _parameters(config: TrainingConfig) -> dict[str, float]:
    return {name: value for name, value in config.to_dict()["model"].items() if isinstance(value, int | float)}


def _on_whole_clips(row: Row) -> list[str]:
    lines = []
    if row.whole_clips is not None:
        lines.append(_accuracy_line(f"The same recipe on {row.whole_clips.protocol}", row.whole_clips))
    if row.strangers is not None:
        lines.append(_accuracy_line(f"The weights in this folder on {row.strangers.protocol}", row.strangers))
    return lines


def _what_parts_them(row: Row) -> str:
    """Why the accuracy by clip is higher, where it is."""
    assert row.fault_filtered is not None
    if row.by_clip.result.accuracy > row.fault_filtered.result.interval[1]:
        return (
            "The difference between the two is due to recognising artists, not genres (Sturm 2013; Kereliuk, Sturm "
            "and Larsen 2015)."
        )
    return (
        "By clip, where artists can be recognised, the accuracy lies within that interval; but the two were not tested "
        "on the same clips, nor on genres in the same shares."
    )


def _about_the_test_set(recalls: pd.DataFrame, clips: str) -> list[str]:
    """How uncertain the values by genre are."""
    counts = dict(zip(recalls["genre"], recalls["n"].astype(int), strict=True))
    if min(counts.values()) >= _EVEN * max(counts.values()):
        n = round(sum(counts.values()) / len(counts), -1)
        return [
            f"- The test set has about {n:.0f} {clips} per genre, so the values by genre are uncertain by 15 points or "
            "more."
        ]
    told = ", ".join(f"{genre} {n}" for genre, n in counts.items())
    absent = " and ".join(genre for genre, n in counts.items() if n == 0)
    nothing = f" Nothing is known of {absent} there." if absent else ""
    return [f"- The test set is uneven ({told}), so most values by genre mean little.{nothing}"]


def _about_ears(config: TrainingConfig) -> list[str]:
    ears = config.trained_ears
    if ears is None:
        return []
    return [
        "- The accuracies of Genre Lab's other models are of whole clips, and were learnt from more of them: compare "
        "them on the same clips only.",
        "",
        "## The ears",
        "",
        AUTHORS,
        "",
        TRAININGS[ears.training].heard,
        "",
        "Where the weights are missing, this model cannot listen, and says how to get them. Their licence:",
        "",
        "```",
        licence().strip(),
        "```",
    ]


def _files(config: TrainingConfig) -> str:
    """The files that the model's inputs come from, as Markdown."""
    known: dict[Features, str] = {SPECTROGRAM: SPECTROGRAMS, TABLE: FEATURES, THIRDS: FEATURES_OF_THIRDS}
    return " and ".join(f"`{known[front_end]}`" for front_end in config.front_ends)


def _accuracy_line(words: str, result: TestResult) -> str:
    low, high = result.interval
    accuracy = f"{result.accuracy:.1%}".replace("%", " %")
    interval = f"{100 * low:.0f} to {100 * high:.0f} %"
    counts = f"{result.n_correct} of {result.n}"
    return f"| {words} | {accuracy} | {interval} | {counts} | {100 * result.chance:.0f} % |"


def _table(table: pd.DataFrame) -> str:
    head = "| " + " | ".join(str(name) for name in table.columns) + " |"
    rule = "|" + "---|" * len(table.columns)
    lines = ["| " + " | ".join(_cell(value) for value in row) + " |" for row in table.itertuples(index=False)]
    return "\n".join([head, rule, *lines])


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.3f}"
    return str(value)
