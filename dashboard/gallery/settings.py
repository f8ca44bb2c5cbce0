"""How Gallery draws: the front end with its parameters, levels and colours. Whatever is moved is drawn at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.clips.collection import Collection
from core.features.axes import LevelScale
from core.features.base import AudioFrontEnd, Features
from core.features.mel import MelSpectrogram
from core.features.table import features_from_dict
from dashboard import services
from dashboard.charts.spectrograms.color_maps import COLOR_MAPS
from dashboard.gallery.mel_inputs import mel_further_inputs, mel_inputs
from dashboard.listening.looks import Look, Reference
from dashboard.shared.forms.errors import FormErrors
from dashboard.shared.forms.front_end import front_end_form, prepare_front_end_form
from dashboard.shared.forms.inputs import choose, fill, shown_values
from dashboard.shared.forms.values import front_end_values, read_front_end

KEY = "gallery:front_end"
_SHOWN = "gallery:shown"
_REFERENCES: dict[Reference, str] = {
    "own": "Below own peak",
    "fixed": "Same for all",
    "fitted": "Fitted to each",
}
_FIXED_ENDS = (-120, 80)
_FIXED_FIRST = (-40, 40)


@dataclass(frozen=True)
class Settings:
    """What the controls say.

    Attributes
    ----------
    front_end : Features
        That makes the spectrogram.
    reference : "own", "fixed" or "fitted"
    ends : (float, float)
        Levels of the darkest and the brightest colour.
    color_map : str
    """

    front_end: Features
    reference: Reference
    ends: tuple[float, float]
    color_map: str

    @property
    def mel(self) -> MelSpectrogram:
        """The mel spectrogram whose window, hop and bands all other pictures of a clip use."""
        return self.front_end if isinstance(self.front_end, MelSpectrogram) else services.MEL

    @property
    def scale(self) -> LevelScale:
        """What the colours mean; the range of a single picture where they are fitted to each."""
        given = self.front_end.level_scale
        meaning = {
            "own": given.meaning,
            "fixed": "level in dB, 0 dB the same for all clips",
            "fitted": "colours fitted to each picture, from its quiet cells to its loudest",
        }[self.reference]
        return replace(given, low=self.ends[0], high=self.ends[1], meaning=meaning)

    def look(self, span_s: float) -> Look:
        """The spectrogram of a clip across so many seconds."""
        return Look(
            front_end=self.front_end,
            reference=self.reference,
            ends=self.ends,
            color_map=self.color_map,
            span_s=span_s,
        )


def pick_settings(collection: Collection, offered: Sequence[Features], *, levels: bool = True) -> Settings:
    """Draw the controls and read them; parameters that do not fit together are said, and the last that did stay.

    Parameters
    ----------
    collection : Collection
    offered : sequence of Features
        Those that give pictures; not empty.
    levels : bool
        Whether the range of levels is the visitor's to choose.
    """
    front_end = _in_use(collection, offered)
    errors = FormErrors(st.container())
    wanted = front_end
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if not (collection.front_ends and len(offered) == 1):
            with errors.open(), errors.heed():
                wanted = _pick_front_end(collection, offered, front_end)
            errors.close()
        if not errors.first:
            front_end = wanted
            st.session_state[_SHOWN] = front_end.to_dict()
        with st.popover("Colours", icon=":material/palette:", help="Levels, their range, and the colour map"):
            scale = front_end.level_scale
            reference, ends = _pick_levels(front_end) if levels else ("own", (scale.low, scale.high))
            color_map = st.selectbox(
                "Colour map",
                list(COLOR_MAPS),
                format_func=str.capitalize,
                key="gallery-colors",
                persist_state="session",
                help="All are perceptually uniform: equal steps of level look like equal steps. Cividis looks the same "
                "to people who see few colours.",
            )
    return Settings(front_end, reference, ends, color_map)


def _pick_front_end(collection: Collection, offered: Sequence[Features], shown: Features) -> Features:
    """The front end of the form; `FeatureError` where its parameters do not fit together."""
    prepare_front_end_form(KEY, shown)
    titles = {each.kind: each.title for each in offered}
    if collection.front_ends or st.session_state[f"{KEY}:kind"] != MelSpectrogram.kind:
        with st.container(width=420):
            return front_end_form(collection, offered, key=KEY, label="Spectrogram")
    if len(titles) > 1:
        with st.container(width=200):
            choose("Spectrogram", f"{KEY}:kind", titles)
    mel_inputs(KEY)
    with st.popover("More", icon=":material/tune:", help="Sample rate, window shape, edges and range"):
        mel_further_inputs(KEY)
        st.button("Back to the default", on_click=_reset, args=(offered[0],), key="gallery:usual")
    return read_front_end(KEY, shown_values())


def _reset(front_end: Features) -> None:
    st.session_state[_SHOWN] = front_end.to_dict()
    fill(front_end_values(front_end, KEY))


def _in_use(collection: Collection, offered: Sequence[Features]) -> Features:
    kept = st.session_state.get(_SHOWN)
    if kept is None:
        return offered[0]
    front_end = features_from_dict(kept)
    possible = front_end in offered if collection.front_ends else not front_end.is_numeric
    return front_end if possible and (isinstance(front_end, AudioFrontEnd) or collection.front_ends) else offered[0]


def _pick_levels(front_end: Features) -> tuple[Reference, tuple[float, float]]:
    scale = front_end.level_scale
    is_mel = isinstance(front_end, MelSpectrogram) and scale.in_decibels
    references = {name: title for name, title in _REFERENCES.items() if name != "fixed" or is_mel}
    if not scale.in_decibels:
        references["own"] = "Same for all"
    reference: Reference = (
        st.segmented_control(
            "Levels",
            list(references),
            format_func=lambda name: references[name],
            default="own",
            required=True,
            key=f"gallery-levels:{'+'.join(references)}:{scale.unit}",
            persist_state="session",
            help="Below own peak: 0 dB is each clip's loudest cell, as models see it. Same for all: one reference "
            "(librosa's ref=1), so that a quiet clip looks quiet. Fitted to each: most contrast in each picture."
            if scale.in_decibels
            else "The same colours for all clips, or those with most contrast in each picture.",
        )
        or "own"
    )
    if reference == "fitted" or not scale.in_decibels:
        return reference, (scale.low, scale.high)
    low, high = _FIXED_ENDS if reference == "fixed" else (round(scale.low), round(scale.high))
    ends = st.slider(
        "Range (dB)",
        low,
        high,
        _FIXED_FIRST if reference == "fixed" else (low, high),
        step=5,
        key=f"gallery-range:{reference}:{low}",
        persist_state="session",
        help="Levels of the darkest and of the brightest colour.",
    )
    return reference, (float(ends[0]), float(max(ends[1], ends[0] + 1)))
