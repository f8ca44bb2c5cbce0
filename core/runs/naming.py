"""What runs are called: names made of what was trained, never two alike.

A run is called as it is in MLflow, whose own pages show and change the same name. A training that nobody has given a
name gets one that says what is trained: ``CNN 2 blocks, 10 genres, by artist``. Seeds, folds and trials that are
started together say which they are, and what would still be called like another run gets a number.
"""

import re
import sqlite3
from collections.abc import Collection as Container
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace

from filelock import FileLock

from core.models.cnn import CnnConfig
from core.models.ffnn import FfnnConfig, HybridConfig
from core.names import readable_name, text_key
from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.runs.client import RunStore, database_path, open_run_store, tracking_errors
from core.runs.shipped import shipped_runs
from core.runs.tags import GROUP_KIND_TAG, GROUP_PLACE_TAG
from core.settings import load_settings
from core.splits.protocols import protocol_title

LONGEST_NAME = 100
"""Characters; see `core.recipe.config.TrainingConfig.name`."""
_PARTS = re.compile(r"(.*?)(, (seed \d+|fold \d+ of \d+|trial \d+))?( \d+)?")
"""What a name begins with; its place in a group and its number, where it has them."""
_NUMBERED = re.compile(r".* (\d{1,6})")
_LOCK_S = 60.0


def automatic_name(config: TrainingConfig) -> str:
    """What a training is called by what is trained, without seed, fold and number.

    >>> automatic_name(PRESETS["study-cnn"].configure("demo", ("blues", "jazz")))
    'CNN 2 blocks, 2 genres, by clip'
    """
    protocol = protocol_title(config.split.key)
    corrected = ", corrected labels" if config.corrected_labels else ""
    said = f"{_model_words(config)}, {len(config.genres)} genres, {protocol[:1].lower()}{protocol[1:]}{corrected}"
    return readable_name(said)[:LONGEST_NAME]


def _model_words(config: TrainingConfig) -> str:
    model = config.model
    if config.trained_ears is not None and config.is_classical:
        return "Trained ears"
    match model:
        case CnnConfig():
            words = f"CNN {_counted(len(model.filters), 'block')}"
        case HybridConfig():
            words = f"Hybrid {_counted(len(model.cnn.filters), 'block')}"
        case FfnnConfig():
            words = f"FFNN {_counted(len(model.units), 'layer')}"
        case _:
            words = config.model_kind.title
    if config.is_numeric:
        words += f" on {config.front_end.shape[0]} features"
    return words if config.members == 1 else f"{config.members} × {words}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def is_automatic(config: TrainingConfig) -> bool:
    """Whether a training has no name of somebody's own: that of a preset, or one that was made here."""
    kind = config.model_kind
    usual = {*(preset.title for preset in PRESETS.values()), kind.title, f"Custom {kind.name_within}"}
    return config.name in usual or base_name(config.name) == automatic_name(config)


def base_name(name: str) -> str:
    """A name without the seed, fold, trial and number that were added to it.

    >>> base_name("CNN 2 blocks, 10 genres, by artist, seed 43 2")
    'CNN 2 blocks, 10 genres, by artist'
    """
    found = _PARTS.fullmatch(name)
    return (found[1] if found else "") or name


def common_name(names: Sequence[str]) -> str:
    """What runs of one configuration are called together: what is the same of their names, else the first of them."""
    bases = list(dict.fromkeys(base_name(name) for name in names))
    return bases[0] if len(bases) == 1 else names[0]


def named(config: TrainingConfig, taken: Container[str], *, tags: Mapping[str, str] | None = None) -> TrainingConfig:
    """The training under a name that no other run has.

    Parameters
    ----------
    config : TrainingConfig
    taken : container of str
        Names of other runs, by `core.names.text_key`.
    tags : mapping, optional
        Of the run: say which seed, fold or trial of a group it is.
    """
    place = _place_words(config, tags or {})
    end = f", {place}" if place else ""
    if is_automatic(config):
        return replace(config, name=free_name(automatic_name(config), taken, place=end))
    if not place and text_key(config.name) not in taken:
        return config  # a number at its end is somebody's own
    found = _NUMBERED.fullmatch(config.name)
    after = int(found[1]) if found and not place else 1
    return replace(config, name=free_name(base_name(config.name), taken, place=end, after=after))


def _place_words(config: TrainingConfig, tags: Mapping[str, str]) -> str:
    match tags.get(GROUP_KIND_TAG, ""):
        case "seeds":
            return f"seed {config.seed}"
        case "search":
            return tags.get(GROUP_PLACE_TAG, "")
        case _:
            split = config.split
            return "" if split.n_folds is None else f"fold {split.fold} of {split.n_folds}"


def free_name(base: str, taken: Container[str], *, place: str = "", after: int = 1) -> str:
    """A name from its parts that nobody has, 1 to `LONGEST_NAME` characters: with a number where it is taken.

    The number is 2, or the next free one, or the next free one ``after`` another.

    >>> free_name("Mine", {"mine", "mine 2"})
    'Mine 3'
    """
    number = after if after == 1 else after + 1
    while True:
        end = place if number == 1 else f"{place} {number}"
        name = base[: LONGEST_NAME - len(end)].rstrip() + end
        if text_key(name) not in taken:
            return name
        number += 1


@contextmanager
def names_in_hand() -> Iterator[set[str]]:
    """Names of all runs, by `core.names.text_key`, while no other process of this home names one; to be added to.

    Raises
    ------
    RunError
        The run store cannot be reached.
    """
    settings = load_settings()
    settings.models_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.models_dir / "names.lock", timeout=_LOCK_S):
        store = open_run_store()
        names = _local_names(store)
        if names is None:
            names = _served_names(store)
        yield {text_key(name) for name in (*names, *(run.config.name for run in shipped_runs()))}


def _local_names(store: RunStore) -> list[str] | None:
    """Of the default store, read beside MLflow in a millisecond; None of another."""
    if not store.settings.has_local_runs:
        return None
    place = database_path(store.settings).as_uri()
    try:
        with closing(sqlite3.connect(f"{place}?mode=ro", uri=True, timeout=30)) as database:
            rows = database.execute(
                "SELECT name FROM runs WHERE experiment_id = ? AND lifecycle_stage = 'active'",
                (int(store.experiment_id),),
            )
            return [str(name) for (name,) in rows if name]
    except (sqlite3.Error, ValueError):
        return None


def _served_names(store: RunStore) -> list[str]:
    names: list[str] = []
    token: str | None = None
    with tracking_errors():
        while True:
            page = store.client.search_runs([store.experiment_id], max_results=1000, page_token=token)
            names += [entity.info.run_name or "" for entity in page]
            token = page.token
            if not token:
                return names
