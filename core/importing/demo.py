"""The built-in demo: 200 clips synthesised by Genre Lab itself, so that everything works before any download."""

import io
from functools import partial
from pathlib import Path

import numpy as np
import soundfile

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.registry import (
    DEMO_ID,
    DEMO_LICENCE,
    DEMO_SOURCE,
    DEMO_TITLE,
    is_ready,
    load_collection,
    save_collection,
)
from core.errors import GenreLabError
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.files import write_atomically
from core.jobs.process_pool import TaskLostError
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.jobs.work import local_workers, work_through
from core.settings import load_settings
from core.synthesis import CLIP_DURATION_S, GENRES, SAMPLE_RATE_HZ, SYNTHESIS_VERSION, synthesise_clip

N_CLIPS_PER_GENRE = 20
DEMO_SEED = 0
MOST_BITS, LEAST_BITS = 14, 11
"""Of a sample; the files have 16, of which the lowest are zero."""
NOISE_BELOW_DB = 56.0
"""How far rounding noise is below the music, at least where `MOST_BITS` allow it."""


def demo_is_outdated() -> bool:
    """Whether the demo that is here was made by an older Genre Lab, from other recipes; False where there is none.

    It stays as it is, and so do runs on it, until the demo is made again.
    """
    if not is_ready(DEMO_ID):
        return False
    try:
        return load_collection(DEMO_ID).root.resolve() != _root().resolve()
    except GenreLabError:
        # What is wrong with a damaged manifest is said where the collection is shown.
        return False


def start_demo() -> str:
    """Make the demo in the background unless that is under way; returns the job's id (see `core.jobs`)."""
    start_job(DEMO_ID, {"kind": "demo"})
    return DEMO_ID


def build_demo(
    reporter: ProgressReporter | None = None, *, n_clips_per_genre: int = N_CLIPS_PER_GENRE
) -> Collection | None:
    """Synthesise what is missing of the demo, register it, and extract its features.

    Parameters
    ----------
    reporter : ProgressReporter, optional
    n_clips_per_genre : int
        20 in the demo itself.

    Returns
    -------
    Collection or None
        None when it was asked to stop before all clips were there.
    """
    reporter = reporter or ProgressReporter()
    root = _root()
    wanted = [(genre, index) for index in range(n_clips_per_genre) for genre in GENRES]
    missing = [(genre, index) for genre, index in wanted if not _clip_path(root, genre, index).exists()]
    reporter.phase("Synthesising the demo's music", total=len(missing))
    write = partial(_write_clip, root)
    n_done = 0
    with local_workers(len(missing)) as workers:
        for done in work_through(write, missing, workers, stop_requested=lambda: reporter.stop_requested):
            if isinstance(done.result, TaskLostError):
                raise done.result
            n_done += 1
            reporter.advance(n_done, detail=f"{n_done} of {len(missing)} clips", further_s=0.025 * len(wanted))
    if n_done < len(missing):
        return None
    collection = Collection(
        id=DEMO_ID,
        title=DEMO_TITLE,
        kind="demo",
        source=DEMO_SOURCE,
        licence=DEMO_LICENCE,
        synthetic=True,
        root=root,
        clips=tuple(_clip(root, genre, index) for genre, index in sorted(wanted)),
    )
    report = extract(collection, [MelSpectrogram(), NumericFeatures()], reporter=reporter)
    if report.stopped:
        return None
    save_collection(collection)
    return collection


def _root() -> Path:
    return load_settings().data_dir / "demo" / f"v{SYNTHESIS_VERSION}" / "genres"


def _name(genre: str, index: int) -> str:
    return f"{genre}.{index:05d}"


def _clip_path(root: Path, genre: str, index: int) -> Path:
    return root / genre / f"{_name(genre, index)}.flac"


def _clip(root: Path, genre: str, index: int) -> Clip:
    path = _clip_path(root, genre, index)
    status = path.stat()
    return Clip(_name(genre, index), genre, path, CLIP_DURATION_S, status.st_size, status.st_mtime_ns)


def encode_clip(genre: str, index: int, *, seed: int = DEMO_SEED) -> bytes:
    """A clip as the demo keeps it: a FLAC file of 16 bits, whose lowest bits are zero.

    Those bits would be noise that nobody hears below the music, and a third of the file: FLAC leaves out what is always
    zero. A quiet clip keeps more of them than a loud one.

    Parameters
    ----------
    genre : str
        One of `core.synthesis.GENRES`.
    index, seed : int
        Number of the clip and seed of the collection, both 0 or more.
    """
    samples = synthesise_clip(genre, index, seed=seed)
    level_db = 10.0 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-12)
    # Rounding to so many bits makes noise of 6.02 dB a bit and 4.77 dB below a full scale of 1.
    wanted = int(np.ceil((NOISE_BELOW_DB - level_db - 4.77) / 6.02))
    n_bits = min(max(wanted, LEAST_BITS), MOST_BITS)
    full_scale = 2.0 ** (n_bits - 1) - 1
    stream = io.BytesIO()
    quantised = np.round(samples * full_scale).astype(np.int16) * np.int16(2 ** (16 - n_bits))
    soundfile.write(stream, quantised, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    return stream.getvalue()


def _write_clip(root: Path, wanted: tuple[str, int]) -> None:
    genre, index = wanted
    write_atomically(_clip_path(root, genre, index), encode_clip(genre, index))
