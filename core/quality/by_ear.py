"""The part of a check that the trained ears do: they hear every clip, and its neighbours are compared."""

from collections.abc import Callable, Mapping, Sequence

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.embeddings.ears import EARS, ears_embeddings
from core.embeddings.neighbours import NeighbourIndex
from core.extraction.extract import extract
from core.extraction.store import FeatureStore
from core.jobs.reporter import ProgressReporter
from core.quality.alike import MIN_ALL, N_NEAREST, Alike, Doubt, alike_pairs, doubtful_labels
from core.quality.findings import ALIKE, DOUBTFUL, Finding

Copies = Callable[[Sequence[Clip]], Sequence[int]]


def can_hear(n_sounding: int) -> bool:
    """Whether so many clips with sound are compared by the ears here."""
    return n_sounding >= MIN_ALL and not EARS.why_not_here


def findings_by_ear(
    sounding: Collection,
    repeated: Sequence[Finding],
    copies: Copies,
    reporter: ProgressReporter,
    *,
    n_workers: int | None = None,
) -> list[Finding] | None:
    """Pairs that sound all but the same, and labels that no neighbour has; None when it was stopped.

    Parameters
    ----------
    sounding : Collection
        Only clips with sound, each recording once as far as that is certain.
    repeated : sequence of Finding
        Pairs that are known to be repeats.
    copies : callable
        Given clips, a number for each: the same for copies of one another.
    reporter : ProgressReporter
    n_workers : int, optional
        Processes; default one for each core.
    """
    if not can_hear(len(sounding.clips)):
        return []
    if extract(sounding, [EARS], reporter=reporter, n_workers=n_workers).stopped:
        return None
    clips = FeatureStore(sounding.id, EARS).available(sounding.clips)
    index = NeighbourIndex([clip.name for clip in clips], ears_embeddings(sounding, clips))
    reporter.phase("Comparing what sounds alike", total=3 * len(clips))
    n_before = 0
    stopped = False

    def on_clips(n_done: int) -> bool:
        nonlocal stopped
        reporter.advance(n_before + n_done)
        stopped = reporter.stop_requested
        return stopped

    known = {frozenset((one.clip, one.counterpart)) for one in repeated if one.counterpart is not None}
    pairs = alike_pairs(index, known=known, on_clips=on_clips)
    n_before = len(clips)
    numbers = copies(clips)
    artists = _by_artist(clips, numbers, sounding.facts)
    doubts = [] if stopped else _doubts(index, clips, numbers, artists, on_clips)
    return None if stopped else alike_findings(clips, pairs) + doubtful_findings(clips, doubts)


def _doubts(
    index: NeighbourIndex,
    clips: Sequence[Clip],
    copies: Sequence[int],
    artists: Sequence[int],
    on_clips: Callable[[int], bool],
) -> list[Doubt]:
    return doubtful_labels(index, [clip.genre for clip in clips], copies=copies, artists=artists, on_clips=on_clips)


def _by_artist(clips: Sequence[Clip], copies: Sequence[int], facts: Mapping[str, ClipFacts]) -> list[int]:
    """Number of the artist of each clip, of its copies where none is known."""
    keys: dict[tuple[str, int], int] = {}
    numbers = []
    for clip, copy in zip(clips, copies, strict=True):
        artist = " ".join(facts.get(clip.name, ClipFacts()).artist.casefold().split())
        numbers.append(keys.setdefault((artist, 0) if artist else ("", copy), len(keys)))
    return numbers


def alike_findings(clips: Sequence[Clip], pairs: Sequence[Alike]) -> list[Finding]:
    """Findings of pairs of these clips."""
    return [
        Finding(
            ALIKE,
            clips[pair.first].name,
            clips[pair.second].name,
            1.0 - pair.distance,
            f"To the trained ears they sound all but the same: {pair.distance:.3f} apart, where no two "
            "different clips of GTZAN were below 0.018. They may be one recording at another speed, or two cuts of it."
            + (
                ""
                if clips[pair.first].genre == clips[pair.second].genre
                else f" But one is labelled {clips[pair.first].genre}, the other {clips[pair.second].genre}."
            ),
        )
        for pair in pairs
    ]


def doubtful_findings(clips: Sequence[Clip], doubts: Sequence[Doubt]) -> list[Finding]:
    """Findings of doubts about these clips."""
    return [
        Finding(
            DOUBTFUL,
            clips[doubt.place].name,
            None,
            doubt.n_agreeing / N_NEAREST,
            f"Labelled {clips[doubt.place].genre}. None of the {N_NEAREST} clips that sound most like it has this "
            f"label, and {doubt.n_agreeing} of the {N_NEAREST} nearest by others are {doubt.suggested}.",
        )
        for doubt in doubts
    ]
