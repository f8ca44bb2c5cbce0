"""Starting points of the training form: the presets of `core`, and classical baselines at their defaults."""

from dataclasses import dataclass

from core.clips.collection import Collection
from core.errors import GenreLabError
from core.features.gtzan_table import GtzanTableFeatures
from core.models.architectures import CLASSICAL_KINDS, MODEL_TITLES, model_config_from_dict
from core.recipe.config import TrainingConfig
from core.recipe.inputs import preset_inputs
from core.recipe.presets import PRESETS, Preset

_CLASSICAL_NOTES = {
    "svm": "Draws curved boundaries between the genres in the space of numeric features. Trained in seconds.",
    "forest": (
        "Many decision trees on numeric features, each trained on a sample of the clips; they vote. Trained in seconds."
    ),
    "logistic": "A weighted sum of the numeric features for each genre: the simplest baseline. Trained in seconds.",
    "boosting": "Decision trees on numeric features, each correcting the errors of those before. Trained in seconds.",
}

FORM_PRESETS: dict[str, Preset] = {
    **PRESETS,
    **{
        kind: Preset(
            id=kind,
            title=MODEL_TITLES[kind],
            note=_CLASSICAL_NOTES[kind],
            model=model_config_from_dict({"kind": kind}),
            epochs=15,
            front_end=GtzanTableFeatures(),
        )
        for kind in CLASSICAL_KINDS
    },
}


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
    for preset in FORM_PRESETS.values():
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
    same_kind = [
        preset
        for preset in FORM_PRESETS.values()
        if preset.model.kind == config.model.kind
        and (config.model.kind != "ffnn" or preset.front_end.is_numeric == config.is_numeric)
    ]
    same_kind = same_kind or [preset for preset in FORM_PRESETS.values() if preset.model.kind == config.model.kind]
    by_name = [preset for preset in same_kind if preset.title == config.name]
    by_model = [preset for preset in same_kind if preset.model == config.model]
    return (by_name or by_model or same_kind)[0]
