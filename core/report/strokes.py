"""What figures of reports are drawn with: lines, texts, colours for paper."""

from collections.abc import Sequence

from core.report.markup import Markup, h

WIDTH = 900
INK, FAINT = "#222", "#999"
LINES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#a07800", "#56b4e9", "#000000", "#7f7f7f")
"""Colours of Okabe and Ito, those too pale for paper darkened; each line is named at its end as well."""
DASHES = ("none", "6 3", "2 3", "8 3 2 3")


def line(x1: float, y1: float, x2: float, y2: float, *, color: str = FAINT, dash: str | None = None) -> Markup:
    """A straight line."""
    return h("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=color, stroke_dasharray=dash)


def label(x: float, y: float, text: str, *, anchor: str = "middle", color: str = INK) -> Markup:
    """A text on one line."""
    return h("text", text, x=x, y=y, text_anchor=anchor, fill=color, font_size=12)


def signed(value: float) -> str:
    """A figure with its sign."""
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


def cut(text: str, most: int = 16) -> str:
    """A text that is not too long for its place."""
    return text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


def svg(parts: Sequence[Markup], height: float, name: str) -> Markup:
    """A figure; ``name`` says what it shows, for screen readers."""
    # Without a name space: within HTML none is needed, and the file holds no address at all.
    return h("svg", h("title", name), parts, viewBox=f"0 0 {WIDTH} {height:.0f}", role="img", class_="figure")
