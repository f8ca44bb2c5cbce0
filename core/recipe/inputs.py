"""Which of a collection's front ends a preset is given, and what follows from them."""

from typing import Any

from core.clips.collection import Collection
from core.features.base import Features
from core.recipe.presets import Preset
from core.recipe.settings import SegmentConfig


def preset_inputs(
    preset: Preset, collection: Collection, *, front_end: Features | None = None
) -> dict[str, Any] | None:
    """Front ends of a preset on a collection and settings that go with them, as arguments of its `configure`.

    Parameters
    ----------
    preset : Preset
    collection : Collection
        The preset's own front ends where they can be computed from its audio, or came with it; else the first of the
        same sort that came with it: spectrograms, or numeric features; of the same kind, where the preset needs that.
    front_end : Features, optional
        In place of the preset's first.

    Returns
    -------
    dict or None
        None where the collection came with features, and none of the sort; or where the preset needs another kind.
    """
    wanted = {"front_end": front_end or preset.front_end}
    if "numeric_front_end" in preset.settings:
        wanted["numeric_front_end"] = preset.settings["numeric_front_end"]
    if preset.needs_its_front_end and wanted["front_end"].kind != preset.front_end.kind:
        return None
    inputs: dict[str, Any] = {}
    for name, one in wanted.items():
        offered = [each for each in collection.front_ends if each.is_numeric == one.is_numeric]
        if preset.needs_its_front_end:
            offered = [each for each in offered if each.kind == one.kind]
        if name == "numeric_front_end":
            offered = [each for each in offered if each.n_parts == 1]
        from_sound = collection.has_audio and not collection.front_ends
        if not (from_sound or offered):
            return None
        inputs[name] = one if from_sound or one in offered else offered[0]
    if inputs["front_end"].is_numeric:
        inputs["segments"] = one_part_at_a_time(inputs["front_end"]) if preset.settings.get("segments") else None
    return inputs


def one_part_at_a_time(front_end: Features) -> SegmentConfig | None:
    """Segments of one part each, for numeric features of parts of clips; None for those of whole clips."""
    n_parts = front_end.n_parts
    return None if n_parts == 1 else SegmentConfig(length_s=front_end.frame_s, per_epoch=1, n_verdict=min(n_parts, 50))
