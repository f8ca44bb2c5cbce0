"""The table that is printed, and the file that keeps it."""

import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.timing import Result


def describe_machine() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
        "librosa": version("librosa"),
    }


def format_seconds(value_s: float) -> str:
    """Three figures with the fitting unit."""
    return f"{value_s:.2f} s" if value_s >= 1 else f"{value_s * 1000:.3g} ms"


def markdown_table(results: Sequence[Result]) -> str:
    """The results as a table that reads well as text too."""
    rows = [("What", "Genre Lab", "Compared with", "That takes", "Ratio", "Goal", "Met")]
    for result in results:
        rows.append(
            (
                result.name,
                format_seconds(result.ours_s) if result.unit == "s" else f"{result.ours_s:.2f} {result.unit}",
                result.other or "-",
                "-" if result.other_s is None else format_seconds(result.other_s),
                "-" if result.ratio is None else f"{result.ratio:.1f}",
                result.goal or "-",
                {True: "yes", False: "no", None: "-"}[result.met],
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def write_results(path: Path, results: Sequence[Result]) -> dict[str, Any]:
    """Keep the results as JSON; returns what was written."""
    content = {"machine": describe_machine(), "results": [result.to_dict() for result in results]}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return content
