"""HTML and SVG from Python: whatever text is put in is escaped, so that no name can be markup."""

import base64
from collections.abc import Iterable
from html import escape

from core.names import readable_name

_VOID = ("meta", "img", "image", "rect", "line", "circle", "path", "br")


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def h(tag: str, *children: object, **attributes: object) -> Markup:
    """An element; its children are texts, which are escaped, elements, or lists of both.

    Parameters
    ----------
    tag : str
        Name of the element.
    *children : str, Markup, iterable of them, or None
        None is nothing.
    **attributes : object
        Their values are escaped; ``_`` stands for ``-`` in their names and is taken off their ends (``class_``); None
        leaves one out.

    Examples
    --------
    >>> h("p", "a < b", h("b", "c"), class_="d")
    '<p class="d">a &lt; b<b>c</b></p>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Markup(f"<{tag}{given}/>")
    return Markup(f"<{tag}{given}>{joined(*children)}</{tag}>")


def joined(*children: object) -> Markup:
    """Texts and elements one after the other."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            parts.append(child)
        elif isinstance(child, str):
            parts.append(escape(readable_name(child)))
        elif isinstance(child, Iterable):
            parts.append(joined(*child))
        else:
            parts.append(escape(_plain(child)))
    return Markup("".join(parts))


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return readable_name(str(value))


def png_address(content: bytes) -> str:
    """A PNG as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def table(header: Iterable[object], rows: Iterable[Iterable[object]], *, caption: str) -> Markup:
    """A table, its first column names.

    Parameters
    ----------
    header : iterable
        Of the columns.
    rows : iterable of iterable
        Of cells.
    caption : str
        What it shows.
    """
    head = h("tr", [h("th", cell, scope="col") for cell in header])
    body = []
    for row in rows:
        first, *others = row
        body.append(h("tr", h("th", first, scope="row"), [h("td", cell) for cell in others]))
    return h("table", h("caption", caption), h("thead", head), h("tbody", body))
