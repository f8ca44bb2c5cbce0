"""What a reading of the genres leaves out, as a table."""

import pandas as pd

from core.importing.readings.told import Reading

_MOST_NOTES = 200


def left_out_table(reading: Reading) -> pd.DataFrame:
    """One row a reason: why, how many files, and the first of them; then what of a table is not used."""
    rows: list[tuple[str, int | None, str]] = [
        (reason, len(paths), paths[0]) for reason, paths in reading.left_out.items()
    ]
    rows += [(note.reason, None, note.name) for note in reading.notes[:_MOST_NOTES]]
    table = pd.DataFrame(rows, columns=["Why", "Files", "Such as"])
    return table.astype({"Files": "Int64"})
