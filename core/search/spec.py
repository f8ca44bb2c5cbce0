"""What a search is asked to do: ranges, aim, budget. Written beside its study as plain JSON."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from core.errors import ConfigError, NewerConfigError, RunError
from core.files import damage_as, read_json, require_known_fields, write_json
from core.recipe.config import TrainingConfig, training_config_from_dict
from core.search.fields import read_field
from core.settings import load_settings

Objective = Literal["accuracy", "loss"]
Pruner = Literal["median", "hyperband", "none"]
OBJECTIVES: dict[Objective, str] = {"accuracy": "highest validation accuracy", "loss": "lowest validation loss"}
_PRUNERS = ("median", "hyperband", "none")
_MOST_TRIALS = 10_000
_MOST_MINUTES = 60 * 24 * 30
_MOST_OPTIONS = 20


@dataclass(frozen=True, kw_only=True)
class Range:
    """Values that a search may give to one setting.

    Attributes
    ----------
    path : str
        Of the setting, see `core.search.fields`.
    low, high : float or int or None
        Both whole for a whole number; None for a choice.
    log : bool
        Draw the order of magnitude evenly; both ends above 0.
    options : tuple
        For a choice: texts, numbers or truth values.
    """

    path: str
    low: float | None = None
    high: float | None = None
    log: bool = False
    options: tuple[str | int | float | bool, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tuple(self.options))
        if self.options:
            if not 2 <= len(set(self.options)) <= _MOST_OPTIONS:
                raise ConfigError(f"{self.path}: choose 2 to {_MOST_OPTIONS} different values.", field=self._field)
            return
        if not all(_is_number(end) for end in (self.low, self.high)):
            raise ConfigError(
                f"{self.path}: expected a range of two numbers, got {self.low!r} and {self.high!r}.", field=self._field
            )
        if not self.low < self.high:  # type: ignore[operator]
            raise ConfigError(
                f"{self.path}: expected a range from low to high, got {self.low!r} to {self.high!r}.", field=self._field
            )
        if self.log and self.low <= 0:  # type: ignore[operator]
            raise ConfigError(
                f"{self.path}: expected a logarithmic range that starts above 0, got {self.low!r}.", field=self._field
            )

    @property
    def _field(self) -> str:
        return f"ranges.{self.path}"

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are drawn."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def text(self) -> str:
        """For people: ``0.0001 to 0.01 (log)``, ``8, 16 or 32``."""
        if self.options:
            names = [str(option) for option in self.options]
            return f"{', '.join(names[:-1])} or {names[-1]}"
        return f"{self.low:g} to {self.high:g}{' (log)' if self.log else ''}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True, kw_only=True)
class SearchSpec:
    """A search.

    Attributes
    ----------
    config : TrainingConfig
        The training that is varied; what no range names stays as it is, the split and its seed among it.
    ranges : tuple of Range
    objective : {"accuracy", "loss"}
        Of the validation part: its highest accuracy or lowest loss over the epochs. Never of the test part.
    pruner : {"median", "hyperband", "none"}
        Ends trials early that do worse at an epoch than half of those before, or by Hyperband (Li et al. 2018).
    n_trials : int or None
    minutes : float or None
        Budget; at least one of the two.
    seed : int
        Of the sampler (a tree-structured Parzen estimator: Bergstra et al. 2011).
    dask_address : str
        Scheduler on whose workers the trials run; empty for this machine's queue.
    """

    config: TrainingConfig
    ranges: tuple[Range, ...]
    objective: Objective = "accuracy"
    pruner: Pruner = "median"
    n_trials: int | None = None
    minutes: float | None = None
    seed: int = 42
    dask_address: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ranges", tuple(self.ranges))
        if not self.ranges:
            raise ConfigError("Choose at least one setting to search.", field="ranges")
        paths = [item.path for item in self.ranges]
        if len(set(paths)) < len(paths):
            raise ConfigError("Give only one range for each setting.", field="ranges")
        for path in paths:
            read_field(self.config, path)
        if self.objective not in OBJECTIVES or self.pruner not in _PRUNERS:
            raise ConfigError(
                f"Expected an objective of {', '.join(OBJECTIVES)} and a pruner of {', '.join(_PRUNERS)}, got "
                f"{self.objective!r} and {self.pruner!r}.",
                field="pruner" if self.objective in OBJECTIVES else "objective",
            )
        if self.n_trials is None and self.minutes is None:
            raise ConfigError("A search needs a budget: a number of trials, or minutes.", field="minutes")
        if self.n_trials is not None and not 1 <= self.n_trials <= _MOST_TRIALS:
            raise ConfigError(f"Expected 1 to {_MOST_TRIALS} trials, got {self.n_trials!r}.", field="n_trials")
        if self.minutes is not None and not (_is_number(self.minutes) and 0 < self.minutes <= _MOST_MINUTES):
            raise ConfigError(
                f"Expected a budget between 0 and {_MOST_MINUTES} minutes, got {self.minutes!r}.", field="minutes"
            )
        if self.config.train_on_validation:
            raise ConfigError(
                "A search needs the validation set; switch off training on it.", field="config.train_on_validation"
            )

    @property
    def seconds(self) -> float | None:
        """Time budget."""
        return None if self.minutes is None else 60.0 * self.minutes

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "config": self.config.to_dict(), "ranges": [asdict(item) for item in self.ranges]}


def search_spec_from_dict(values: Mapping[str, Any]) -> SearchSpec:
    """A search from plain values; `ConfigError` names what is wrong."""
    try:
        given = dict(values)
        given["config"] = training_config_from_dict(given["config"])
        for item in given["ranges"]:
            require_known_fields(Range, item, "A range of the search", error=NewerConfigError)
        given["ranges"] = tuple(Range(**item) for item in given["ranges"])
        require_known_fields(SearchSpec, given, "The search", error=NewerConfigError)
        return SearchSpec(**given)
    except (TypeError, KeyError, AttributeError) as error:
        raise ConfigError(f"The search is not valid: {error}.") from error


def parse_ranges(texts: Sequence[str]) -> tuple[Range, ...]:
    """Ranges as they are typed: ``learning_rate=1e-4:1e-2:log``, ``model.kernel=3,5,7``.

    Raises
    ------
    ConfigError
        A text is neither a range nor a choice.
    """
    return tuple(_parse_range(text) for text in texts)


def _parse_range(text: str) -> Range:
    path, sign, values = text.partition("=")
    if not sign or not path.strip() or not values.strip():
        raise ConfigError(f"Expected a range PATH=LOW:HIGH, PATH=LOW:HIGH:log or PATH=A,B,..., got {text!r}.")
    if ":" not in values:
        return Range(path=path.strip(), options=tuple(_value(part) for part in values.split(",")))
    low, high, *rest = values.split(":")
    if rest not in ([], ["log"]):
        raise ConfigError(f"Expected at most 'log' after the two ends of a range, got {text!r}.")
    ends = _value(low), _value(high)
    if not all(_is_number(end) for end in ends):
        raise ConfigError(f"Expected numbers as the ends of a range, got {text!r}.")
    return Range(path=path.strip(), low=ends[0], high=ends[1], log=bool(rest))  # type: ignore[arg-type]


def _value(text: str) -> str | int | float | bool:
    text = text.strip()
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def searches_dir() -> Path:
    """One folder a search."""
    return load_settings().models_dir / "searches"


def search_folder(search_id: str) -> Path:
    """Folder of a search; `RunError` for what cannot be one's id."""
    if not search_id or not all(letter.isalnum() or letter == "-" for letter in search_id):
        raise RunError(f"Expected a search id of letters, digits and '-', got {search_id!r}.")
    return searches_dir() / search_id


def save_spec(search_id: str, spec: SearchSpec) -> None:
    """Write what a search is to do."""
    write_json(search_folder(search_id) / "search.json", spec.to_dict())


def load_spec(search_id: str) -> SearchSpec:
    """What a search is to do; `RunError` where there is none of that id, or its file is damaged."""
    path = search_folder(search_id) / "search.json"
    try:
        with damage_as(RunError, f"{path}", "Delete the folder of this search."):
            return search_spec_from_dict(read_json(path))
    except FileNotFoundError as error:
        raise RunError(f"There is no search {search_id!r}. It may have been deleted; choose another one.") from error
