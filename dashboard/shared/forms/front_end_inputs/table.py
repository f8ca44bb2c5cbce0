"""Which inputs the parameters of a kind of front end have: a new kind is a file here and a line in `INPUTS`."""

from collections.abc import Callable

from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.musicnn import MusicnnFeatures
from core.features.numeric import NumericFeatures
from dashboard.shared.forms.front_end_inputs.ears import ears_inputs
from dashboard.shared.forms.front_end_inputs.gtzan import parts_inputs, spectrogram_inputs, table_inputs
from dashboard.shared.forms.front_end_inputs.mel import mel_inputs
from dashboard.shared.forms.front_end_inputs.numeric import numeric_inputs

INPUTS: dict[str, Callable[[str], None]] = {
    MelSpectrogram.kind: mel_inputs,
    NumericFeatures.kind: numeric_inputs,
    GtzanTableFeatures.kind: table_inputs,
    GtzanTableParts.kind: parts_inputs,
    MusicnnFeatures.kind: ears_inputs,
    GtzanSpectrogram.kind: spectrogram_inputs,
}
"""Draws the inputs of a kind, whose values lie in the session under ``<key>:<kind>:``. A kind that is not here keeps
its usual parameters."""
