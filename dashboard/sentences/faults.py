"""What is known to be wrong with a clip, in words."""

from collections.abc import Mapping, Sequence

from core.clips.clip import ClipFacts
from core.quality.findings import KINDS, Finding

_LEFT_OUT = "left out of the published partition as faulty (Kereliuk, Sturm and Larsen 2015)"
_MOST_NAMED = 3


def repeats_by_group(facts: Mapping[str, ClipFacts]) -> dict[str, list[str]]:
    """Names of the clips that repeat each other, by their group."""
    found: dict[str, list[str]] = {}
    for name, known in facts.items():
        if known.group:
            found.setdefault(known.group, []).append(name)
    return found


def known_faults(
    name: str, facts: ClipFacts, repeats: Mapping[str, Sequence[str]], findings: Sequence[Finding]
) -> list[str]:
    """Each fault of a clip that somebody published or that Quality found, as plain text.

    Parameters
    ----------
    name : str
    facts : ClipFacts
        Of that clip.
    repeats : mapping of str to sequence of str
        From `repeats_by_group`.
    findings : sequence of Finding
        Those of the last check that name this clip.
    """
    said = []
    if facts.partition == "excluded":
        said.append(_LEFT_OUT)
    others = [other for other in repeats.get(facts.group, ()) if other != name] if facts.group else []
    if others:
        more = f" and {len(others) - _MOST_NAMED:,} more" if len(others) > _MOST_NAMED else ""
        said.append(f"the same recording as {', '.join(others[:_MOST_NAMED])}{more}")
    elif facts.group:
        said.append("the same recording as another clip of its collection")
    for finding in findings:
        other = finding.counterpart if finding.clip == name else finding.clip
        about = f" ({other})" if other else ""
        said.append(f"Quality: {KINDS[finding.kind].lower()}{about}. {finding.reason}")
    return said


def fault_word(facts: ClipFacts, findings: Sequence[Finding]) -> str:
    """The same in a few words for a list; empty where nothing is known to be wrong."""
    words = ["faulty" if facts.partition == "excluded" else "", "repeat" if facts.group else ""]
    words += [KINDS[finding.kind].lower() for finding in findings]
    return ", ".join(dict.fromkeys(filter(None, words)))
