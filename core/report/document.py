"""A report as plain parts, written as one HTML file that needs no network, or as Markdown.

Texts are plain: whatever stands in them is shown as it is, in either form. What Markdown cannot draw, figures and
sound, it says in the words of their captions, beside the tables that hold the same figures.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.report.card import escape, markdown_table
from core.report.markup import Markup, h
from core.report.markup import table as html_table
from core.report.style import STYLE


@dataclass(frozen=True)
class Text:
    """A paragraph; how it is meant decides how it looks."""

    text: str
    kind: Literal["plain", "note", "answer", "warning"] = "plain"


@dataclass(frozen=True)
class Items:
    """A list of points."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Table:
    """Rows of texts; the first column names them."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix: counts, rows actual, columns predicted."""

    genres: Sequence[str]
    counts: Sequence[Sequence[int]]
    caption: str


@dataclass(frozen=True)
class Figure:
    """A drawing, and what it shows in a sentence."""

    svg: Markup
    caption: str


@dataclass(frozen=True)
class Sound:
    """Some seconds that can be heard, as mp3, and what they are."""

    mp3: bytes
    caption: str


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True)
class Code:
    """Text whose lines stay as they are."""

    text: str


_MANY = 7
"""More columns than these are set closer."""
_FEW = 12
"""So many rows stay on one page."""

Part = Text | Items | Table | Matrix | Figure | Sound | Heading | Code


@dataclass(frozen=True)
class Section:
    """A heading and what is under it."""

    title: str
    parts: Sequence[Part] = field(default=())


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    facts: str
    sections: Sequence[Section]


def to_html(document: Document) -> str:
    """One HTML file."""
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name_="viewport", content="width=device-width"),
        h("title", document.title),
        h("style", Markup(STYLE)),
    )
    body = [
        h("h1", document.title),
        h("p", document.facts, class_="facts"),
        [h("section", h("h2", each.title), [_part(part) for part in each.parts]) for each in document.sections],
    ]
    return "<!DOCTYPE html>\n" + h("html", head, h("body", h("main", *body)), lang="en")


def _part(part: Part) -> Markup:
    match part:
        case Text(text, kind):
            return h("p", text, class_=None if kind == "plain" else kind)
        case Items(lines):
            return h("ul", [h("li", line) for line in lines])
        case Table(header, rows, caption):
            looks = " ".join(["wide"] * (len(header) > _MANY) + ["whole"] * (len(rows) <= _FEW))
            return h("div", html_table(header, rows, caption=caption), class_=looks or None)
        case Matrix():
            return _matrix(part)
        case Figure(svg, caption):
            return h("figure", svg, h("figcaption", caption, class_="note"), class_="whole")
        case Sound(mp3, caption):
            address = f"data:audio/mpeg;base64,{base64.b64encode(mp3).decode()}"
            return h(
                "figure",
                h("audio", controls="", preload="none", src=address),
                h("figcaption", caption, class_="note"),
                class_="whole sound",
            )
        case Heading(text):
            return h("h3", text)
        case Code(text):
            return h("pre", [h("span", line or "\N{NO-BREAK SPACE}", Markup("<br/>")) for line in text.splitlines()])


def _matrix(matrix: Matrix) -> Markup:
    head = [h("th", "", scope="col"), [h("th", h("span", genre), scope="col") for genre in matrix.genres]]
    rows = []
    for place, (genre, counts) in enumerate(zip(matrix.genres, matrix.counts, strict=True)):
        n = sum(counts) or 1
        cells = [
            h("td", f"{count:,}" if count else "\N{MIDDLE DOT}", style=_shade(count / n, is_right=column == place))
            for column, count in enumerate(counts)
        ]
        rows.append(h("tr", h("th", genre, scope="row"), cells))
    return h(
        "table",
        h("caption", matrix.caption),
        h("thead", h("tr", head)),
        h("tbody", rows),
        class_="matrix whole",
    )


def _shade(share: float, *, is_right: bool) -> str | None:
    """Blue for what is right, orange for what is wrong: the deeper, the larger the share of the row."""
    if not share:
        return None
    red, green, blue = (0, 114, 178) if is_right else (213, 94, 0)
    alpha = 0.12 + 0.68 * share
    ink = ";color:#fff" if alpha > 0.6 else ""
    return f"background:rgba({red},{green},{blue},{alpha:.2f}){ink}"


def to_markdown(document: Document) -> str:
    """The same as Markdown, without figures and sound."""
    lines = [f"# {escape(document.title)}", "", escape(document.facts), ""]
    for section in document.sections:
        lines += [f"## {escape(section.title)}", ""]
        for part in section.parts:
            lines += [*_lines(part), ""]
    return "\n".join(lines).rstrip() + "\n"


def _lines(part: Part) -> list[str]:
    match part:
        case Text(text, kind):
            shown = escape(text)
            return [{"answer": f"**{shown}**", "warning": f"> {shown}", "note": f"*{shown}*"}.get(kind, shown)]
        case Items(lines):
            return [f"- {escape(line)}" for line in lines]
        case Table(header, rows, caption):
            table = markdown_table(map(escape, header), ([escape(cell) for cell in row] for row in rows))
            return [f"*{escape(caption)}*", "", *table]
        case Matrix(genres, counts, caption):
            of_genres = [[escape(genre), *map(str, of)] for genre, of in zip(genres, counts, strict=True)]
            return [f"*{escape(caption)}*", "", *markdown_table(["", *map(escape, genres)], of_genres)]
        case Figure(_, caption):
            return [f"*Figure (in the HTML report): {escape(caption)}*"]
        case Sound(_, caption):
            return [f"- {escape(caption)}"]
        case Heading(text):
            return [f"### {escape(text)}"]
        case Code(text):
            return [f"    {line}" for line in text.splitlines()]
