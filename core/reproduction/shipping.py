"""Turns reproduced runs into models that come with Genre Lab: their files, their record, and a model card."""

import shutil
from dataclasses import asdict, replace
from pathlib import Path

from core.clips.collection import Collection
from core.evaluation.calibration import (
    Temperature,
    calibration_text,
    measure_calibration,
    temperature_text,
    with_temperature,
)
from core.evaluation.predictions import Predictions
from core.files import make_part_folder, write_json
from core.prediction.unlike import run_unlikeness
from core.reproduction.card import make_card
from core.reproduction.conduct import Row
from core.runs import files
from core.runs.results import artifact_path, load_details, load_predictions
from core.runs.shipped import CARD, write_record
from core.runs.store import get_run

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
    assert row.fault_filtered is not None
    run = get_run(row.fault_filtered.runs[0])
    run = replace(run, config=replace(run.config, name=row.title))
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
