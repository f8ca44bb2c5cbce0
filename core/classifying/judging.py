"""One song judged by some runs, in a process whose models are loaded once."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.classifying.result import RunVerdict, SongResult
from core.classifying.tags import FileTags, read_tags
from core.classifying.unlike import place_song
from core.embeddings.ears import EARS
from core.embeddings.unlike import Unlikeness
from core.errors import GenreLabError
from core.jobs.heap import share_one_heap
from core.jobs.work import keep_to_one_core
from core.models.build import load_model_file
from core.names import readable_name
from core.prediction.judge import Judge
from core.prediction.song import HeardSong

_MODELS_AT_ONCE = 8


@dataclass(frozen=True)
class Song:
    """A song to judge.

    Attributes
    ----------
    name : str
        Path, or the name of an upload: what the result is called.
    content : bytes or None
        Of an upload; None for a file that is read where it lies.
    number : int
        Its place among the songs.
    """

    name: str
    content: bytes | None = None
    number: int = 0


def prepare_process() -> None:
    """Keep a process that judges songs to one core; for the start of it."""
    # TensorFlow reads these when it begins.
    os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "1"
    os.environ["OMP_NUM_THREADS"] = "1"
    keep_to_one_core()
    share_one_heap()


@dataclass(frozen=True)
class Panel:
    """Who judges.

    Attributes
    ----------
    judges : tuple of Judge
        The first leads.
    unlikeness : Unlikeness or None
        Tells how unlike the leading run's training clips a song is; None where that is not asked.
    """

    judges: tuple[Judge, ...]
    unlikeness: Unlikeness | None = None

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The runs, the leading one first."""
        return tuple(judge.run.id for judge in self.judges)

    @property
    def rates_hz(self) -> tuple[int, ...]:
        """Sample rates at which a song is heard."""
        ears = () if self.unlikeness is None else (EARS.sr_hz,)
        return tuple(dict.fromkeys((*(each.sr_hz for judge in self.judges for each in judge.front_ends), *ears)))


def judge_song(panel: Panel, song: Song) -> SongResult:
    """What the runs say of a song; that it cannot be read is a result too.

    Parameters
    ----------
    panel : Panel
    song : Song

    Raises
    ------
    RunError
        A model cannot be opened: no song can then be judged by it.
    """
    began_s = time.process_time()
    models = [_model(judge.model_file) for judge in panel.judges]
    source = Path(song.name) if song.content is None else song.content
    size, mtime_ns = stamp_of(song)
    if recorded_name(song.name) != song.name:
        reason = "Its name is not valid UTF-8; rename it."
        return SongResult(song=recorded_name(song.name), size=size, mtime_ns=mtime_ns, error=reason)
    verdicts: list[RunVerdict] = []
    duration_s = None
    heard = HeardSong(source, rates_hz=panel.rates_hz)
    _go_through(heard, panel, models)
    for judge, model in zip(panel.judges, models, strict=True):
        try:
            verdict = heard.heard_by(judge, model=model)
        except GenreLabError as error:
            verdicts.append(RunVerdict(judge.run.id, {}, error=readable_name(str(error))))
            continue
        except MemoryError:
            verdicts.append(RunVerdict(judge.run.id, {}, error="There was not enough memory to hear it."))
            continue
        duration_s = verdict.duration_s
        probabilities = dict(zip(verdict.genres, verdict.probabilities, strict=True))
        verdicts.append(RunVerdict(judge.run.id, probabilities, verdict.warning, verdict.reliable))
    place = None
    if panel.unlikeness is not None and duration_s is not None:
        place = place_song(panel.unlikeness, heard)
    reasons = dict.fromkeys(verdict.error for verdict in verdicts)
    tags = read_tags(source, song.name) if size else FileTags()
    return SongResult(
        song=song.name,
        size=size,
        mtime_ns=mtime_ns,
        verdicts=tuple(verdicts),
        duration_s=duration_s,
        unlike=None if place is None else place.percentile,
        beyond=place is not None and place.beyond,
        tags=tags,
        error="" if duration_s is not None else " ".join(reasons),
        cpu_s=time.process_time() - began_s,
    )


def _go_through(heard: HeardSong, panel: Panel, models: Sequence[Any]) -> None:
    """Let all listen to a long song while it is decoded; why somebody cannot is said where they are to judge."""
    ears = () if panel.unlikeness is None else (EARS.training,)
    with suppress(GenreLabError, MemoryError):
        heard.go_through(list(zip(panel.judges, models, strict=True)), ears=ears)


def stamp_of(song: Song) -> tuple[int, int]:
    """Size and time of change of a song's file; zeros where it is not there."""
    if song.content is not None:
        return len(song.content), 0
    with suppress(OSError):
        status = os.stat(song.name)
        return status.st_size, status.st_mtime_ns
    return 0, 0


def recorded_name(name: str) -> str:
    """The name under which a song stands in the results: what can be written of one that is no UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return readable_name(name)
    return name


@lru_cache(maxsize=_MODELS_AT_ONCE)
def _model(model_file: Path) -> Any:
    return load_model_file(model_file)
