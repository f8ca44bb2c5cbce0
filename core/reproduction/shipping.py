"""Turns reproduced runs into models that come with Genre Lab: their files, their record, and a model card."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from core.clips.collection import Collection
from core.evaluation.calibration import (
    Temperature,
    calibration_text,
    measure_calibration,
    temperature_text,
    with_temperature,
)
from core.evaluation.metrics import confusion_matrix, recall_by_genre
from core.evaluation.predictions import Predictions
from core.features.base import Features, require_audio_front_ends
from core.files import make_part_folder, write_json
from core.prediction.unlike import run_unlikeness
from core.recipe.config import TrainingConfig
from core.reproduction.conduct import Figure, Row
from core.reproduction.recipes import FEATURES, FEATURES_OF_THIRDS, SPECTROGRAM, SPECTROGRAMS, TABLE, THIRDS
from core.runs import files
from core.runs.record import Run
from core.runs.shipped import CARD, write_record
from core.runs.store import artifact_path, get_run, load_details, load_predictions

_HOW_CHOSEN = (
    "chosen by cross-validation on clips of the training and validation sets used here, and earlier on validation "
    "sets of folds, some of whose clips are test clips here"
)
_COPIED = (files.CONFIG, files.SPLIT, files.EXCLUDED, files.HISTORY)


def ship(row: Row, slug: str, collection: Collection, folder: Path, temperature: Temperature) -> Path:
    """Put the run of a row's fault-filtered figure into ``folder/slug``, in place of what was there.

    Parameters
    ----------
    row : Row
        Of a single recipe.
    slug : str
        Name of the folder.
    collection : Collection
        What the run was trained on.
    folder : Path
        ``models/pretrained`` of the repository.
    temperature : Temperature
        For the run, which has none of its own: it was trained on the validation part, too.
    """
    run = get_run(row.fault_filtered.runs[0])
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / slug
    made = make_part_folder(folder, ".new-")
    try:
        for name in (*_COPIED, files.model_file(run.config.model.kind)):
            shutil.copyfile(artifact_path(run.id, name), made / name)
        if (learnt := run_unlikeness(run.id)) is not None:
            learnt.save(made / files.UNLIKE)
        write_record(made, run)
        before = load_predictions(run.id)
        after = with_temperature(before, temperature.value)
        after.table.to_csv(made / files.PREDICTIONS, index=False)
        write_json(made / files.DETAILS, load_details(run.id) | {"temperature": asdict(temperature)})
        trust = trust_lines(before, after, temperature)
        (made / CARD).write_text(make_card(row, run, collection, trust), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        made.rename(place)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return place


def trust_lines(before: Predictions, after: Predictions, temperature: Temperature) -> list[str]:
    """How far the test probabilities can be believed, before and after the temperature, as lines of Markdown."""
    return [
        f"{temperature_text(temperature)} The model file alone gives them without it; Genre Lab applies it.",
        "",
        f"- With it: {calibration_text(measure_calibration(after))}",
        f"- Without it: {calibration_text(measure_calibration(before))}",
    ]


def make_card(row: Row, run: Run, collection: Collection, trust: Sequence[str]) -> str:
    """The model card of a run, as Markdown; ``trust`` are the lines of `trust_lines`."""
    assert run.result is not None
    config = run.config
    front_end = require_audio_front_ends(config.front_ends)[0]
    n_train, n_validation = (run.split_sizes.get(part, 0) for part in ("train", "validation"))
    predictions = load_predictions(run.id)
    recalls = recall_by_genre(predictions)
    kind = config.model_kind.described
    if config.members > 1:
        kind = f"committee of {config.members} networks, each a {kind},"
    epochs = f"{config.epochs} epochs of {config.optimisation.optimiser}, learning rate {config.learning_rate:g}"
    return "\n".join(
        [
            f"# {row.title}",
            "",
            f"A {kind} of {run.n_parameters:,} parameters that predicts {len(config.genres)} genres: "
            f"{', '.join(config.genres)}. Trained from scratch, without pretrained weights.",
            "",
            "| | |",
            "|---|---|",
            "| Data | GTZAN (Tzanetakis and Cook, 2002): features without audio, "
            f"{_files(config)}, {len(collection.clips):,} clips with all kinds of features |",
            f"| Licence of the data | {collection.licence}; the music is not part of Genre Lab |",
            f"| Input | {front_end.title}, computed from audio at {front_end.sr_hz:,} Hz, mono |",
            f"| Trained on | {n_train:,} clips and the {n_validation:,} clips of the validation set |",
            f"| Recipe | {epochs}, seed {config.seed}; {_HOW_CHOSEN} |",
            f"| Run | `{run.id}` |",
            "",
            "## Accuracy",
            "",
            "| Protocol | Accuracy | 95 % interval | Clips | Chance |",
            "|---|---|---|---|---|",
            _accuracy_line(
                "Fault-filtered: no artist and no repeat on both sides. The weights in this folder", row.fault_filtered
            ),
            _accuracy_line("By clip, 5 folds, the same recipe. Artists are on both sides", row.by_clip),
            "",
            f"The fault-filtered accuracy is that of the weights in this folder: {run.result.protocol}. The "
            "difference between the two is due to recognising artists, not genres (Sturm 2013; Kereliuk, Sturm and "
            "Larsen 2015).",
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
            "- The test set has about 30 clips per genre, so the values by genre are uncertain by 15 points or more.",
            "",
            "Made by `python -m core reproduce` in this repository.",
            "",
        ]
    )


def _files(config: TrainingConfig) -> str:
    """The files that the model's inputs come from, as Markdown."""
    known: dict[Features, str] = {SPECTROGRAM: SPECTROGRAMS, TABLE: FEATURES, THIRDS: FEATURES_OF_THIRDS}
    return " and ".join(f"`{known[front_end]}`" for front_end in config.front_ends)


def _accuracy_line(words: str, figure: Figure) -> str:
    result = figure.result
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
    return f"{value:.3f}" if isinstance(value, float) else str(value)
