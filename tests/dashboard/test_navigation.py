import ast

import pytest

from core.settings import REPOSITORY
from dashboard.navigation import PAGES


def test_the_pages_are_those_of_the_product_in_order() -> None:
    titles = [spec.title for spec in PAGES.values()]
    expected = ["Overview", "Guide", "Collections", "Explore", "Gallery", "Train"]
    expected += ["Compare", "Confusion", "Human?", "Classify"]
    assert titles == expected


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_a_thin_script_that_imports_no_other_page(name: str) -> None:
    script = PAGES[name].script
    source = script.read_text()
    assert len(source.splitlines()) <= 150
    modules = {
        node.module if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert not [module for module in modules if module and module.startswith("pages")]
    assert "unsafe_allow_html" not in source


def test_core_knows_nothing_of_the_browser() -> None:
    forbidden = {"streamlit", "plotly", "altair", "dashboard", "pages"}
    for script in (REPOSITORY / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(script.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & forbidden, script
