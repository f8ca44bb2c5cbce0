"""From what was typed to the path, collection, front end or run that is meant."""

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.cli.console import ProgressLine
from core.clips.collection import Collection
from core.collections.registry import DEMO_ID, list_collections, load_collection
from core.errors import CollectionError, ConfigError, FeatureError, RunError
from core.features.base import Features
from core.features.mel import MelSpectrogram
from core.features.table import audio_front_ends
from core.importing.features.file import FEATURE_EXTENSIONS, is_feature_file
from core.importing.features.register import import_feature_path
from core.importing.paths import require_importable
from core.importing.register import import_folder
from core.recipe.inputs import preset_inputs
from core.recipe.presets import PRESETS, Preset
from core.runs.record import Run
from core.runs.store import get_run, list_runs

_FULL_ID_LENGTH = 32
_MOST_LISTED = 8


def find_collection(text: str, progress: ProgressLine) -> Collection:
    """The collection of this id, title or folder; a folder is registered, and the demo made, when need be.

    Raises
    ------
    CollectionError
        There is none, or several of that title.
    """
    summaries = list_collections()
    named = [summary for summary in summaries if summary.id == text]
    named = named or [summary for summary in summaries if summary.title == text]
    if len(named) > 1:
        raise CollectionError(f"Several collections have the title {text!r}; give the id: {_listed(named)}.")
    if named and named[0].id == DEMO_ID and not named[0].ready:
        return make_demo(progress)
    if named:
        return load_collection(named[0].id)
    path = typed_path(text, "a collection, or its id or title")
    if path.is_dir():
        return import_folder(path)
    if path.is_file() and is_feature_file(path.name):
        return import_feature_path(path)
    if path.is_file():
        require_importable(path.name)
        raise CollectionError(f"{text!r} is an archive. Import it first: python -m core collections --import {text}")
    raise CollectionError(
        f"Expected a folder, a feature file ({', '.join(FEATURE_EXTENSIONS)}) or a collection, got {text!r}. "
        f"Collections: {_listed(summaries)}."
    )


def typed_path(text: str, wanted: str) -> Path:
    """The path that was typed, ``~`` resolved.

    Parameters
    ----------
    text : str
    wanted : str
        What it should name, for the message: ``"a folder"``.

    Raises
    ------
    ConfigError
        Empty: it would mean the folder in which the command was started.
    """
    if not text.strip():
        raise ConfigError(f"The path is empty; give the path of {wanted}.")
    return Path(os.path.expanduser(text))  # unlike Path.expanduser it leaves an unknown ~user as it is


def require_free_file(place: Path, option: str, *, overwrite: bool) -> None:
    """Refuse a place at which no file can be written, or where one is that may not be replaced.

    Raises
    ------
    ConfigError
        Names the option by which the place was given.
    """
    if os.path.isdir(place):
        raise ConfigError(f"{option}: {place} is a folder; expected the name of a file.")
    if not os.path.isdir(place.parent):
        raise ConfigError(f"{option}: there is no folder {place.parent}. Make it first.")
    if os.path.lexists(place) and not overwrite:
        raise ConfigError(f"{option}: {place} is there already. Choose another, or give --overwrite to replace it.")


def named_genres(text: str, collection: Collection) -> tuple[str, ...]:
    """The genres of a list with commas between them; a genre may have commas itself, as ``Folk, World, & Country`` has.

    Parameters
    ----------
    text : str
        As it was typed; where commas could be read in two ways, the genre with most of them is meant.
    collection : Collection

    Raises
    ------
    CollectionError
        The collection lacks one.
    ConfigError
        One is named twice, or none.
    """
    genres = _listed_names(text, collection.genres)
    if not genres:
        raise ConfigError(f"--genres names no genre; {collection.title} has {', '.join(collection.genres)}.")
    if len(set(genres)) < len(genres):
        raise ConfigError(f"--genres names a genre twice: {text}.")
    collection.subset(genres)
    return tuple(genres)


def named_among(text: str, genres: Sequence[str], *, option: str) -> tuple[str, ...]:
    """Some of these genres, named as `named_genres` takes them.

    Raises
    ------
    ConfigError
        One is not among them or named twice, or none is named.
    """
    found = _listed_names(text, genres)
    if unknown := [genre for genre in found if genre not in genres]:
        raise ConfigError(f"{option} names {', '.join(unknown)}; expected some of {', '.join(genres)}.")
    if not found or len(set(found)) < len(found):
        raise ConfigError(f"{option} names {'a genre twice' if found else 'no genre'}: {text!r}.")
    return tuple(found)


def _listed_names(text: str, genres: Sequence[str]) -> list[str]:
    known = {_without_blanks(genre): genre for genre in genres}
    pieces = [piece for piece in unicodedata.normalize("NFC", text).split(",") if piece.strip()]
    found: list[str] = []
    while pieces:
        ends = range(len(pieces), 0, -1)
        end = next((end for end in ends if _without_blanks(",".join(pieces[:end])) in known), 1)
        name = ",".join(pieces[:end]).strip()
        found.append(known.get(_without_blanks(name), name))
        pieces = pieces[end:]
    return found


def _without_blanks(text: str) -> str:
    return ",".join(" ".join(piece.split()) for piece in text.split(","))


def find_front_end(collection: Collection, kind: str | None) -> Features:
    """The front end of that kind as the collection has it; where none is named, its own, else the mel spectrogram."""
    for front_end in collection.front_ends:
        if kind in (None, front_end.kind):
            return front_end
    if kind is not None and kind not in audio_front_ends():
        raise FeatureError(
            f"{collection.title} has no features of the kind {kind}, which cannot be computed from audio."
        )
    front_end = audio_front_ends()[kind or MelSpectrogram.kind]
    collection.require_front_ends([front_end])
    return front_end


def find_preset(name: str | None, collection: Collection, kind: str | None) -> Preset:
    """The preset of that name; where none is named, the first that fits the collection and the kind of front end.

    Raises
    ------
    ConfigError
        The named one does not fit; those that do are listed.
    """
    if kind is not None:
        find_front_end(collection, kind)  # says what is wrong with the kind before anything else
    fitting = [preset for preset in PRESETS.values() if _fits(preset, collection, kind)]
    # Those made for such features first, then those that take them in place of their own.
    fitting.sort(key=lambda preset: preset_inputs(preset, collection) is None)
    if name is None and fitting:
        return fitting[0]
    if name is not None and PRESETS[name] in fitting:
        return PRESETS[name]
    what = f"{collection.title} with --front-end {kind}" if kind is not None else f"the features of {collection.title}"
    unfit = "No preset fits" if name is None else f"The preset {name} does not fit"
    listed = f" Choose --preset {' or '.join(preset.id for preset in fitting)}." if fitting else ""
    raise ConfigError(f"{unfit} {what}.{listed}")


def _fits(preset: Preset, collection: Collection, kind: str | None) -> bool:
    if preset.needs_its_front_end:
        named = None if kind is None else find_front_end(collection, kind)
        if preset_inputs(preset, collection, front_end=named) is None:
            return False
    try:
        preset.configure(collection.id, ("a", "b"), **preset_arguments(preset, collection, kind))
    except (ConfigError, FeatureError):
        return False
    return True


def preset_arguments(preset: Preset, collection: Collection, kind: str | None) -> dict[str, Any]:
    """Front ends for a preset as arguments of its `configure`: that of the kind named, else its own or the nearest."""
    named = None if kind is None else find_front_end(collection, kind)
    inputs = preset_inputs(preset, collection, front_end=named)
    if inputs is None:
        front_end = named or find_front_end(collection, None)
        inputs = {"front_end": front_end}
        if front_end.is_numeric:
            inputs["segments"] = None
    return inputs


def _listed(summaries: object) -> str:
    return ", ".join(summary.id for summary in summaries)  # type: ignore[attr-defined]


def make_demo(progress: ProgressLine) -> Collection:
    """The demo collection, made when it is missing."""
    from core.importing.demo import build_demo

    collection = build_demo(progress.reporter())
    if collection is None:
        raise CollectionError("The demo was not finished.")
    return collection


def find_run(text: str) -> Run:
    """The run of this id, of an id that begins so, or the newest finished one for ``latest``.

    Raises
    ------
    RunError
        There is none, or several.
    """
    if len(text) == _FULL_ID_LENGTH:
        return get_run(text)
    runs = list_runs()
    if text == "latest":
        finished = [run for run in runs if run.status == "finished" and not run.archived]
        if not finished:
            raise RunError("There is no finished run yet. Train one first.")
        return finished[0]  # a run of one's own before those that come with Genre Lab
    found = [run for run in runs if run.id.startswith(text)] if text else []
    if len(found) > 1:
        raise RunError(f"{len(found)} runs begin with {text!r}; give more of the id.")
    if not found:
        raise RunError(f"There is no run {text!r}; {_runs_listed(runs)}.")
    return found[0]


def _runs_listed(runs: Sequence[Run]) -> str:
    """The finished runs that could have been meant, by the start of their ids."""
    finished = [run for run in runs if run.status == "finished"]
    if not finished:
        return "none is finished yet"
    listed = [
        f"{run.id[:6]} ({run.config.name}{', comes with Genre Lab' if run.shipped else ''})"
        for run in finished[:_MOST_LISTED]
    ]
    further = len(finished) - len(listed)
    return "finished are " + ", ".join(listed) + (f" and {further} more" if further else "")
