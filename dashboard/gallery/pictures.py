"""Which pictures of a clip are drawn under each other."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.depiction.kinds import KINDS
from core.features.mel import MelSpectrogram
from dashboard.gallery.settings import Settings
from dashboard.listening.component import Picture
from dashboard.listening.looks import SPECTROGRAM, Look, look_picture, look_title

_HEIGHTS = {"cqt": 130, "chroma": 92, "mfcc": 92, "tempogram": 104, "waveform": 72}
_HEIGHT = 150
_MAX_COLUMNS = 900
"""Of a picture over the whole page."""


def looks_at(settings: Settings, span_s: float, *, has_sound: bool) -> dict[str, Look]:
    """All pictures that a clip can have, by their titles, the chosen spectrogram first.

    Parameters
    ----------
    settings : Settings
    span_s : float
        Seconds across the whole width.
    has_sound : bool
        Whether anything can be computed.
    """
    chosen = replace(settings.look(span_s), max_columns=_MAX_COLUMNS)
    found = {look_title(chosen): chosen}
    if not has_sound:
        return found
    mel = settings.mel
    plain = (
        chosen if settings.front_end.level_scale.in_decibels else replace(chosen, reference="own", ends=(-80.0, 0.0))
    )
    for scale in ("mel", "linear"):
        front_end = replace(mel, scale=scale, normalisation="peak", width="padded")
        look = replace(plain, front_end=front_end)
        found.setdefault(look_title(look), look)
    for name, kind in KINDS.items():
        found[kind.title] = replace(plain, front_end=mel, kind=name)
    return found


def pick_looks(found: dict[str, Look], *, key: str, at_first: Sequence[str] | None = None) -> list[Look]:
    """Those that the visitor wants to see, in the order of all.

    Parameters
    ----------
    found : dict of title to Look
    key : str
        Of the widget.
    at_first : sequence of str, optional
        Titles shown before anything is chosen; all when not given.
    """
    titles = list(found)
    if len(titles) == 1:
        return list(found.values())
    chosen = st.pills(
        "Pictures",
        titles,
        selection_mode="multi",
        default=[title for title in titles if at_first is None or title in at_first],
        key=f"{key}:{titles[0]}",
        persist_state="session",
        help="All on one axis of time, computed with the window, hop and bands chosen above. "
        + " ".join(f"{kind.title}: {kind.note}" for kind in KINDS.values()),
    )
    return [look for title, look in found.items() if title in chosen]


def stacked(collection: Collection, clip: Clip, looks: Sequence[Look]) -> list[Picture]:
    """The pictures of a clip for one player, each with its title."""
    return [
        look_picture(collection, clip, look, height=_HEIGHTS.get(look.kind, _HEIGHT), title=_title(look))
        for look in looks
    ]


def _title(look: Look) -> str:
    if look.kind == SPECTROGRAM:
        front_end = look.front_end
        if isinstance(front_end, MelSpectrogram):
            window = f"n_fft {front_end.n_fft:,}, hop {front_end.hop_length:,}"
            return f"{look_title(look)} · {front_end.n_mels} bands, {window}"
        return look_title(look)
    kind = KINDS[look.kind]
    return f"{kind.title} · {kind.unit}"
