"""Names of clips, and what is left of them when what tells one clip of a recording from another is taken off."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from core.audio.formats import AUDIO_EXTENSIONS
from core.clips.alterations import unaltered
from core.clips.clip import Clip

_COPY = re.compile(
    r"(?P<stem>.+?)(?:[ _.\-]+\(?(?:copy|kopie|copie|copia|duplicate|dup)\)?(?:[ _\-]*\(?\d{1,3}\)?)?"
    r"| ?\((?P<number>\d{1,2})\))",
    re.IGNORECASE,
)
_MAY_BE_COPY = re.compile(r"\)$|cop[yi]|kopie|dup", re.IGNORECASE)
"""What a pattern needs is looked for first: names are many, and most are none."""
_COPY_OF = re.compile(r"(?:copy of|kopie von|copie de|copia de) (?P<stem>.+)", re.IGNORECASE)
_PART = re.compile(
    r"(?P<stem>.+?)[ _.\-]+[\[(]?(?:part|pt|seg|segment|chunk|slice|excerpt|window|win|split|piece|snippet|section|@)"
    r"[ _.\-#]*(?P<number>\d{1,5})(?: of \d+)?[\])]?",
    re.IGNORECASE,
)
_MAY_BE_PART = re.compile("part|pt|seg|chunk|slice|excerpt|win|split|piece|snippet|section|@|of", re.IGNORECASE)
_PART_FIRST = re.compile(
    r"(?:part|seg|segment|chunk|slice|excerpt|split|snippet)[ _.\-#]*(?P<number>\d{1,5})[ _.\-]+(?P<stem>.+)",
    re.IGNORECASE,
)
_PART_OF = re.compile(r"(?P<stem>.+?)[ _.\-]+[\[(]?(?P<number>\d{1,4})[ _]?of[ _]?\d{1,4}[\])]?", re.IGNORECASE)
_RANGE = re.compile(
    r"(?P<stem>.+?)[ _.\-]+\(?(?P<start>\d{1,5}(?:\.\d+)?)s?[_\-](?P<end>\d{1,5}(?:\.\d+)?)s?\)?", re.IGNORECASE
)
NUMBER = re.compile(
    r"(?P<stem>.*[^ _.\-])[ _.\-]+(?:(?:clip|sample|take|[csp])[ _.\-]?)?(?P<number>\d{1,6})", re.IGNORECASE
)
"""A name with a number behind it: groups ``stem`` and ``number``."""
_LETTER = re.compile(r"(?P<stem>.*\d)[ _.\-]?(?P<letter>[a-z])")

Node = tuple[str, str]
"""A genre, and a name in it: a clip's without the extension, or what is left of one."""


class Names:
    """Names of clips, what their ends leave of them, and how long the clips last."""

    def __init__(self, clips: Sequence[Clip]) -> None:
        self.clips: dict[Node, list[str]] = defaultdict(list)
        self.length_s: dict[Node, float] = {}
        self.parts: dict[Node, dict[Node, float]] = defaultdict(dict)
        """Of a stem: names with a number, a part or a letter behind it, and that."""
        self.ranges: dict[Node, dict[Node, tuple[float, float]]] = defaultdict(dict)
        self.worded: dict[Node, dict[Node, None]] = defaultdict(dict)
        self.lettered: dict[Node, dict[Node, float]] = defaultdict(dict)
        self.altered: dict[Node, dict[Node, None]] = defaultdict(dict)
        self.copies: dict[Node, dict[Node, bool]] = defaultdict(dict)
        """Of a stem: its copies, and whether a word says so."""
        for clip in clips:
            node = clip.genre, base_name(clip.name)
            self.clips[node].append(clip.name)
            self._take(node, clip.duration_s)

    def _take(self, node: Node, length_s: float) -> None:
        """Take off one ending after another, each where it may end a name."""
        while node not in self.length_s:
            self.length_s[node] = length_s
            genre, text = node
            if (match := _copy(text)) is not None:
                stem = genre, match["stem"]
                self.copies[stem][node] = match.groupdict().get("number") is None
            elif plain := unaltered(text):
                stem = genre, plain
                self.altered[stem][node] = None
            elif (match := part_match(text)) is not None:
                stem = genre, match["stem"]
                self.parts[stem][node] = float(match["number"])
                self.worded[stem][node] = None
            elif (match := NUMBER.fullmatch(text)) is not None:
                stem = genre, match["stem"]
                self.parts[stem][node] = float(match["number"])
                if (span := _RANGE.fullmatch(text)) is not None:
                    self.ranges[genre, span["stem"]][node] = float(span["start"]), float(span["end"])
            elif (match := _RANGE.fullmatch(text)) is not None:
                stem = genre, match["stem"]
                self.ranges[stem][node] = float(match["start"]), float(match["end"])
            elif (match := _LETTER.fullmatch(text)) is not None:
                stem = genre, match["stem"]
                self.lettered[stem][node] = float(ord(match["letter"]) - ord("a"))
            else:
                return
            node = stem


def _copy(text: str) -> re.Match[str] | None:
    return (_COPY.fullmatch(text) or _COPY_OF.fullmatch(text)) if _MAY_BE_COPY.search(text) else None


def part_match(text: str) -> re.Match[str] | None:
    """A name that ends, or begins, with the word for a part and its number: groups ``stem`` and ``number``."""
    if not _MAY_BE_PART.search(text):
        return None
    return _PART.fullmatch(text) or _PART_OF.fullmatch(text) or _PART_FIRST.fullmatch(text)


def base_name(name: str) -> str:
    """A clip's name without the extension that tells it from another of the same name."""
    stem, dot, extension = name.rpartition(".")
    plain = stem if stem and f"{dot}{extension}".lower() in AUDIO_EXTENSIONS else name
    return unicodedata.normalize("NFC", plain)
