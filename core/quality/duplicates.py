"""Pairs of clips that hold the same recording, found by their fingerprints without comparing every pair.

All landmarks stand in one index sorted by hash. Each clip looks its own landmarks up, and each hit votes for another
clip and an offset in time: unrelated clips scatter their few hits, copies pile them up at one offset (Wang 2003). The
sub-band bits at that offset then decide (Haitsma and Kalker 2002): of unrelated music half the bits differ; their
threshold of 0.35 over 3 s is expected to err once in 10^20 blocks. A stricter one is used here over the whole time in
common, since a false pair is worse than a miss.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.quality.fingerprint import FRAME_S, Fingerprint, audible

MAX_BIT_ERROR = 0.30
MIN_COMMON_S = 3.0
_MIN_VOTES = 8
_MAX_OFFSETS = 3
"""Offsets tried of a pair: music that repeats itself piles up votes at several."""
_FINE_FRAMES = 1
_MAX_BUCKET_SHARE = 4
"""A hash with more entries than this many a clip is too common to tell anything."""
_MIN_BUCKET = 400
_OFFSET_RANGE = 1 << 22


@dataclass(frozen=True)
class Match:
    """Two clips with a recording in common.

    Attributes
    ----------
    first, second : int
        Places of the clips in the sequence given, ``first < second``.
    offset_s : float
        What sounds at ``t`` in the second clip sounds at ``t + offset_s`` in the first.
    common_s : float
        Time in which both sound.
    gain_db : float
        Level of the second above that of the first in that time.
    bit_error : float
        Share of fingerprint bits that differ: 0 for identical sound, 0.5 for unrelated.
    """

    first: int
    second: int
    offset_s: float
    common_s: float
    gain_db: float
    bit_error: float


def find_matches(prints: Sequence[Fingerprint], *, on_clip: Callable[[int], bool] | None = None) -> list[Match]:
    """Clips that hold the same recording.

    Parameters
    ----------
    prints : sequence of Fingerprint
    on_clip : callable, optional
        Called with the number of clips looked up so far; it returns True to stop.

    Returns
    -------
    list of Match
        Sorted by first, then second clip; each pair once.
    """
    if not prints:
        return []
    index = _Index(prints)
    matches: list[Match] = []
    for first in range(len(prints)):
        for second, offset in index.candidates(first):
            match = _verified(prints, first, second, offset)
            if match is not None and not (matches and _same_pair(matches[-1], match)):
                matches.append(match)
            elif match is not None and match.bit_error < matches[-1].bit_error:
                matches[-1] = match
        if on_clip is not None and on_clip(first + 1):
            break
    return sorted(matches, key=lambda match: (match.first, match.second))


def _same_pair(one: Match, other: Match) -> bool:
    return (one.first, one.second) == (other.first, other.second)


class _Index:
    """All landmarks of all clips, sorted by hash."""

    def __init__(self, prints: Sequence[Fingerprint]) -> None:
        self._prints = prints
        hashes = np.concatenate([one.hashes for one in prints])
        clips = np.repeat(np.arange(len(prints), dtype=np.uint32), [len(one.hashes) for one in prints])
        frames = np.concatenate([one.frames for one in prints])
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._clips, self._frames = hashes[order], clips[order], frames[order]
        self._max_bucket = max(_MIN_BUCKET, _MAX_BUCKET_SHARE * len(prints))

    def candidates(self, first: int) -> Iterator[tuple[int, int]]:
        """(later clip, offset in frames) of the offsets with most votes."""
        own = self._prints[first]
        low = np.searchsorted(self._hashes, own.hashes, side="left")
        counts = np.searchsorted(self._hashes, own.hashes, side="right") - low
        usable = (counts > 0) & (counts <= self._max_bucket)
        low, counts, frames = low[usable], counts[usable], own.frames[usable]
        total = int(counts.sum())
        if not total:
            return
        ends = np.cumsum(counts)
        places = np.arange(total) + np.repeat(low - (ends - counts), counts)
        clips = self._clips[places]
        later = clips > first
        offsets = np.repeat(frames, counts)[later].astype(np.int64) - self._frames[places[later]]
        ballots = clips[later].astype(np.int64) * _OFFSET_RANGE + offsets + _OFFSET_RANGE // 2
        keys, votes = np.unique(ballots, return_counts=True)
        # A shift of part of a hop divides the votes between two neighbours.
        piled = votes.copy()
        beside = np.flatnonzero(np.diff(keys) == 1)
        piled[beside] += votes[beside + 1]
        piled[beside + 1] += votes[beside]
        strong = np.flatnonzero(piled >= _MIN_VOTES)
        strong = strong[np.lexsort((-piled[strong], keys[strong] // _OFFSET_RANGE))]
        tried: dict[int, int] = {}
        for place in strong:
            second = int(keys[place] // _OFFSET_RANGE)
            if tried.get(second, 0) < _MAX_OFFSETS:
                tried[second] = tried.get(second, 0) + 1
                yield second, int(keys[place] % _OFFSET_RANGE) - _OFFSET_RANGE // 2


def _verified(prints: Sequence[Fingerprint], first: int, second: int, offset: int) -> Match | None:
    best: Match | None = None
    for fine in range(offset - _FINE_FRAMES, offset + _FINE_FRAMES + 1):
        match = _compared(prints, first, second, fine)
        if match is not None and (best is None or match.bit_error < best.bit_error):
            best = match
    return best if best is not None and best.bit_error <= MAX_BIT_ERROR else None


def _compared(prints: Sequence[Fingerprint], first: int, second: int, offset: int) -> Match | None:
    """The two clips laid over each other; None where less than `MIN_COMMON_S` sounds in both."""
    one, other = prints[first], prints[second]
    start, end = max(0, offset), min(one.n_frames, other.n_frames + offset)
    if end <= start:
        return None
    here, there = slice(start, end), slice(start - offset, end - offset)
    sounding = audible(one)[here] & audible(other)[there]
    n_common = int(sounding.sum())
    if n_common * FRAME_S < MIN_COMMON_S:
        return None
    differing = np.bitwise_count(one.bits[here] ^ other.bits[there])[sounding]
    gain = other.level_db[there][sounding].astype(np.float32) - one.level_db[here][sounding].astype(np.float32)
    return Match(
        first,
        second,
        offset_s=offset * FRAME_S,
        common_s=n_common * FRAME_S,
        gain_db=float(np.median(gain)),
        bit_error=float(differing.mean()) / 32.0,
    )
