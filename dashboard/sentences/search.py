"""A search for good settings in words."""

from collections.abc import Mapping
from typing import Any

from core.search.fields import searchable_fields
from core.search.spec import SearchSpec
from dashboard.sentences.wording import format_percent


def search_label(search_id: str) -> str:
    """When a search was started, by its id: ``2026-03-04 15:02 (1f3a9c)``."""
    try:
        _, day, clock, _ = search_id.split("-")
        return f"{day[:4]}-{day[4:6]}-{day[6:]} {clock[:2]}:{clock[2:4]} ({search_id[-6:]})"
    except ValueError:
        return search_id


def setting_titles(spec: SearchSpec) -> dict[str, str]:
    """Settings that are searched, by their path, with what each is called."""
    known = {field.path: field.title for field in searchable_fields(spec.config)}
    return {item.path: known.get(item.path, item.path) for item in spec.ranges}


def value_text(spec: SearchSpec, value: float | None) -> str:
    """What a trial reached, for people."""
    if value is None:
        return "–"
    return format_percent(value) if spec.objective == "accuracy" else f"{value:.3f}"


def settings_text(spec: SearchSpec, values: Mapping[str, Any]) -> str:
    """Settings of a trial in one line: ``learning rate 0.001 · batch 32``."""
    titles = setting_titles(spec)
    return " · ".join(f"{titles.get(path, path)} {_shown_value(value)}" for path, value in values.items())


def _shown_value(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
