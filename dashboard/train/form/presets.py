"""Starting points of the training form: the presets of `core`, and every further kind of model at its defaults."""

from dataclasses import dataclass, fields

from core.clips.collection import Collection
from core.errors import GenreLabError
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.models.architectures import ModelConfig
from core.models.kinds import KINDS, ModelKind
from core.recipe.config import TrainingConfig
from core.recipe.inputs import preset_inputs
from core.recipe.presets import PRESETS, Preset


def form_presets() -> dict[str, Preset]:
    """Every starting point by its id: `core`'s presets, then one for each kind of model that has none among them."""
    known = {preset.model.kind for preset in PRESETS.values() if not preset.needs_its_front_end}
    return PRESETS | {kind.id: _at_defaults(kind) for kind in KINDS.values() if kind.id not in known}


def _at_defaults(kind: ModelKind) -> Preset:
    numeric = GtzanTableFeatures()
    return Preset(
        id=kind.id,
        title=kind.title,
        note=kind.about,
        model=kind.config(),
        epochs=15,
        front_end=numeric if kind.takes == "numeric" else MelSpectrogram(),
        settings={"numeric_front_end": numeric} if kind.takes == "both" else {},
    )


@dataclass(frozen=True)
class FittingPreset:
    """A preset with the inputs that a collection has for it."""

    preset: Preset
    config: TrainingConfig


def fitting_presets(collection: Collection) -> dict[str, FittingPreset]:
    """Presets that this collection can be trained with, by their id.

    A preset's own front end where the collection has it or can have it, else the first of the same sort; for a
    collection that came with features only, one without a fitting front end is left out.
    """
    genres = collection.genres if len(collection.genres) >= 2 else ("a", "b")
    found = {}
    for preset in form_presets().values():
        inputs = preset_inputs(preset, collection)
        if inputs is None:
            continue
        try:
            config = preset.configure(collection.id, genres, **inputs)
        except GenreLabError:
            continue
        found[preset.id] = FittingPreset(preset, config)
    return found


def nearest_preset(config: TrainingConfig) -> Preset:
    """The preset to compare a run with: the one it was made from as far as its name says, else one of its kind."""
    same_kind = [preset for preset in form_presets().values() if preset.model.kind == config.model.kind]
    same_input = [preset for preset in same_kind if preset.front_end.is_numeric == config.is_numeric]
    same_kind = same_input or same_kind
    by_name = [preset for preset in same_kind if preset.title == config.name]
    return (by_name or sorted(same_kind, key=lambda preset: _n_different(preset.model, config.model)))[0]


def _n_different(one: ModelConfig, other: ModelConfig) -> int:
    """In how many settings two models of one kind differ."""
    return sum(getattr(one, each.name) != getattr(other, each.name) for each in fields(one))
