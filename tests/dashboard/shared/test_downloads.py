import pandas as pd
import pytest

from dashboard.shared import downloads


@pytest.fixture
def buttons(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What is handed to Streamlit's button."""
    given: list[tuple[object, ...]] = []
    monkeypatch.setattr(downloads.st, "download_button", lambda *values, **named: given.append((*values, named)))
    return given


def test_a_table_is_made_only_when_its_file_is_asked_for(buttons: list[tuple[object, ...]]) -> None:
    made: list[int] = []

    def table() -> pd.DataFrame:
        made.append(1)
        return pd.DataFrame({"clip": ["=1+1"], "x": [-2]})

    downloads.table_download("Export as CSV", table, "a.csv", key="k", help="h")
    ((label, content, named),) = buttons
    assert made == []
    assert content() == "clip,x\r\n'=1+1,-2\r\n"  # type: ignore[operator]
    assert made == [1]
    assert label == "Export as CSV"
    assert named == {
        "file_name": "a.csv",
        "mime": "text/csv",
        "icon": ":material/download:",
        "on_click": "ignore",
        "key": "k",
        "help": "h",
    }
