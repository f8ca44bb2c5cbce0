"""Sliding median of 31 (or any 2**k - 1) values by a sorting network that neighbouring windows share.

The 16 windows of 31 that start within 16 places have 16 values in common. Those are sorted once, from runs of 8 that
were sorted once, from runs of 4, and so on. Then the windows are parted into two halves: the 8 of a half have 8 more
values in common, again a run that is sorted already. Of the 24 values known, the 8 lowest and the 8 highest cannot be
the median of 31 any more and are dropped; 8 stay, sorted, and are parted again, until one is left, the median. That
makes 24 minima and maxima a value, whatever the data, each over whole arrays; sorting each window needs hundreds.

Sources: K. E. Batcher, Sorting networks and their applications, 1968 (bitonic merge); A. Adams, Fast median filters
using separable sorting networks, SIGGRAPH 2021 (sharing between windows). Written for this project.
"""

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

_PLACES_AT_ONCE = 8192
"""Places of each phase worked on together, so that the network stays in a core's cache."""


def median_along_rows(values: Float32, size: int) -> Float32:
    """Median over the last axis, mirrored at its ends, as `scipy.ndimage.median_filter(mode="reflect")`.

    Parameters
    ----------
    values : array of float32, shape (rows, places)
        Free of NaN.
    size : int
        Places of a window: 3, 7, 15, 31, 63 ...

    Returns
    -------
    array of float32, shape (rows, places)
    """
    n_rows, n_places = values.shape
    n_phases = _phases(size)
    n_groups = -(-n_places // n_phases)
    medians = np.empty_like(values)
    rows_at_once = max(1, _PLACES_AT_ONCE // (n_groups + 2))
    padded = np.zeros((rows_at_once, (n_groups + 2) * n_phases), dtype=np.float32)
    half = size // 2
    mirrored = np.pad(np.arange(n_places), half, mode="symmetric")
    for start in range(0, n_rows, rows_at_once):
        part = values[start : start + rows_at_once]
        rows = padded[: len(part)]
        rows[:, half : half + n_places] = part
        rows[:, :half] = part[:, mirrored[:half]]
        rows[:, half + n_places : 2 * half + n_places] = part[:, mirrored[half + n_places :]]
        phases = rows.reshape(len(part), n_groups + 2, n_phases).transpose(2, 0, 1)
        found = _medians(np.ascontiguousarray(phases).reshape(n_phases, -1), step=1)
        whole = np.empty((n_phases, len(part), n_groups + 2), dtype=np.float32)
        whole.reshape(n_phases, -1)[:, :-2] = found
        medians[start : start + rows_at_once] = whole.transpose(1, 2, 0).reshape(len(part), -1)[:, :n_places]
    return medians


def median_along_columns(values: Float32, size: int) -> Float32:
    """Median over the first axis, mirrored at its ends, in the shape of what is given; see `median_along_rows`."""
    n_places, n_columns = values.shape
    n_phases = _phases(size)
    n_groups = -(-n_places // n_phases)
    medians = np.empty_like(values)
    columns_at_once = max(16, _PLACES_AT_ONCE // (n_groups + 2))
    half = size // 2
    mirrored = np.pad(np.arange(n_places), half, mode="symmetric")
    for start in range(0, n_columns, columns_at_once):
        part = values[:, start : start + columns_at_once]
        width = part.shape[1]
        padded = np.zeros(((n_groups + 2) * n_phases, width), dtype=np.float32)
        padded[half : half + n_places] = part
        padded[:half] = part[mirrored[:half]]
        padded[half + n_places : 2 * half + n_places] = part[mirrored[half + n_places :]]
        phases = padded.reshape(n_groups + 2, n_phases, width).transpose(1, 0, 2)
        found = _medians(np.ascontiguousarray(phases).reshape(n_phases, -1), step=width)
        for phase in range(n_phases):
            target = medians[phase::n_phases, start : start + columns_at_once]
            target[:] = found[phase].reshape(n_groups, width)[: len(target)]
    return medians


def _phases(size: int) -> int:
    n_phases = (size + 1) // 2
    if size < 3 or n_phases & (n_phases - 1) or size % 2 == 0:
        raise ValueError(f"Window size: expected a power of two minus one, at least 3, got {size}.")
    return n_phases


def _medians(phases: Float32, *, step: int) -> Float32:
    """Medians of all windows of ``2 * n_phases - 1`` values.

    Parameters
    ----------
    phases : array, shape (n_phases, places)
        Value number ``n_phases * q + s`` of a row is ``phases[s]`` at some place, and the next of that phase is
        ``step`` places further.
    step : int

    Returns
    -------
    array, shape (n_phases, places - 2 * step)
        The window that starts with the value at the same place.
    """
    n_places = phases.shape[1]
    # runs[k][m] holds, sorted along axis 1, the values r * m + r - 1 ... r * m + 2 * r - 2, r = 2**k.
    runs = [phases[:, np.newaxis, :]]
    while (n_runs := len(runs[-1])) > 1:
        shorter = runs[-1]
        longer = np.empty((n_runs // 2, 2 * shorter.shape[1], n_places), dtype=np.float32)
        if n_runs > 2:
            _merge(shorter[1:-1:2], shorter[2::2], longer[:-1])
        # The second half of the last run lies in the next round of phases.
        _merge(shorter[-1:, :, : n_places - step], shorter[:1, :, step:], longer[-1:, :, : n_places - step])
        runs.append(longer)
    n_known = n_places - 2 * step
    middle = runs.pop()[:, :, :n_known]
    while runs:
        added = runs.pop()
        length = added.shape[1]
        parted = np.empty((len(middle), 2, length, n_known), dtype=np.float32)
        _keep_middle(middle, added[0::2, :, :n_known], parted[:, 0])
        # The later half of a group's windows reaches into the next rounds of phases.
        _keep_middle(middle[:1], added[-1:, :, step : step + n_known], parted[:1, 1])
        if len(middle) > 1:
            _keep_middle(middle[1:], added[1:-1:2, :, 2 * step :], parted[1:, 1])
        middle = parted.reshape(-1, length, n_known)
    return middle[:, 0]


def _merge(first: Float32, second: Float32, out: Float32) -> None:
    """Merge runs sorted along axis 1."""
    length = first.shape[1]
    backwards = second[:, ::-1]
    if length == 1:
        np.minimum(first, backwards, out=out[:, :1])
        np.maximum(first, backwards, out=out[:, 1:])
        return
    bitonic = np.empty((len(first), 2, length, first.shape[2]), dtype=np.float32)
    np.minimum(first, backwards, out=bitonic[:, 0])
    np.maximum(first, backwards, out=bitonic[:, 1])
    _sort_bitonic(bitonic, out.reshape(bitonic.shape) if out.flags.c_contiguous else _split(out))


def _split(runs: Float32) -> Float32:
    """The lower and upper half of each run on an axis of their own, as a view."""
    count, length, n_places = runs.shape
    strides = (runs.strides[0], runs.strides[1] * (length // 2), *runs.strides[1:])
    return np.lib.stride_tricks.as_strided(runs, (count, 2, length // 2, n_places), strides)


def _keep_middle(candidates: Float32, added: Float32, out: Float32) -> None:
    """The middle third, sorted, of ``2 * r`` sorted candidates and ``r`` sorted values added."""
    length = added.shape[1]
    low, high = candidates[:, :length], candidates[:, length:]
    # The 2 * r lowest of all, a bitonic sequence; of these the r highest.
    if length == 1:
        np.minimum(high, added, out=out)
        np.maximum(out, low, out=out)
        return
    bitonic = np.empty((len(candidates), 1, length, added.shape[2]), dtype=np.float32)
    np.minimum(high, added[:, ::-1], out=bitonic[:, 0])
    np.maximum(bitonic[:, 0], low, out=bitonic[:, 0])
    _sort_bitonic(bitonic, out[:, np.newaxis])


def _sort_bitonic(values: Float32, out: Float32) -> None:
    """Sort bitonic sequences along axis 2, shape (runs, halves, length, places), destroying ``values``."""
    count, halves, length, n_places = values.shape
    source, spare = values, (np.empty_like(values) if length > 2 else values)
    stride = length // 2
    while stride:
        target = out if stride == 1 else spare
        grouped = (count, halves, length // (2 * stride), 2, stride, n_places)
        pairs = source.reshape(grouped)
        sorted_pairs = target.reshape(grouped) if target is not out else _group(out, stride)
        np.minimum(pairs[:, :, :, 0], pairs[:, :, :, 1], out=sorted_pairs[:, :, :, 0])
        np.maximum(pairs[:, :, :, 0], pairs[:, :, :, 1], out=sorted_pairs[:, :, :, 1])
        source, spare = target, source
        stride //= 2


def _group(values: Float32, stride: int) -> Float32:
    """Axis 2 parted into (groups, 2, stride), as a view."""
    count, halves, length, n_places = values.shape
    along = values.strides[2]
    strides = (*values.strides[:2], along * 2 * stride, along * stride, along, values.strides[3])
    return np.lib.stride_tricks.as_strided(
        values, (count, halves, length // (2 * stride), 2, stride, n_places), strides
    )
