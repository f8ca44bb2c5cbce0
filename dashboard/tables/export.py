"""Tables as CSV files for people, who open them in a spreadsheet."""

from typing import Any

import pandas as pd

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV, without its index and with numbers in full precision.

    Names of clips, artists and columns come from outside. A spreadsheet would run a text that begins like a formula
    (OWASP, *CSV Injection*), so such a text is preceded by an apostrophe; numbers stay numbers.
    """
    safe = table.rename(columns=_as_text)
    for place, dtype in enumerate(table.dtypes):
        if pd.api.types.is_string_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype):
            texts = [_as_text(value) for value in table.iloc[:, place]]
            safe.isetitem(place, pd.Series(texts, dtype=object).to_numpy())
    # Ended so (RFC 4180), a row also has those texts quoted that hold a carriage return: it would begin a new row.
    return safe.to_csv(index=False, lineterminator="\r\n")


def _as_text(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value
