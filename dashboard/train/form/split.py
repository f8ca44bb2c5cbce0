"""Choosing how clips are divided: protocol, shares, folds, a file of one's own."""

from dataclasses import dataclass
from statistics import median
from typing import Any

import streamlit as st

from core.clips.collection import Collection
from core.clips.related import Related
from core.errors import SplitError, in_field
from core.splits.by_group import GroupColumn, group_columns
from core.splits.config import DEFAULT_EXCERPTS, MAX_EXCERPTS, SplitConfig
from core.splits.findings import facts_with_findings, found_pairs
from core.splits.own_file import MAX_BYTES, load_parts
from core.splits.proposal import ArtistsKnown, propose_by_artist
from core.splits.protocols import PROTOCOLS, Protocol
from core.splits.segments import excerpts_to_cut
from core.splits.summary import has_spectrograms, protocols_for
from core.splits.together import joins_findings, likely_sentence, together_sentences
from dashboard.access import may_change
from dashboard.changes.collections import keep_split_file
from dashboard.sentences.split import artist_sentence
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.forms.errors import slot_below

_CHOSEN = "train:protocol_chosen"
"""Whether the protocol is what somebody chose, or repeats a run: then none is proposed in its place."""


def split_values(config: SplitConfig) -> dict[str, Any]:
    """Session values that make the form show a split."""
    return {
        _CHOSEN: True,
        "train:protocol": config.protocol,
        "train:test_percent": round(100 * config.test_fraction, 6),
        "train:validation_percent": round(100 * config.validation_fraction, 6),
        "train:in_folds": config.n_folds is not None,
        "train:n_folds": config.n_folds or 5,
        "train:fold": config.fold,
        "train:join_findings": config.join_findings,
        "train:join_likely": config.join_likely,
        "train:split_fixed": config.seed is not None,
        "train:split_seed": config.seed if config.seed is not None else 42,
        "train:split_file": (config.file, config.file_name),
        "train:n_excerpts": config.n_excerpts or DEFAULT_EXCERPTS,
        "train:group_column": config.group_column,
    }


def split_form(collection: Collection, genres: tuple[str, ...], *, is_study: bool = False) -> SplitConfig:
    """The inputs of a split and what they say; `GenreLabError` where they make none.

    Parameters
    ----------
    collection : Collection
    genres : tuple of str
        Chosen; what can be had depends on their clips.
    is_study : bool
        Whether the preset is one of the study's, which divided by clip.
    """
    with in_field("split"):
        return _split_form(collection, genres, is_study=is_study)


def _split_form(collection: Collection, genres: tuple[str, ...], *, is_study: bool) -> SplitConfig:
    pairs = found_pairs(collection.id)
    known = _known(collection.id, collection.content_key, collection.facts_key, pairs, genres, _collection=collection)
    n_pairs, reasons = known.n_pairs, known.reasons
    # What is wrong comes last.
    offered = sorted((key for key, reason in reasons.items() if not reason), key=lambda key: PROTOCOLS[key].is_wrong)
    for key, value in (split_values(SplitConfig()) | {_CHOSEN: False}).items():
        st.session_state.setdefault(key, value)
    if st.session_state["train:protocol"] not in offered:
        st.session_state[_CHOSEN] = False
    if not st.session_state[_CHOSEN]:
        st.session_state["train:protocol"] = "clip" if is_study or known.by_artist is None else "artist"
    chosen = st.selectbox(
        "Split",
        offered,
        format_func=lambda key: PROTOCOLS[key].marked_title,
        key="train:protocol",
        persist_state="session",
        help=_help(reasons),
        on_change=_protocol_chosen,
    )
    slot_below("train:protocol")
    protocol = PROTOCOLS[chosen]
    st.caption(protocol.about)
    if known.by_artist is not None and (said := artist_sentence(known.by_artist, chosen, is_study=is_study)):
        st.caption(f":material/person: {said}")
    given: dict[str, Any] = {"protocol": protocol.id}
    if protocol.takes_column:
        given["group_column"] = _group_column(known.columns)
    if protocol.takes_excerpts and known.can_be_cut:
        given["n_excerpts"] = _excerpts(known.typical_duration_s)
    if protocol.joins:
        given |= _together(known.related, protocol, n_pairs, always=protocol.id in known.joining)
    if protocol.foldable:
        given |= _folds()
    is_divided = False
    if protocol.takes_file:
        given |= _file(collection)
        is_divided = "validation" in load_parts(collection.id, given["file"], list(known.names)).values()
    if not is_divided:
        given |= _shares(protocol, in_folds="n_folds" in given)
    return SplitConfig(**given)


def _protocol_chosen() -> None:
    st.session_state[_CHOSEN] = True


@dataclass(frozen=True)
class _Known:
    """What the form asks of the clips: the same at every move of a slider, and of 20,000 clips half a second's work."""

    names: tuple[str, ...]
    reasons: dict[str, str]
    n_pairs: int
    joining: frozenset[str]
    """Protocols that keep repeats which the quality check heard together without being asked for."""
    related: Related
    columns: tuple[GroupColumn, ...]
    by_artist: ArtistsKnown | None
    can_be_cut: bool
    typical_duration_s: float


@st.cache_resource(max_entries=32, show_spinner=False)
def _known(
    collection_id: str,
    content_key: str,
    facts_key: int,
    pairs: tuple[tuple[str, str], ...],
    genres: tuple[str, ...],
    *,
    _collection: Collection,
) -> _Known:
    clips = [clip for clip in _collection.clips if clip.genre in genres]
    names = {clip.name for clip in clips}
    n_pairs = sum(set(pair) <= names for pair in pairs)
    facts = facts_with_findings(_collection) if n_pairs else _collection.facts
    reasons = protocols_for(clips, facts, has_spectrograms=has_spectrograms(_collection))
    return _Known(
        names=tuple(sorted(names)),
        reasons=reasons,
        n_pairs=n_pairs,
        joining=frozenset(key for key, each in PROTOCOLS.items() if joins_findings(_collection, clips, each)),
        related=_collection.related.among(names),
        columns=group_columns(clips, facts),
        by_artist=propose_by_artist(_collection, clips),
        can_be_cut=excerpts_to_cut(clips, facts) is not None,
        typical_duration_s=median(clip.duration_s for clip in clips) if clips else 0.0,
    )


def _help(reasons: dict[str, str]) -> str:
    missing = [f"{PROTOCOLS[protocol].title.lower()}: {reason}" for protocol, reason in reasons.items() if reason]
    text = (
        "How the clips are divided into training, validation and test sets. Repeats that only sound tells are known "
        "once the collection was checked on Collections, Quality."
    )
    return f"{text} Not available for these clips: {escape_markdown('; '.join(missing))}." if missing else text


def _group_column(columns: tuple[GroupColumn, ...]) -> str:
    by_name = {column.name: column for column in columns}
    if st.session_state["train:group_column"] not in by_name:
        st.session_state["train:group_column"] = columns[0].name

    def label(name: str) -> str:
        column = by_name[name]
        alone = f", {format_plural(column.n_without, 'clip')} without" if column.n_without else ""
        return f"{name} ({format_plural(column.n_groups, 'group')}{alone})"

    chosen = st.selectbox(
        "Group column",
        list(by_name),
        format_func=label,
        key="train:group_column",
        persist_state="session",
        help="Columns from the collection's clips.csv or table. The number of groups is the number of different "
        "values; each clip without a value is a group of its own.",
    )
    slot_below("train:group_column")
    return chosen


def _excerpts(typical_duration_s: float) -> int:
    number = st.number_input(
        "Excerpts of each clip",
        2,
        MAX_EXCERPTS,
        step=1,
        key="train:n_excerpts",
        persist_state="session",
        help="Each clip's spectrogram is cut into this many parts of equal length. Public notebooks mostly cut the "
        "30 s of a GTZAN clip into ten. A segment chosen under Input cannot be longer than an excerpt.",
    )
    slot_below("train:n_excerpts")
    if length_s := typical_duration_s / number:
        st.caption(f"About {length_s:.1f} s each; accuracy and n count excerpts.")
    return int(number)


def _together(related: Related, protocol: Protocol, n_pairs: int, *, always: bool) -> dict[str, Any]:
    """What is kept together and why, and whether what is only likely is as well.

    Parameters
    ----------
    related : Related
        What belongs together among the chosen clips.
    protocol : Protocol
    n_pairs : int
        Pairs of repeats that the quality check found.
    always : bool
        Whether these are kept together without being asked for.
    """
    for sentence in together_sentences(related):
        st.caption(f":material/link: {escape_markdown(sentence)}")
    given: dict[str, Any] = {}
    if always:
        pairs = f"{format_plural(n_pairs, 'pair')} of clips that the quality check found to be one recording"
        st.caption(f":material/link: Kept together: {pairs}.")
        given["join_findings"] = True
    elif protocol.keeps_groups and n_pairs:
        given["join_findings"] = _join_findings(n_pairs)
    if likely := likely_sentence(related):
        st.caption(f":material/help: {escape_markdown(likely)}")
        given["join_likely"] = st.toggle(
            "Keep these together too",
            key="train:join_likely",
            persist_state="session",
            help="If they are of one recording, a model that is tested on one of them and trained on another only has "
            "to recognise the recording, and its accuracy is too high.",
        )
        slot_below("train:join_likely")
    return given


def _join_findings(n_pairs: int) -> bool:
    """Whether pairs of the quality check stay together, where the collection lists repeats itself."""
    joined = st.toggle(
        "With repeats found by the quality check",
        key="train:join_findings",
        persist_state="session",
        help=f"{format_plural(n_pairs, 'pair')} of exact or near repeats, as listed on the Quality tab of Collections.",
    )
    slot_below("train:join_findings")
    return joined


def _folds() -> dict[str, Any]:
    on, number, which = st.columns(3, vertical_alignment="bottom")
    in_folds = on.toggle(
        "Folds",
        key="train:in_folds",
        persist_state="session",
        help="Divide the clips into equal folds and test on one of them. If you train once for each fold, every "
        "clip is tested once, and the interval is as narrow as the collection allows.",
    )
    slot_below("train:in_folds", on)
    if not in_folds:
        return {}
    n_folds = number.number_input("Number of folds", 2, 20, step=1, key="train:n_folds", persist_state="session")
    if st.session_state["train:fold"] > n_folds:
        st.session_state["train:fold"] = 1
    fold = which.number_input("Fold to test", 1, int(n_folds), step=1, key="train:fold", persist_state="session")
    slot_below("train:fold", which)
    return {"n_folds": int(n_folds), "fold": int(fold)}


def _shares(protocol: Protocol, *, in_folds: bool) -> dict[str, Any]:
    """Shares and seed, as far as the protocol leaves them open."""
    if protocol.is_fixed:
        return {}
    left, middle, right = st.columns([3, 3, 4])
    given: dict[str, Any] = {}
    if protocol.drawn and not in_folds:
        given["test_fraction"] = _percent(
            left,
            "Test set (%)",
            "train:test_percent",
            "Share of the clips kept for the final test. More test clips give a narrower interval.",
        )
    given["validation_fraction"] = _percent(
        middle,
        "Validation set (%)",
        "train:validation_percent",
        "Share of the clips that decide which epoch's weights are kept."
        + (" The file marks none for validation." if protocol.takes_file else ""),
    )
    with right:
        fixed = st.toggle(
            "Separate split seed",
            key="train:split_fixed",
            persist_state="session",
            help="Off: the run's seed also determines the split. On: the split has its own seed and stays the same "
            "when the seed of the run changes, so that runs can be compared clip by clip.",
        )
        slot_below("train:split_fixed")
        if fixed:
            seed = st.number_input(
                "Seed of the split", 0, 2**32 - 1, step=1, key="train:split_seed", persist_state="session"
            )
            given["seed"] = int(seed)
    return given


def _percent(place: st.delta_generator.DeltaGenerator, label: str, key: str, about: str) -> float:
    percent = place.slider(label, 5.0, 50.0, step=1.0, format="%g", key=key, persist_state="session", help=about)
    slot_below(key, place)
    return round(float(percent) / 100, 8)


def _file(collection: Collection) -> dict[str, Any]:
    upload = st.file_uploader(
        "Split file (CSV)",
        type="csv",
        key="train:split_upload",
        help="UTF-8, with the columns clip and part (train, validation, test or excluded). It is stored with the "
        f"collection. At most {MAX_BYTES / 1e6:.0f} MB.",
        max_upload_size=int(MAX_BYTES / 1e6),
        disabled=not may_change(),
    )
    slot_below("train:split_upload")
    if upload is not None:
        with in_field("file"):
            kept = keep_split_file(collection.id, collection.by_name, upload.getvalue(), name=upload.name)
        st.session_state["train:split_file"] = (kept.id, kept.name)
        if kept.unknown:
            listed = ", ".join(escape_markdown(name) for name in kept.unknown[:3])
            st.caption(
                f"{format_plural(len(kept.unknown), 'line')} not used: this collection has no clip {listed}"
                + (" and others." if len(kept.unknown) > 3 else ".")
            )
    file_id, name = st.session_state["train:split_file"]
    if not file_id:
        raise SplitError(
            "Upload a file with the columns clip and part, which gives the part of each clip.", field="file"
        )
    if upload is None:
        st.caption(f"In use: {escape_markdown(name)} ({file_id[:6]}).")
    return {"file": file_id, "file_name": name}
