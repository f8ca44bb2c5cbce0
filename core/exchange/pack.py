"""Taking a run away: everything that its model needs elsewhere, as one zip."""

import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.ears.weights import AUTHORS, licence, load_weights
from core.errors import RunError
from core.evaluation.calibration import Temperature
from core.exchange import layout as bundle
from core.exchange.about import about_run
from core.exchange.script import script_of
from core.features.base import AudioFrontEnd
from core.models.build import load_model_file
from core.models.estimators import ClassicalModel
from core.models.head_files import head_content
from core.models.heads import Head, head_of
from core.names import slug
from core.report.card import run_card
from core.runs import files
from core.runs.record import Run
from core.runs.results import (
    artifact_path,
    load_details,
    load_predictions,
    load_run_temperature,
    load_temperature,
    model_path,
)
from core.runs.store import get_run
from core.settings import REPOSITORY

_HOW = """# How to use it

`python {script} song.ogg` prints the probability of each genre, most probable first. It needs Python with
{needs}, and nothing of Genre Lab. In another Genre Lab: *Compare*, *Import a model*, or
`python -m core model --import FILE.zip`.

| File | What it is |
|---|---|
{rows}

---

"""


def bundle_name(run: Run) -> str:
    """Name of the file for people: ``genre-lab-study-cnn-3f2a91.zip``."""
    return f"genre-lab-{slug(run.config.name, fallback='model')}-{run.id[:6]}.zip"


def why_not_away(run: Run) -> str:
    """Why a run's model cannot be taken away, in a sentence; empty where it can."""
    if run.status != "finished":
        return f"{run.label} is {run.status}: it has no model to take away. Choose a finished run."
    for front_end in run.config.front_ends:
        if not isinstance(front_end, AudioFrontEnd):
            return (
                f"{run.label} was trained on {front_end.title.lower()}, which cannot be computed from sound: its model "
                "would be of no use elsewhere. Choose another run."
            )
        if front_end.why_not_here:
            return front_end.why_not_here
    return ""


def pack_run(run_id: str) -> bytes:
    """A finished run as a zip.

    Raises
    ------
    RunError
        The run is unknown or unfinished, its files are damaged, or it cannot be computed from sound.
    """
    run = get_run(run_id)
    if reason := why_not_away(run):
        raise RunError(reason)
    details, temperature = load_details(run_id), load_temperature(run_id)
    head, model = _model(run_id, run)
    about = about_run(run, clip_s=float(details["typical_duration_s"]), temperature=temperature)
    content: dict[str, bytes] = {
        bundle.ABOUT: _json(about),
        bundle.SCRIPT: script_of(run.config, head).encode(),
        files.HEAD if run.config.is_classical else files.MODEL: model,
        bundle.RECORD: _json(_record(run)),
    }
    content |= {f"{bundle.RUN}{name}": artifact_path(run_id, name).read_bytes() for name in bundle.KEPT}
    content |= _at_temperature_in_use(run_id, details, temperature)
    if run.config.trained_ears is not None:
        content[bundle.EARS] = _ears_content(run.config.trained_ears.training)
        content[bundle.EARS_LICENCE] = f"{AUTHORS}\n\n{licence().strip()}\n".encode()
    content[bundle.CARD] = (_how_to(content, run) + run_card(run)).encode()
    return _zipped(content, run)


def _at_temperature_in_use(run_id: str, details: dict[str, Any], temperature: Temperature | None) -> dict[str, bytes]:
    """Files that say another temperature than was chosen since the training; none where nothing was chosen."""
    if load_run_temperature(run_id).from_stored == 1:
        return {}
    rest = {name: value for name, value in details.items() if name != "temperature"}
    chosen = rest if temperature is None else rest | {"temperature": asdict(temperature)}
    table = load_predictions(run_id).table.to_csv(index=False)
    return {f"{bundle.RUN}{files.DETAILS}": _json(chosen), f"{bundle.RUN}{files.PREDICTIONS}": table.encode()}


def pack_run_apart(run_id: str) -> bytes:
    """The same in a process of its own, for a server that need not hold TensorFlow only for this; errors as there."""
    run = get_run(run_id)
    if run.config.trained_ears is None:
        return pack_run(run_id)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "model.zip"
        done = subprocess.run(
            [sys.executable, "-m", "core", "model", "--export", run_id, "--out", str(place)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or not place.is_file():
            said = done.stderr.strip().splitlines()
            raise RunError(said[-1].removeprefix("error: ") if said else "The model could not be packed. Try again.")
        return place.read_bytes()


def _model(run_id: str, run: Run) -> tuple[Head | None, bytes]:
    path = model_path(run_id)
    if not run.config.is_classical:
        return None, path.read_bytes()
    model = load_model_file(path)
    assert isinstance(model, ClassicalModel)
    return head_of(model.estimator), head_content(model)


def _ears_content(training: str) -> bytes:
    from core.exchange.ears_network import build

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / bundle.EARS
        build(load_weights(training)).save(place)
        return place.read_bytes()


def _record(run: Run) -> dict[str, Any]:
    # What somebody wrote beside it, and what it was started with, is for this Genre Lab alone.
    own = {"shipped", "imported_from", "tags", "note", "archived", "group", "group_kind", "group_label", "group_place"}
    values = {name: value for name, value in asdict(run).items() if name not in own}
    return values | {"config": run.config.to_dict()}


def _how_to(content: dict[str, bytes], run: Run) -> str:
    known = {
        bundle.SCRIPT: "classifies a sound file, in fewer than 60 lines",
        bundle.ABOUT: "genres, parameters of what it sees, and how a song is cut into windows",
        files.MODEL: "the network, for Keras",
        files.HEAD: "what scikit-learn fitted, as plain arrays for numpy",
        bundle.EARS: "MusiCNN, which hears for it, for Keras",
        bundle.EARS_LICENCE: "who made MusiCNN, and under which licence",
        f"{bundle.RUN}…": "settings, split (names of clips) and test probabilities, for another Genre Lab",
    }
    rows = [f"| `{name}` | {words} |" for name, words in known.items() if name in content or "…" in name]
    needs = "librosa" if run.config.is_classical and run.config.trained_ears is None else "librosa and Keras"
    return _HOW.format(script=bundle.SCRIPT, needs=needs, rows="\n".join(rows))


def _json(values: Any) -> bytes:
    return json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False).encode()


def _zipped(content: dict[str, bytes], run: Run) -> bytes:
    """The files in a zip with the date of the run, so that the same run is always the same file."""
    date = time.gmtime(max(run.created_at, 315_532_800.0))[:6]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(content):
            entry = zipfile.ZipInfo(name, date)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content[name])
    return made.getvalue()
