import csv
import io

import pandas as pd
import pytest

from dashboard.tables.export import csv_text


def rows(table: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_text(table), newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_neutralised(start: str) -> None:
    text = f'{start}HYPERLINK("http://example.org")'
    table = pd.DataFrame({"clip": [text, "blues.00000"], f"{start}column": [1, 2]})
    assert rows(table) == [["clip", f"'{start}column"], [f"'{text}", "1"], ["blues.00000", "2"]]
    categories = pd.DataFrame({"genre": pd.Categorical([text, "jazz"])})
    assert rows(categories)[1:] == [[f"'{text}"], ["jazz"]]


def test_numbers_stay_numbers_in_full_precision() -> None:
    table = pd.DataFrame(
        {
            "value": [-0.1, 1 / 3],
            "n": pd.array([-3, None], dtype="Int64"),
            "mixed": pd.Series([-1, None], dtype=object),
            "when": pd.to_datetime([0, 86_400], unit="s"),
        }
    )
    assert csv_text(table) == table.to_csv(index=False, lineterminator="\r\n")
    back = pd.read_csv(io.StringIO(csv_text(table)))
    assert back["value"].tolist() == table["value"].tolist()


def test_a_text_cannot_begin_a_row_of_its_own() -> None:
    assert csv_text(pd.DataFrame({"clip": ["a\r=1+1"], "x": [1]})) == 'clip,x\r\n"a\r=1+1",1\r\n'


def test_only_the_beginning_matters_and_the_table_is_left_alone() -> None:
    table = pd.DataFrame({"clip": ["a=b", "a-b", ""], "x": ["=1", None, "–"]})
    before = table.copy()
    assert rows(table) == [["clip", "x"], ["a=b", "'=1"], ["a-b", ""], ["", "–"]]
    pd.testing.assert_frame_equal(table, before)
