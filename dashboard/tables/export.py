"""Tables as CSV files for people, who open them in a spreadsheet."""

import pandas as pd

from core.names import spreadsheet_text


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV, without its index and with numbers in full precision.

    Names of clips, artists and columns come from outside: `spreadsheet_text`. Numbers stay numbers.
    """
    safe = table.rename(columns=spreadsheet_text)
    for place, dtype in enumerate(table.dtypes):
        if pd.api.types.is_string_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype):
            texts = [spreadsheet_text(value) for value in table.iloc[:, place]]
            safe.isetitem(place, pd.Series(texts, dtype=object).to_numpy())
    # Ended so (RFC 4180), a row also has those texts quoted that hold a carriage return: it would begin a new row.
    return safe.to_csv(index=False, lineterminator="\r\n")
