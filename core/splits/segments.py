"""Segments at random: segments of recordings divided as if they were clips, to show what that inflates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.clips.excerpts import cut_clip
from core.errors import SplitError
from core.splits.base import Split, assemble, drawn_words
from core.splits.by_clip import draw
from core.splits.config import DEFAULT_EXCERPTS, SHORTEST_EXCERPT_S, SplitConfig
from core.splits.groups import groups_of
from core.splits.maker import Known, Maker


def excerpts_to_cut(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> int | None:
    """Excerpts that each clip is cut into, where segments are divided at random and nobody says into how many.

    Ten, or as many as the shortest clip has half seconds; None where the clips are segments already.
    """
    if _are_segments(clips, facts):
        return None
    shortest_s = min((clip.duration_s for clip in clips if clip.duration_s), default=float("inf"))
    return max(2, int(min(DEFAULT_EXCERPTS, shortest_s / SHORTEST_EXCERPT_S + 1e-9)))


def _are_segments(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> bool:
    """Whether most clips share a recording with others; a few copies make no segments."""
    sizes = [len(group) for group in groups_of(clips, facts, "recording")]
    return 2 * sum(size for size in sizes if size > 1) > len(clips)


def _make(collection: Collection, ordered: tuple[Clip, ...], config: SplitConfig) -> Split:
    are_segments = _are_segments(ordered, collection.facts)
    if config.n_excerpts is not None:
        if are_segments:
            raise SplitError(
                "These clips are already segments of recordings and are not cut again. Split them at random as they "
                "are, without a number of excerpts.",
                field="n_excerpts",
            )
        return _excerpts_at_random(ordered, config, config.n_excerpts)
    if not are_segments:
        raise SplitError(
            "These clips are whole, not segments of recordings. To split segments at random, set the number of "
            "excerpts per clip (10 gives 3 s excerpts of 30 s clips), or choose another protocol.",
            field="n_excerpts",
        )
    words = f"segments at random (wrong: segments of one recording on both sides){drawn_words(config)}"
    n_recordings = len(groups_of(ordered, collection.facts, "recording"))
    split = assemble(draw(ordered, config), config, words, len(ordered))
    warning = (
        f"Wrong on purpose: the {len(ordered):,} segments of {n_recordings:,} recordings are split at random, so "
        "nearly every tested recording is also used for training. This shows what most public notebooks report."
    )
    return replace(split, warnings=(warning,))


def _why_not(known: Known) -> str:
    if known.has_spectrograms or _are_segments(known.clips, known.facts):
        return ""
    return "its clips are whole, and numeric features cannot be cut into segments"


def _usual(known: Known) -> list[dict[str, Any]]:
    return [{"n_excerpts": excerpts_to_cut(known.clips, known.facts)}]


MAKER = Maker(make=_make, why_not=_why_not, usual=_usual)


def _excerpts_at_random(ordered: tuple[Clip, ...], config: SplitConfig, n_excerpts: int) -> Split:
    """Clips torn into excerpts, and these divided as if they were clips."""
    shortest = min(ordered, key=lambda clip: clip.duration_s or float("inf"))
    if 0 < shortest.duration_s < n_excerpts * SHORTEST_EXCERPT_S * (1 - 1e-9):
        raise SplitError(
            f"{shortest.name} lasts {shortest.duration_s:.1f} s: {n_excerpts} excerpts of it would be shorter than "
            f"{SHORTEST_EXCERPT_S:g} s. Choose fewer excerpts, or exclude the clip on Collections, Quality.",
            field="n_excerpts",
        )
    excerpts = [excerpt for clip in ordered for excerpt in cut_clip(clip, n_excerpts)]
    words = (
        f"excerpts at random (wrong: excerpts of one clip on both sides), {n_excerpts} of each clip, "
        f"stratified by genre{drawn_words(config)}"
    )
    split = assemble(draw(excerpts, config), config, words, len(excerpts))
    warning = (
        f"Wrong on purpose: each of the {len(ordered):,} clips is cut into {n_excerpts} excerpts, and these are "
        "split at random, so nearly every tested clip is also used for training. This shows what most public "
        "notebooks report. Counts are of excerpts, not clips."
    )
    return replace(split, warnings=(warning,))
