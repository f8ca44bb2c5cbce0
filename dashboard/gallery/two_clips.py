"""Gallery's two clips, one above the other, in step."""

from dataclasses import replace

import streamlit as st

from core.clips.collection import Collection
from dashboard import services
from dashboard.gallery.one_clip import describe, pick_clip
from dashboard.gallery.pictures import looks_at, pick_looks, stacked
from dashboard.gallery.settings import Settings
from dashboard.gallery.views import show_scale, shown_clips, span_of
from dashboard.shared.player import clip_player


def show_two_clips(collection: Collection, settings: Settings) -> None:
    """Two clips on one axis of time and one scale of levels; starting one stops the other and goes on where it was."""
    clips = shown_clips(collection, settings.front_end)
    if len(clips) < 2:
        st.info("Two clips with pictures are needed, and this collection has fewer.", icon=":material/info:")
        return
    if settings.reference == "fitted":
        settings = replace(settings, reference="own")
        st.caption("Two clips are compared on one scale: their colours are not fitted to each.")
    left, right = st.columns(2, gap="medium")
    with left:
        first = pick_clip(collection, clips, name="clip", default=clips[0], label="Upper clip")
    other = next((clip for clip in clips if clip.genre != first.genre), clips[1])
    with right:
        second = pick_clip(collection, clips, name="other", default=other, label="Lower clip")
    span_s = max(span_of(clip, settings.front_end) for clip in (first, second))
    has_sound = all(services.sound(collection, clip) is not None for clip in (first, second))
    found = looks_at(settings, span_s, has_sound=has_sound)
    looks = pick_looks(found, key="gallery-two-pictures", at_first=[next(iter(found))])
    if not looks:
        st.info("Choose at least one picture above.", icon=":material/filter_alt:")
        return
    show_scale(settings, f"{span_s:.1f} s" if settings.front_end.frame_s else "")
    for place, clip in (("upper", first), ("lower", second)):
        describe(collection, clip)
        pictures = stacked(collection, clip, looks)
        clip_player(
            collection,
            clip,
            key=f"gallery-{place}",
            picture=pictures[0],
            below=pictures[1:],
            in_list="gallery-two",
            in_step="gallery-two",
            span_s=span_s if settings.front_end.frame_s else None,
        )
    st.caption("Start one while the other plays: it goes on at the same place. Both cursors show it.")
