"""Named starting points: the study's recipes and Genre Lab's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from core.features.base import Features
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.musicnn import MusicnnFeatures
from core.models.architectures import CnnConfig, FfnnConfig, HybridConfig, LdaConfig, ModelConfig
from core.recipe.config import TrainingConfig
from core.recipe.settings import AugmentationConfig, OptimisationConfig, SegmentConfig


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A named starting point: front end, model and optimisation, without collection and genres.

    Attributes
    ----------
    id, title, note : str
    model : ModelConfig
    epochs, batch_size : int
    learning_rate : float
    front_end : Features
        Another spectrogram, or other numeric features, may take its place, unless ``needs_its_front_end``.
    needs_its_front_end : bool
        Whether the preset makes sense on its own kind of front end only.
    settings : mapping
        Further fields of `TrainingConfig`.
    """

    id: str
    title: str
    note: str
    model: ModelConfig
    epochs: int
    batch_size: int = 16
    learning_rate: float = 1e-3
    front_end: Features = field(default_factory=MelSpectrogram)
    needs_its_front_end: bool = False
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def configure(self, collection_id: str, genres: tuple[str, ...], **changes: Any) -> TrainingConfig:
        """A training configuration from this preset, with ``changes`` to its fields.

        Examples
        --------
        >>> from core.recipe.presets import PRESETS
        >>> config = PRESETS["study-cnn"].configure(collection.id, collection.genres, epochs=1)
        >>> config.model.kind, config.epochs, config.n_parameters
        ('cnn', 1, 2462659)
        """
        given: dict[str, Any] = {
            "name": self.title,
            "model": self.model,
            "front_end": self.front_end,
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "learning_rate": self.learning_rate,
            **self.settings,
        }
        return TrainingConfig(collection_id=collection_id, genres=genres, **(given | changes))


_STANDARD_MEL = MelSpectrogram(normalisation="standard")
_COMPACT = CnnConfig(
    axes="time",
    filters=(128, 128, 192),
    kernel=3,
    pool=(1, 2),
    padding="same",
    batch_norm=True,
    head="average+max",
    dense=(),
    dropout=0.4,
)
_COMPACT_SETTINGS: dict[str, Any] = {
    "segments": SegmentConfig(length_s=15.0, per_epoch=1, n_verdict=9),
    "augmentation": AugmentationConfig(
        n_time_masks=1,
        time_mask=0.1,
        n_band_masks=1,
        band_mask=0.125,
        time_stretch=0.05,
        band_stretch=0.03,
        equaliser=0.15,
    ),
    "optimisation": OptimisationConfig(
        optimiser="adamw",
        weight_decay=0.01,
        schedule="cosine",
        warm_up_epochs=3,
        label_smoothing=0.05,
        keep="last",
    ),
}
_NUMERIC_OPTIMISATION = OptimisationConfig(
    optimiser="adamw",
    weight_decay=0.1,
    schedule="cosine",
    warm_up_epochs=5,
    label_smoothing=0.05,
    keep="last",
)

STUDY_PRESETS = ("study-cnn", "study-ffnn")
"""Those that repeat the study, which divided its clips by clip."""
PRESETS: dict[str, Preset] = {
    preset.id: preset
    for preset in (
        Preset(
            id="study-cnn",
            title="Study CNN",
            note="Two convolution blocks on the mel spectrogram, as in the study.",
            model=CnnConfig(),
            epochs=15,
        ),
        Preset(
            id="study-ffnn",
            title="Study FFNN",
            note="Three dense layers on the flattened mel spectrogram, as in the study.",
            model=FfnnConfig(),
            epochs=40,
        ),
        Preset(
            id="compact-cnn",
            title="Compact CNN",
            note="Two networks of three blocks whose kernels move along time, on random 15 s segments, with "
            "augmentation; the prediction for a clip is the mean over both networks and over its segments.",
            model=_COMPACT,
            epochs=150,
            batch_size=32,
            learning_rate=2e-3,
            front_end=_STANDARD_MEL,
            settings=MappingProxyType({**_COMPACT_SETTINGS, "members": 2}),
        ),
        Preset(
            id="numeric-ffnn",
            title="Numeric FFNN",
            note="Two dense layers on the 57 numeric features of the GTZAN tables, of one third of a clip at a "
            "time; the prediction for a clip is the mean over its thirds.",
            model=FfnnConfig(units=(256, 128), dropout=0.4, batch_norm=True),
            epochs=160,
            batch_size=64,
            learning_rate=4e-3,
            front_end=GtzanTableParts(),
            settings=MappingProxyType(
                {
                    "segments": SegmentConfig(length_s=10.0, per_epoch=1, n_verdict=3),
                    "numeric_scaling": "power",
                    "augmentation": AugmentationConfig(mixup=0.3, noise=0.1),
                    "optimisation": _NUMERIC_OPTIMISATION,
                }
            ),
        ),
        Preset(
            id="trained-ears",
            title="Trained ears",
            note="A discriminant analysis on what MusiCNN hears, a network that others trained on the tags of many "
            "songs: nothing but the boundaries between the genres is learnt here, in a second.",
            model=LdaConfig(shrinkage=0.9),
            epochs=1,
            front_end=MusicnnFeatures(),
            needs_its_front_end=True,
        ),
        Preset(
            id="hybrid",
            title="Hybrid",
            note="The Compact CNN's branch and a dense branch on the 57 numeric features, joined before the output.",
            model=HybridConfig(cnn=_COMPACT, numeric_units=(64,), joined_units=(), dropout=0.4, batch_norm=True),
            epochs=150,
            batch_size=32,
            learning_rate=2e-3,
            front_end=_STANDARD_MEL,
            settings=MappingProxyType(
                {
                    **_COMPACT_SETTINGS,
                    "numeric_front_end": GtzanTableFeatures(),
                    "numeric_scaling": "power",
                }
            ),
        ),
    )
}
