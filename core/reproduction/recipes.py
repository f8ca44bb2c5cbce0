"""Which trainings the stated figures come from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from core.clips.collection import Collection
from core.errors import ConfigError
from core.features.base import Features
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.musicnn import MusicnnFeatures
from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.splits.config import SplitConfig

SPECTROGRAMS = "gtzan_spectrograms.npz"
FEATURES, FEATURES_OF_THIRDS = "gtzan_features_30_sec.csv", "gtzan_features_10_sec.csv"
FILES = (SPECTROGRAMS, FEATURES, FEATURES_OF_THIRDS)
"""What the folder of the data holds of features."""
EXCERPTS, MINI = "gtzan_excerpts", "gtzan_mini"
"""Folders of sound that it holds: cuts of GTZAN's clips, and 80 clips whole."""
RecipeSource = Literal["features", "excerpts", "mini"]
"""Which of these a recipe is fitted on."""
N_FOLDS = 5
SEED = 42


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One model of the table: fixed beforehand, fitted on training and validation part together for all its epochs.

    Attributes
    ----------
    preset : str
        A key of `PRESETS`.
    front_end : Features
        What the model sees.
    source : "features", "excerpts" or "mini"
    title : str
        That of the preset where none is given.
    """

    preset: str
    front_end: Features
    source: RecipeSource = "features"
    title: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", self.title or PRESETS[self.preset].title)

    def configs(self, collection: Collection) -> Iterator[TrainingConfig]:
        """The trainings of this recipe: five folds by clip, then, where it is more than 80 clips, fault-filtered."""
        whole = self._config(collection)
        for fold in range(1, N_FOLDS + 1):
            yield replace(whole, split=SplitConfig(protocol="clip", n_folds=N_FOLDS, fold=fold))
        if self.source != "mini":
            yield replace(whole, split=SplitConfig(protocol="fault-filtered"))

    def calibration_config(self, collection: Collection) -> TrainingConfig:
        """The fault-filtered training without the validation part, on which its temperature is then fitted."""
        return replace(
            self._config(collection), split=SplitConfig(protocol="fault-filtered"), train_on_validation=False
        )

    def _config(self, collection: Collection) -> TrainingConfig:
        return PRESETS[self.preset].configure(
            collection.id,
            collection.genres,
            front_end=self.front_end,
            seed=SEED,
            train_on_validation=True,
            patience=None,
        )


SPECTROGRAM = GtzanSpectrogram()
TABLE = GtzanTableFeatures()
THIRDS = GtzanTableParts()

RECIPES: dict[str, Recipe] = {
    recipe.preset: recipe
    for recipe in (
        Recipe(preset="study-cnn", front_end=SPECTROGRAM),
        Recipe(preset="study-ffnn", front_end=SPECTROGRAM),
        Recipe(preset="numeric-ffnn", front_end=THIRDS),
        Recipe(preset="compact-cnn", front_end=SPECTROGRAM),
        Recipe(preset="hybrid", front_end=SPECTROGRAM),
        Recipe(preset="trained-ears", front_end=MusicnnFeatures(), source="excerpts"),
    )
}
SMALL_RECIPES: dict[str, Recipe] = {
    recipe.preset: recipe
    for recipe in (
        Recipe(preset="trained-ears", front_end=MusicnnFeatures(), source="mini"),
        Recipe(preset="numeric-ffnn", front_end=THIRDS, source="mini", title="Numeric FFNN, 57 features"),
        Recipe(preset="study-cnn", front_end=MelSpectrogram(), source="mini"),
        Recipe(preset="study-ffnn", front_end=MelSpectrogram(), source="mini"),
    )
}
"""Models of a small collection: the 80 clips that are there whole."""
COMBINED = ("compact-cnn", "numeric-ffnn")
"""The recipes whose verdicts are combined: the mean of their probabilities."""


def find_recipes(names: str | None, known: Mapping[str, Recipe] = RECIPES) -> tuple[Recipe, ...]:
    """Those of the known recipes by their names, separated by commas; all when none is named.

    Raises
    ------
    ConfigError
        There is no such recipe.
    """
    if not names:
        return tuple(known.values())
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in known]:
        raise ConfigError(f"Expected a recipe of {', '.join(known)}, got {unknown[0]!r}.")
    return tuple(known[name] for name in wanted)
