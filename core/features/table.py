"""The one table of kinds of features: a new kind is a class in a file of its own and a line here."""

from collections.abc import Callable, Mapping
from typing import Any

from core.errors import FeatureError, NewerFeatureError
from core.features.base import AudioFrontEnd, Features
from core.features.given import GivenSpectrogram, GivenTable
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.musicnn import MusicnnFeatures
from core.features.numeric import NumericFeatures
from core.files import require_known_fields

KINDS: dict[str, type[Features]] = {
    features.kind: features
    for features in (
        MelSpectrogram,
        NumericFeatures,
        GtzanTableFeatures,
        GtzanTableParts,
        MusicnnFeatures,
        GtzanSpectrogram,
        GivenTable,
        GivenSpectrogram,
    )
}
"""Every kind of features by its name in stored configurations, in the order in which pages offer them."""


def audio_front_ends() -> dict[str, AudioFrontEnd]:
    """Every kind that is computed from audio, at its usual parameters."""
    return {kind: features() for kind, features in KINDS.items() if issubclass(features, AudioFrontEnd)}


def features_from_dict(values: Mapping[str, Any]) -> Features:
    """Features from plain values; `FeatureError` names what is wrong."""
    given = dict(values)
    kind = given.pop("kind", None)
    if kind not in KINDS:
        # Also where none is named, which no version did: then the words fit as well.
        raise NewerFeatureError(
            f"Front end: expected one of {', '.join(KINDS)}, got {kind!r}. If a newer Genre Lab wrote it, update "
            "Genre Lab to open it.",
            field="kind",
        )
    make: Callable[..., Features] = KINDS[kind]
    require_known_fields(KINDS[kind], given, f"The {kind} front end", error=NewerFeatureError)
    try:
        return make(**given)
    except TypeError as error:
        raise FeatureError(f"The {kind} front end is not valid: {error}.") from error
