"""The report of runs by itself: opened from the disk without a network, on a narrow screen, and printed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage

from core.report.document import to_html
from core.report.runs import report_runs
from core.runs.store import list_runs

PRETRAINED = Path(__file__).resolve().parent.parent.parent / "models" / "pretrained"


@pytest.mark.browser
def test_a_report_needs_nothing_but_itself_and_can_be_printed(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(PRETRAINED))
    runs = list_runs()
    place = tmp_path / "report.html"
    place.write_text(to_html(report_runs(runs, made_at=0.0)), encoding="utf-8")
    context = browser.new_context(viewport={"width": 420, "height": 900})
    context.set_offline(True)
    page = context.new_page()
    problems: list[str] = []
    asked: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(message.text)

    page.on("console", hear)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(place.as_uri())
    assert page.locator("h2").first.inner_text() == "Verdict"
    assert page.locator("table.matrix").count() == len(runs)
    for width in (420, 800, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert (problems, asked) == ([], [place.as_uri()])
    pdf = page.pdf(format="A4", print_background=True)
    assert pdf.startswith(b"%PDF")
    assert 5 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) <= 14
    # On paper a row of a table is whole, and a heading is not the last line of a page.
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('tr')).breakInside") == "avoid"
    assert page.evaluate("getComputedStyle(document.querySelector('h2')).breakAfter") == "avoid"
    # A line that says what a table is stands on the page of the table.
    leads = "[...document.querySelectorAll('p')].filter(p => p.nextElementSibling?.classList.contains('whole'))"
    looks = page.evaluate(f"{leads}.map(p => [getComputedStyle(p).breakAfter, getComputedStyle(p).breakInside])")
    assert len(looks) >= len(runs)
    assert all(look == ["avoid", "avoid"] for look in looks)
    context.close()
