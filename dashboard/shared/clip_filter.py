"""Looking at some clips of a collection alone, and grouping them, by what people said of them."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.clips.collection import Collection
from core.collections.annotations import Annotation, load_annotations, tags_of
from core.collections.chosen import choose_said, group_by_tag
from core.collections.corrections import corrected_labels, corrections_of
from dashboard import services
from dashboard.sentences.wording import format_plural

GENRES, CORRECTED, TAGS = "Genre", "Corrected genre", "Tag"
_WRONG, _NOTED = "Label wrong", "With a note"


def filter_key(collection_id: str, name: str) -> str:
    """Session key of a part of the filter: ``"tags"``, ``"said"`` or ``"group"``."""
    return f"clip-filter:{collection_id}:{name}"


def filter_clips(collection: Collection, row: DeltaGenerator) -> Collection | None:
    """The clips that the visitor chose by what is said of them, under the genres or tags that they chose.

    Parameters
    ----------
    collection : Collection
        As it is registered.
    row : container
        Where the filter stands, where something is said of clips.

    Returns
    -------
    Collection or None
        None where no clip is left, which has then been said.
    """
    annotations = {name: entry for name, entry in load_annotations(collection.id).items() if name in collection.by_name}
    tags = tags_of(annotations)
    corrections = corrections_of(collection)
    said = [
        *([_WRONG] if corrections else []),
        *([_NOTED] if any(entry.note for entry in annotations.values()) else []),
    ]
    if not tags and not said:
        return collection
    groups = [GENRES, *([CORRECTED] if corrected_labels(corrections) else []), *([TAGS] if tags else [])]
    wanted, asked, group = _choice(collection.id, tags, said, groups)
    if group == CORRECTED:
        collection = services.collection(collection.id, corrected=corrected_labels(corrections))
    chosen = _chosen(collection, annotations, wanted, asked, group)
    is_on = bool(wanted or asked) or group != GENRES
    with row.popover(
        f"{len(chosen.clips):,} of {format_plural(len(collection.clips), 'clip')}" if is_on else "Filter",
        icon=":material/filter_alt:",
        type="primary" if is_on else "secondary",
        key=filter_key(collection.id, "menu"),
        help="Show clips by their tags, notes and corrected labels, or grouped by them.",
    ):
        _inputs(collection.id, tags, said, groups)
    if not chosen.clips:
        st.info("No clip is left by the filter above. Choose less in it.", icon=":material/filter_alt:")
        return None
    if group != GENRES:
        words = "by tag, in place of genre" if group == TAGS else "by corrected genre"
        st.caption(f":material/filter_alt: Grouped {words}")
    return chosen


def _chosen(
    collection: Collection, annotations: dict[str, Annotation], tags: list[str], asked: list[str], group: str
) -> Collection:
    if tags or asked:
        collection = choose_said(collection, annotations, tags=tags, corrected=_WRONG in asked, noted=_NOTED in asked)
    return group_by_tag(collection, annotations, tags=tags) if group == TAGS else collection


def _choice(
    collection_id: str, tags: tuple[str, ...], said: list[str], groups: list[str]
) -> tuple[list[str], list[str], str]:
    """What the visitor chose, as far as it is to be had still."""
    state = st.session_state
    keys = [filter_key(collection_id, name) for name in ("tags", "said", "group")]
    state[keys[0]] = [tag for tag in state.get(keys[0]) or () if tag in tags]
    state[keys[1]] = [each for each in state.get(keys[1]) or () if each in said]
    state[keys[2]] = state[keys[2]] if state.get(keys[2]) in groups else GENRES
    return state[keys[0]], state[keys[1]], state[keys[2]]


def _inputs(collection_id: str, tags: tuple[str, ...], said: list[str], groups: list[str]) -> None:
    if tags:
        st.multiselect(
            "Tags",
            tags,
            key=filter_key(collection_id, "tags"),
            persist_state="session",
            placeholder="Any or none",
            help="Clips with any of these.",
        )
    if said:
        st.pills(
            "Said of them",
            said,
            selection_mode="multi",
            key=filter_key(collection_id, "said"),
            persist_state="session",
            help="Clips of which all of this is said.",
        )
    if len(groups) > 1:
        st.segmented_control(
            "Group by",
            groups,
            required=True,
            key=filter_key(collection_id, "group"),
            persist_state="session",
            help="What stands in place of the genre in charts and lists. By tag, clips without one are left out, and "
            "one of several stands under the first of the alphabet.",
        )
    st.button(
        "Show all clips",
        icon=":material/filter_alt_off:",
        on_click=_clear,
        args=(collection_id,),
        key=filter_key(collection_id, "clear"),
    )


def _clear(collection_id: str) -> None:
    st.session_state[filter_key(collection_id, "tags")] = []
    st.session_state[filter_key(collection_id, "said")] = []
    st.session_state[filter_key(collection_id, "group")] = GENRES
