"""Findings: what a check of a collection has to say, each about one clip, with a reason in words."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.clips.clip import Clip
from core.quality.duplicates import Match
from core.quality.mislabels import Suspicion
from core.quality.soundness import Measurements
from core.quality.spectrograms import ExactRepeat

EXACT, NEAR, ALIKE, MISLABEL, DOUBTFUL = "exact", "near", "alike", "mislabel", "doubtful"
KINDS: dict[str, str] = {
    EXACT: "Exact repeats",
    NEAR: "Near duplicates",
    ALIKE: "Alike to the ears",
    "unreadable": "Unreadable",
    "file": "Faults in the file",
    "silent": "Silent",
    "short": "Too short",
    "clipped": "Clipped",
    "offset": "DC offset",
    "rate": "Odd sample rate",
    "band": "High frequencies missing",
    MISLABEL: "Suspected mislabels",
    DOUBTFUL: "Labels unlike their neighbours",
}
"""Kinds of findings in the order to show, with their titles."""

MIN_DURATION_S = 3.0
MIN_DURATION_SHARE = 0.5
MAX_SILENT_SHARE = 0.5
ALL_SILENT_SHARE = 0.999
MAX_CLIPPED_SHARE = 0.001
MAX_DC_OFFSET = 0.01
Worth = tuple[int, float]
_USUAL_RATE_SHARE = 0.5
_REACHES = 0.8
"""A clip whose frequencies reach so far of what its rate allows is like others."""
_SAME_LEVEL_DB = 1.0
_SAME_TIME_S = 0.1


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a clip, or may be.

    Attributes
    ----------
    kind : str
        A key of `KINDS`.
    clip : str
        Name.
    counterpart : str or None
        Name of the other clip of a pair.
    score : float
        How much: likeness 0..1 of a pair, share 0..1 of the clip that is silent or clipped, offset as a share of full
        scale, seconds of a short clip, Hz of an odd rate or of where its frequencies end, probability of another
        genre, share of the neighbours that agree on another; 1 for an unreadable clip; the number of faults in a file.
    reason : str
        In words, for the user.
    offset_s : float or None
        Of a pair: what sounds at ``t`` in the counterpart sounds at ``t + offset_s`` in the clip.
    """

    kind: str
    clip: str
    counterpart: str | None
    score: float
    reason: str
    offset_s: float | None = None

    @property
    def id(self) -> str:
        """Identity within one report."""
        return f"{self.kind}|{self.clip}|{self.counterpart or ''}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; ``Finding(**values)`` reads them back."""
        return asdict(self)


def sort_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """By kind in the order of `KINDS`, the gravest of a kind first."""
    order = list(KINDS)
    small_is_grave = {"short", "rate", "band"}

    def key(finding: Finding) -> tuple[int, float, str, str]:
        grave = finding.score if finding.kind in small_is_grave else -finding.score
        return order.index(finding.kind), grave, finding.clip, finding.counterpart or ""

    return tuple(sorted(findings, key=key))


def sound_findings(clips: Sequence[Clip], facts: Mapping[str, Measurements]) -> list[Finding]:
    """What is wrong with single clips.

    Parameters
    ----------
    clips : sequence of Clip
    facts : mapping of clip key to Measurements
        Clips without are passed over.
    """
    # A clip of a collection without audio has nothing that could be wrong with its sound.
    known = [(clip, facts[clip.key]) for clip in clips if clip.path is not None and clip.key in facts]
    readable = [fact for _, fact in known if not fact.error]
    findings = [Finding("unreadable", clip.name, None, 1.0, fact.error) for clip, fact in known if fact.error]
    if not readable:
        return findings
    median_s = float(np.median([fact.duration_s for fact in readable]))
    usual_hz, n_usual = Counter(fact.sr_hz for fact in readable).most_common(1)[0]
    has_usual = n_usual / len(readable) > _USUAL_RATE_SHARE
    median_hz = float(np.median([fact.sr_hz for fact in readable]))
    for clip, fact in known:
        if fact.error:
            continue
        findings += _of_clip(clip.name, fact, median_s)
        if has_usual and fact.sr_hz != usual_hz:
            reason = f"Its sample rate is {fact.sr_hz:,} Hz; most of the collection has {usual_hz:,} Hz."
            if fact.sr_hz < usual_hz:
                reason += f" Nothing above {fact.sr_hz / 2:,.0f} Hz is in it."
            findings.append(Finding("rate", clip.name, None, float(fact.sr_hz), reason))
        elif fact.sr_hz < _REACHES * median_hz:
            reason = (
                f"Its sample rate is {fact.sr_hz:,} Hz: nothing above {fact.sr_hz / 2:,.0f} Hz is in it. Half of the "
                f"collection has {median_hz:,.0f} Hz or more."
            )
            findings.append(Finding("rate", clip.name, None, float(fact.sr_hz), reason))
    return findings


def _of_clip(name: str, fact: Measurements, median_s: float) -> list[Finding]:
    found = []
    if fact.notes:
        found.append(Finding("file", name, None, float(len(fact.notes)), " ".join(fact.notes)))
    if fact.top_hz is not None and fact.top_hz < _REACHES * fact.sr_hz / 2:
        reason = (
            f"Nothing above about {round(fact.top_hz, -2):,.0f} Hz is in it, although its sample rate of "
            f"{fact.sr_hz:,} Hz would allow it: it was probably resampled from a lower rate."
        )
        found.append(Finding("band", name, None, fact.top_hz, reason))
    if fact.duration_s < max(MIN_DURATION_S, MIN_DURATION_SHARE * median_s):
        why = (
            f"less than the {MIN_DURATION_S:.0f} s needed to judge it"
            if fact.duration_s < MIN_DURATION_S
            else f"less than half of the collection's usual {median_s:.1f} s"
        )
        found.append(Finding("short", name, None, fact.duration_s, f"It lasts {fact.duration_s:.1f} s: {why}."))
    if fact.silent_share >= MAX_SILENT_SHARE:
        share = f"{100 * fact.silent_share:.0f} %"
        reason = (
            "It is silent from beginning to end."
            if fact.silent_share >= ALL_SILENT_SHARE
            else f"It is silent for {share} of its time (below −60 dB of full scale)."
        )
        found.append(Finding("silent", name, None, fact.silent_share, reason))
    if fact.clipped_share >= MAX_CLIPPED_SHARE:
        reason = f"{100 * fact.clipped_share:.1f} % of its samples are cut off at full scale, in runs of three or more."
        found.append(Finding("clipped", name, None, fact.clipped_share, reason))
    if abs(fact.dc_offset) >= MAX_DC_OFFSET:
        side = "above" if fact.dc_offset > 0 else "below"
        reason = f"On average, its samples are {100 * abs(fact.dc_offset):.1f} % of full scale {side} zero."
        found.append(Finding("offset", name, None, abs(fact.dc_offset), reason))
    return found


def has_sound(fact: Measurements) -> bool:
    """Whether a clip can be read and is not silent throughout."""
    return not fact.error and fact.silent_share < ALL_SILENT_SHARE


def exact_groups(clips: Sequence[Clip], facts: Mapping[str, Measurements]) -> list[list[Clip]]:
    """Clips with the very same samples, two or more together; silence repeats nothing and is left out."""
    groups: dict[str, list[Clip]] = {}
    for clip in clips:
        fact = facts.get(clip.key)
        if fact is not None and has_sound(fact):
            groups.setdefault(fact.sample_hash, []).append(clip)
    return [group for group in groups.values() if len(group) > 1]


def exact_findings(groups: Sequence[Sequence[Clip]]) -> list[Finding]:
    """One finding for each further clip of a group, paired with the group's first."""
    return [
        Finding(EXACT, group[0].name, other.name, 1.0, _exact_reason(group[0], other), 0.0)
        for group in groups
        for other in group[1:]
    ]


def _exact_reason(one: Clip, other: Clip) -> str:
    return f"Both hold the same samples from the first to the last.{_labels_differ(one, other)}"


def _labels_differ(one: Clip, other: Clip) -> str:
    return "" if one.genre == other.genre else f" But one is labelled {one.genre}, the other {other.genre}."


def spectrogram_findings(clips: Sequence[Clip], repeats: Sequence[ExactRepeat]) -> list[Finding]:
    """Findings of the equal spectrograms among these clips."""
    return [
        Finding(
            EXACT,
            clips[repeat.first].name,
            clips[repeat.second].name,
            1.0,
            "Their spectrograms are equal." + _labels_differ(clips[repeat.first], clips[repeat.second]),
            0.0,
        )
        for repeat in repeats
    ]


def near_findings(clips: Sequence[Clip], matches: Sequence[Match]) -> list[Finding]:
    """Findings of the matches between these clips."""
    return [
        Finding(
            NEAR,
            clips[match.first].name,
            clips[match.second].name,
            1.0 - 2.0 * match.bit_error,
            _near_reason(clips[match.first], clips[match.second], match),
            match.offset_s,
        )
        for match in matches
    ]


def _near_reason(one: Clip, other: Clip, match: Match) -> str:
    parts = [f"The same recording for {match.common_s:.1f} s."]
    if abs(match.offset_s) < _SAME_TIME_S:
        parts.append("Both start at the same place.")
    else:
        later, earlier = (other, one) if match.offset_s > 0 else (one, other)
        parts.append(f"{later.name} starts {abs(match.offset_s):.1f} s later in it than {earlier.name}.")
    if abs(match.gain_db) >= _SAME_LEVEL_DB:
        change = "louder" if match.gain_db > 0 else "quieter"
        parts.append(f"{other.name} is {abs(match.gain_db):.0f} dB {change}.")
    return " ".join(parts) + _labels_differ(one, other)


def mislabel_findings(clips: Sequence[Clip], suspicions: Sequence[Suspicion]) -> list[Finding]:
    """Findings of the suspicions about these clips."""
    return [
        Finding(
            MISLABEL,
            clips[suspicion.place].name,
            None,
            suspicion.probability,
            f"Labelled {clips[suspicion.place].genre}. The out-of-fold probability of this genre is "
            f"{100 * suspicion.own_probability:.0f} %, and that of {suspicion.suggested} is "
            f"{100 * suspicion.probability:.0f} %.",
        )
        for suspicion in suspicions
    ]


def clips_to_exclude(
    findings: Sequence[Finding], excluded: Container[str], *, worth: Mapping[str, Worth] | None = None
) -> dict[str, str]:
    """Clips to leave out so that nothing of these findings is left, each with its reason.

    Of a pair the clip of less worth is named, the counterpart where both are worth the same, and none where one of the
    two is out already.

    Parameters
    ----------
    findings : sequence of Finding
    excluded : container of str
        Names of clips that are out already.
    worth : mapping of clip name to Worth, optional
        As of `worth_of`.
    """
    worth = worth or {}
    chosen: dict[str, str] = {}
    for finding in findings:
        names = [finding.clip] if finding.counterpart is None else [finding.counterpart, finding.clip]
        if not any(name in excluded or name in chosen for name in names):
            least = min(names, key=lambda name: worth.get(name, (0, 0.0)))
            chosen[least] = exclusion_reason(finding, least)
    return chosen


def worth_of(clips: Sequence[Clip], findings: Sequence[Finding]) -> dict[str, Worth]:
    """How much each clip is worth keeping: first that nothing else is wrong with it, then that it is longer."""
    n_faults = Counter(finding.clip for finding in findings if finding.counterpart is None)
    # Codecs add some milliseconds, which make no clip better.
    return {clip.name: (-n_faults[clip.name], float(round(clip.duration_s))) for clip in clips}


def exclusion_reason(finding: Finding, name: str) -> str:
    """Why a clip of a finding was excluded, in words that make sense in the list of exclusions."""
    if finding.counterpart is None:
        return finding.reason
    other = finding.counterpart if name == finding.clip else finding.clip
    what = {EXACT: "Exact repeat", ALIKE: "Sounds all but the same as"}.get(finding.kind, "Near duplicate")
    return f"{what}{'' if finding.kind == ALIKE else ' of'} {other}. {finding.reason}"
