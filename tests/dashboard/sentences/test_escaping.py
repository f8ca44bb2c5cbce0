"""Names from outside are shown as they are, whatever they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from core.names import readable_name
from dashboard.sentences.wording import escape_markdown
from tests.pages.apps import rendered

NASTY = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[link](javascript:alert(1))",
    "![picture](http://h/x.png)",
    "**bold** _it_ `code` ~~gone~~", "$x^2$", ":red[text]", ":material/home:", ":smile:",
    "&lt;b&gt;", "# title", "- item",
    "1. first", "> said", "a | b", "www.example.com", "http://example.com/a_b", "me@example.com", "R&B", "back\\slash",
)  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_are_literal(name: str) -> None:
    assert rendered(escape_markdown(name)) == name
    assert rendered(f"**{escape_markdown(name)}**") == name


@pytest.mark.parametrize(
    "name", ["blues.00000", "hip-hop", "Café 1", "日本", "Quick CNN, seed 3 (1f3a9c)", "62.5 % of 16"]
)
def test_plain_names_stay_as_they_are(name: str) -> None:
    assert escape_markdown(name) == name


def test_what_cannot_be_seen_is_made_visible() -> None:
    assert escape_markdown("two\nlines\t\x1b\u202egnp\udcff") == "two␊lines␉␛�gnp�"
    assert escape_markdown("  ") == "␣"


def test_nothing_is_left_to_be_made_a_link_or_an_icon() -> None:
    for name in NASTY:
        shown = "".join(token.content for token in MarkdownIt().parse(escape_markdown(name)))
        assert "://" not in shown
        assert "www." not in shown
        assert ":material/" not in shown


@given(st.text())
def test_any_text_is_literal(text: str) -> None:
    assert rendered(escape_markdown(text)) == (readable_name(text).strip() or "␣")
