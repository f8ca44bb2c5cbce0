"""One finding: the clip, or the two clips of a pair side by side, to hear, see, exclude and take back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.annotations import Exclusion
from core.quality.findings import Finding, exclusion_reason
from dashboard.charts.spectrograms.spectrogram_picture import WIDTH
from dashboard.sentences.places import clip_place
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.changing import change_button
from dashboard.shared.names import clip_and_genre
from dashboard.shared.player import card_front_end, clip_figures, clip_player, stored_picture

CARD_WIDTH = WIDTH + 34
_REASON_WIDTH = 240


@dataclass(frozen=True)
class Changes:
    """What is excluded, and how to change it.

    Attributes
    ----------
    excluded : mapping of clip name to Exclusion
    exclude : callable
        Given reasons by clip name.
    restore : callable
        Given clip names.
    """

    excluded: Mapping[str, Exclusion]
    exclude: Callable[[Mapping[str, str]], None]
    restore: Callable[[Sequence[str]], None]


def show_pair(whole: Collection, finding: Finding, changes: Changes) -> None:
    """What the two clips have in common, then both, their players set to the same moment of the music."""
    assert finding.counterpart is not None
    offset_s = round(finding.offset_s or 0.0, 1)
    with st.container(border=True), st.container(horizontal=True, gap="medium"):
        with st.container(width=_REASON_WIDTH):
            st.markdown(escape_markdown(finding.reason))
        for name, start_s in ((finding.clip, offset_s), (finding.counterpart, -offset_s)):
            with st.container(width=CARD_WIDTH):
                _clip(whole, finding, whole.clip(name), changes, start_s=max(0.0, start_s))


def show_single(whole: Collection, finding: Finding, changes: Changes) -> None:
    """A clip and what is wrong with it."""
    with st.container(border=True, width=CARD_WIDTH):
        _clip(whole, finding, whole.clip(finding.clip), changes, reason=finding.reason)


def _clip(
    whole: Collection, finding: Finding, clip: Clip, changes: Changes, *, reason: str = "", start_s: float = 0.0
) -> None:
    out = clip.name in changes.excluded
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        clip_and_genre(clip.name, clip.genre)
        if out:
            st.badge("Excluded", icon=":material/block:", color="orange")
    if place := clip_place(clip):
        st.caption(place)
    if reason:
        st.markdown(escape_markdown(reason))
    if finding.kind != "unreadable":
        _player(whole, finding, clip, start_s)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _button(finding, clip, changes, out=out)
        if start_s > 0:
            st.caption(f"Plays from {start_s:.1f} s", width="content")


def _button(finding: Finding, clip: Clip, changes: Changes, *, out: bool) -> None:
    key = f"quality:{finding.id}:{clip.name}"
    if out:
        change_button(
            "Restore", icon=":material/undo:", key=f"{key}:restore", on_click=changes.restore, args=([clip.name],)
        )
        return
    change_button(
        "Exclude",
        icon=":material/block:",
        key=f"{key}:exclude",
        help=f"Leave {escape_markdown(clip.name)} out of Explore, Gallery and Train. The file stays unchanged.",
        on_click=changes.exclude,
        args=({clip.name: exclusion_reason(finding, clip.name)},),
    )


def _player(whole: Collection, finding: Finding, clip: Clip, start_s: float) -> None:
    key = f"quality:{finding.id}:{clip.name}"
    front_end = card_front_end(whole)
    picture = None if front_end.is_numeric else stored_picture(whole, clip, front_end)
    if front_end.is_numeric:
        clip_figures(whole, clip, front_end, key=f"{key}:figures")
    clip_player(whole, clip, key=f"{key}:player", picture=picture, in_list="quality", start_s=start_s)
