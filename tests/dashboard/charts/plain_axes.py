"""Whether the axes of a chart say how numbers are written on them.

Without a format, Vega and Plotly choose one by the values, and may write ``20k`` for 20,000 or ``5m`` for 0.005: that
is for bytes and hertz.
"""

from collections.abc import Iterator
from typing import Any

_WRITTEN = ("format", "labelExpr")


def unformatted(spec: dict[str, Any]) -> list[str]:
    """Fields on axes of a Vega-Lite specification on which nothing says how numbers are written.

    One layer says it for all that share the axis.
    """
    parts = [part for name in ("hconcat", "vconcat", "concat") for part in spec.get(name, [])]
    if parts:
        return [field for part in parts for field in unformatted(part)]
    if "spec" in spec:
        return unformatted(spec["spec"])
    found = []
    for channel in ("x", "y"):
        told = [encoding[channel] for encoding in _encodings(spec) if channel in encoding]
        numbers = [one for one in told if one.get("type") == "quantitative"]
        if numbers and not any(_is_written(one) for one in numbers):
            found.append(f"{channel}: {numbers[0].get('field')}")
    return found


def _encodings(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "encoding" in spec:
        yield spec["encoding"]
    for layer in spec.get("layer", []):
        yield from _encodings(layer)


def _is_written(channel: dict[str, Any]) -> bool:
    if "axis" not in channel:
        return False
    axis = channel["axis"]
    if axis is None or axis.get("labels") is False:
        return True
    return any(name in axis for name in _WRITTEN) and not str(axis.get("format", "")).endswith("s")
