"""Names from outside are shown as they are, whatever they hold."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from core.names import readable_name
from dashboard.sentences.wording import escape_badge, escape_markdown, escape_plotly, quoted_value
from tests.pages.apps import rendered

NASTY = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[link](javascript:alert(1))",
    "![picture](http://h/x.png)",
    "**bold** _it_ `code` ~~gone~~", "$x^2$", ":red[text]", ":material/home:", ":smile:",
    "&lt;b&gt;", "# title", "- item",
    "1. first", "> said", "a | b", "www.example.com", "http://example.com/a_b", "me@example.com", "R&B", "back\\slash",
    "[Sign in](//host/x)", "\\[Sign in\\](//host/x)", ":red-badge[x]", ":help[x]", "a:smile:", "$$x$$",
    "a -> b -- c >= d", "->", "[x]: //host/x", "]", "[", "![[x](//h)", "x]{.y} :blue[z", "1) one", "+ one",
    "~~~", "```", "---", "ends:",
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


_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_ICON = re.compile(r":material[/_]|:streamlit:|:\+1:|:-1:|:[\w-]+:")
_SIGN = re.compile(r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)")


def made_by_streamlit(source: str) -> list[str]:
    """What Streamlit would make of it beyond plain Markdown: colours, formulas, icons and signs; see its front end."""
    live = _ESCAPED.sub("_", source)
    shown = _ESCAPED.sub(lambda match: match[0][1], source)
    made = re.findall(r":[A-Za-z][\w-]*[\[{]", live) + re.findall(r"\$", live)
    return [*made, *_ICON.findall(shown), *(match[1] for match in _SIGN.findall(shown))]


@pytest.mark.parametrize("name", NASTY)
def test_streamlit_makes_nothing_of_them_either(name: str) -> None:
    assert made_by_streamlit(escape_markdown(name)) == []
    assert made_by_streamlit(escape_badge(name)) == []


@given(st.text(alphabet=":materil/[]()$*_-> <=~!x@.w\\`|1+#"))
def test_streamlit_makes_nothing_of_any_text(text: str) -> None:
    assert made_by_streamlit(escape_markdown(text)) == []
    assert rendered(escape_markdown(text)) == (text.strip() or "␣")


def badges(names: tuple[str, ...]) -> None:
    import streamlit

    from dashboard.sentences.wording import escape_badge

    for name in names:
        streamlit.badge(escape_badge(name), color="gray")


def test_badges_are_literal_as_streamlit_writes_them() -> None:
    app = AppTest.from_function(badges, args=(NASTY,)).run()
    for name, badge in zip(NASTY, app.markdown, strict=True):
        label = badge.value.removeprefix(":gray-badge[").removesuffix("]")
        assert rendered(label) == name
        assert not set("[]") & set(_ESCAPED.sub("_", label))
        assert made_by_streamlit(label) == []


@given(st.text())
def test_plotly_shows_any_text_as_it_is(text: str) -> None:
    shown = escape_plotly(text)
    joiner = "\N{WORD JOINER}"
    assert html.unescape(shown).replace(joiner, "") == readable_name(text).replace(joiner, "")
    assert "<" not in shown
    assert "%{" not in shown


def test_values_of_an_address_are_quoted_and_cut() -> None:
    assert rendered(quoted_value("[win](//host/x)", ":red[b]")) == "“[win](//host/x)”, “:red[b]”"
    assert quoted_value("x" * 5000) == f"“{'x' * 79}…”"
    assert quoted_value(*"abcdefg") == "“a”, “b”, “c”, “d”, “e” and 2 more"
