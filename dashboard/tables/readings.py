"""What a reading of the genres leaves out, as a table."""

import pandas as pd

from core.importing.readings.told import Reading

_MOST_NOTES = 200


def left_out_table(reading: Reading) -> pd.DataFrame:
    """One row a reason: what is left out, why, and the first file; then what of a table is not used."""
    rows = [
        (f"{len(paths):,} file{'' if len(paths) == 1 else 's'}", reason, paths[0])
        for reason, paths in reading.left_out.items()
    ]
    rows += [(note.name, note.reason, "") for note in reading.notes[:_MOST_NOTES]]
    return pd.DataFrame(rows, columns=["What", "Why", "Such as"])
