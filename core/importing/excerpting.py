"""Long files become passages: after a scan, each file that is long enough is cut as `Excerpting` says.

Where the loudest passages are is heard in one pass over each file, in processes. It is not heard again as long as file
and settings stay: the passages that a collection has are taken over.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.audio.loudness import power_by_second
from core.clips.clip import Clip, SkippedFile
from core.clips.collection import Collection
from core.clips.passages import Excerpting, Passage, clock
from core.errors import AudioError
from core.jobs.process_pool import TaskLostError
from core.jobs.work import local_workers, work_through
from core.names import readable_name

OnListened = Callable[[int, int], None]
Known = TypeVar("Known")

Starts = tuple[int, ...] | str
"""Where passages of a file begin, in s; or why that cannot be found."""
_ONE = {"middle": "middle", "start": "first", "loudest": "loudest"}
_SEVERAL = {"middle": "evenly spread", "start": "from its start on", "loudest": "where it is loudest"}


@dataclass(frozen=True)
class CutSongs:
    """What a scan's files become.

    Attributes
    ----------
    clips : tuple of Clip
        Whole files and passages, sorted by genre and name.
    skipped : tuple of SkippedFile
        Files whose loudest passages could not be found, and why.
    """

    clips: tuple[Clip, ...]
    skipped: tuple[SkippedFile, ...] = ()

    def spread(self, values: Mapping[str, Known]) -> dict[str, Known]:
        """What is known of files by their names, such as facts and labels, by the names of their clips."""
        return {clip.name: values[clip.song] for clip in self.clips if clip.song in values}


def cut_songs(
    files: Sequence[Clip],
    excerpting: Excerpting,
    *,
    root: Path,
    before: Collection | None = None,
    on_listened: OnListened | None = None,
) -> CutSongs:
    """Cut long files into passages.

    Parameters
    ----------
    files : sequence of Clip
        Whole files.
    excerpting : Excerpting
    root : Path
        The folder that files are named from where they are skipped.
    before : Collection, optional
        The collection as it was, with the clips excluded from it: files that have not changed are cut as they were.
    on_listened : callable, optional
        Called with (files listened to, files in all) where the loudest passages are looked for.
    """
    long = [file for file in files if excerpting.cuts(file.duration_s)]
    found: dict[str, Starts]
    if excerpting.where == "loudest":
        found = _kept_starts(long, excerpting, before)
        found |= _loudest_starts([file for file in long if file.name not in found], excerpting, on_listened)
    else:
        found = {file.name: excerpting.starts(file.duration_s) for file in long}
    taken = {file.name for file in files}
    clips: list[Clip] = []
    skipped: list[SkippedFile] = []
    for file in files:
        starts = found.get(file.name)
        if starts is None:
            clips.append(file)
        elif isinstance(starts, str):
            skipped.append(SkippedFile(_shown(file, root), starts))
        else:
            clips += _passages(file, starts, excerpting.length_s, taken)
    return CutSongs(tuple(sorted(clips, key=lambda clip: (clip.genre, clip.name))), tuple(skipped))


def excerpts_sentence(collection: Collection) -> str:
    """How many files of a collection were cut and how, in one sentence; empty where all are whole."""
    cut = [clip for clip in collection.clips if clip.passage is not None]
    excerpting = collection.excerpting
    if not cut or excerpting is None:
        return ""
    n_files = len({clip.song for clip in collection.clips})
    n_songs = len({clip.song for clip in cut})
    n, length = excerpting.n, f"{excerpting.length_s} s"
    most = "up to " if len(cut) < n * n_songs else ""
    which = (
        f"the clip of each is its {_ONE[excerpting.where]} {length}"
        if n == 1
        else f"the clips of each are {most}{n} excerpts of {length}, {_SEVERAL[excerpting.where]}"
    )
    are = "file is" if n_files == 1 else "files are"
    return f"{n_songs:,} of {n_files:,} {are} longer than {clock(excerpting.longest_whole_s)}: {which}."


def loudest_starts(power: NDArray[np.float64], n: int, length_s: int) -> tuple[int, ...]:
    """Where the passages begin that do not overlap and together are loudest, in s.

    Parameters
    ----------
    power : array, shape (seconds,)
        Mean square of each second.
    n : int
        How many; fewer where not so many fit.
    length_s : int
        Of each.

    Returns
    -------
    tuple of int
        In the order of time; of equally loud ones the earliest.

    Examples
    --------
    >>> loudest_starts(np.array([0.1, 0.1, 0.9, 0.8, 0.1, 0.5]), 2, 2)
    (2, 4)
    """
    n = min(n, len(power) // length_s)
    sums = np.convolve(power, np.ones(length_s), mode="valid") if n else np.zeros(0)
    # best[k][end]: the power of the k loudest passages that end by then.
    best = [np.zeros(len(power) + 1)]
    for _ in range(n):
        ending_here = np.full(len(power) + 1, -np.inf)
        ending_here[length_s:] = best[-1][: len(sums)] + sums
        best.append(np.maximum.accumulate(ending_here))
    starts = []
    end = len(power)
    for each in reversed(best[1:]):
        end = int(np.argmax(each[: end + 1] >= each[end])) - length_s
        starts.append(end)
    return tuple(reversed(starts))


def _passages(file: Clip, starts: Iterable[int], length_s: int, taken: set[str]) -> list[Clip]:
    """A file's passages, each named by the file and the time at which it begins, as no other clip is."""
    clips = []
    for start_s in starts:
        name = f"{file.name} {clock(start_s)}"
        while name in taken:
            name += " excerpt"
        taken.add(name)
        passage = Passage(song=file.name, start_s=float(start_s), file_s=file.duration_s)
        clips.append(replace(file, name=name, duration_s=float(length_s), passage=passage))
    return clips


def _kept_starts(files: Sequence[Clip], excerpting: Excerpting, before: Collection | None) -> dict[str, Starts]:
    """Where passages begin of files that are as they were when the same was asked for."""
    if before is None or before.excerpting != excerpting:
        return {}
    kept: dict[tuple[str, int, int], list[int]] = {}
    for clip in before.clips:
        if clip.passage is not None:
            kept.setdefault(_content(clip), []).append(int(clip.passage.start_s))
    return {file.name: tuple(sorted(kept[_content(file)])) for file in files if _content(file) in kept}


def _shown(file: Clip, root: Path) -> str:
    assert file.path is not None
    return readable_name(str(file.path.relative_to(root)))


def _content(clip: Clip) -> tuple[str, int, int]:
    """The file of a clip, as it was when it was looked at."""
    return str(clip.path), clip.size_bytes, clip.modified_ns


def _loudest_starts(files: Sequence[Clip], excerpting: Excerpting, on_listened: OnListened | None) -> dict[str, Starts]:
    """Where the loudest passages of files begin, by the files' names; the reason where that cannot be found."""
    found: dict[str, Starts] = {}
    listen = partial(_listened, n=excerpting.n, length_s=excerpting.length_s)
    with local_workers(len(files)) as workers:
        for done in work_through(listen, files, workers, stop_requested=lambda: False):
            result = done.result
            if isinstance(result, TaskLostError):
                result = f"looking for its loudest parts failed twice ({result}); obtain the file again"
            found[done.task.name] = result
            if on_listened is not None:
                on_listened(len(found), len(files))
    return found


def _listened(file: Clip, *, n: int, length_s: int) -> Starts:
    assert file.path is not None
    try:
        power = power_by_second(file.path)
    except AudioError as error:
        return f"its loudest parts cannot be found: {error}"
    return loudest_starts(power, n, length_s) or "its header promises more sound than there is in it"
