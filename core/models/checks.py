"""Checks of settings; their messages begin with the setting's name as people see it at its slider.

``field`` is the setting's name in the configuration (see `core.errors.SettingError`).
"""

from collections.abc import Sequence

from core.errors import ConfigError


def check_within(name: str, value: float, low: float, high: float, *, field: str) -> None:
    """`ConfigError` unless ``value`` is a number between ``low`` and ``high``."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ConfigError(f"{name}: expected a value from {low} to {high}, got {value!r}.", field=field)


def check_whole(name: str, value: int, low: int, high: int, *, field: str) -> None:
    """`ConfigError` unless ``value`` is a whole number between ``low`` and ``high``."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{name}: expected a whole number from {low} to {high}, got {value!r}.", field=field)


def check_choice(name: str, value: str, choices: Sequence[str], *, field: str) -> None:
    """`ConfigError` unless ``value`` is one of ``choices``."""
    if value not in choices:
        raise ConfigError(f"{name}: expected one of {', '.join(choices)}, got {value!r}.", field=field)


def check_flag(name: str, value: bool, *, field: str) -> None:
    """`ConfigError` unless ``value`` is True or False."""
    if not isinstance(value, bool):
        raise ConfigError(f"{name}: expected true or false, got {value!r}.", field=field)
