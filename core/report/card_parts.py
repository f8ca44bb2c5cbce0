"""A model card as parts of a report: the Markdown that Genre Lab's own cards are written in, and no more of it."""

import re
from collections.abc import Iterator

from core.report.document import Code, Heading, Items, Part, Table, Text

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>#|~!&$/.])")
_CODE = re.compile(r"(?<!\\)`([^`]*)(?<!\\)`")
_BAR = re.compile(r"(?<!\\)\|")


def card_parts(card: str) -> list[Part]:
    """Headings, paragraphs, lists, tables and code of a card; its title is left to the report."""
    return list(_parts(card.splitlines()))


def _parts(lines: list[str]) -> Iterator[Part]:
    place = 0
    while place < len(lines):
        line = lines[place]
        end = place + 1
        if line.startswith("```"):
            while end < len(lines) and not lines[end].startswith("```"):
                end += 1
            yield Code("\n".join(lines[place + 1 : end]))
            end += 1
        elif line.startswith("|"):
            while end < len(lines) and lines[end].startswith("|"):
                end += 1
            header, _, *rows = ([_plain(cell) for cell in _BAR.split(each)[1:-1]] for each in [*lines[place:end], "||"])
            yield Table(header, rows[:-1], "")
        elif line.startswith("- "):
            while end < len(lines) and lines[end].startswith("- "):
                end += 1
            yield Items([_plain(each[2:]) for each in lines[place:end]])
        elif line.startswith("## "):
            yield Heading(_plain(line[3:]))
        elif line.strip() and not line.startswith("# "):
            yield Text(_plain(line))
        place = end


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", _CODE.sub(r"\1", text.strip()))
