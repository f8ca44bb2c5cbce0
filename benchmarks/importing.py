"""Import of a tagged library against a plain loop over the same files, and the second look at it."""

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from unittest.mock import patch

import soundfile

from benchmarks.made_clips import made_samples
from benchmarks.timing import Result

SR_HZ = 44_100
GENRES = ("Rock", "Pop", "Hip-Hop", "Jazz", "Classical", "Folk", "Metal", "Blues", "Reggae", "Country")
N_FILES, N_QUICK = 20_000, 400
N_CHANGED = 20


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one: seconds of processor time, all threads together, since the files are in memory."""
    n_files = N_QUICK if quick else N_FILES
    with tempfile.TemporaryDirectory() as place, patch.dict(os.environ, {"GENRE_LAB_HOME": f"{place}/home"}):
        library = write_library(Path(place) / "library", n_files)
        paths = sorted(library.rglob("*.mp3"))
        plain_loop(paths[:50])
        loop_s = _spent(lambda: plain_loop(paths))
        yield from _import(library, n_files, loop_s)


def _import(library: Path, n_files: int, loop_s: float) -> Iterator[Result]:
    from core.importing.readings.propose import look_at
    from core.importing.readings.spec import GenreFrom
    from core.importing.register import import_folder, rescan_collection

    name = f"{n_files:,} tagged mp3 files"
    yield Result(name=f"First look at {name}", ours_s=_spent(lambda: look_at(library)))
    collection_id = ""

    def whole() -> None:
        nonlocal collection_id
        collection_id = import_folder(library, genre_from=GenreFrom(kind="tags")).id

    import_s = _spent(whole)
    yield Result(
        name=f"Import of {name} ({n_files / import_s:,.0f} a second)",
        ours_s=import_s,
        other=f"a loop of tinytag and soundfile.info ({n_files / loop_s:,.0f} a second)",
        other_s=loop_s,
        ratio=loop_s / import_s,
    )
    second_s = _spent(lambda: rescan_collection(collection_id))
    yield _second(f"Second look at {name}, nothing changed", n_files, second_s, import_s)
    for path in sorted(library.rglob("*.mp3"))[: n_files : n_files // N_CHANGED]:
        os.utime(path, ns=(0, 1))
    third_s = _spent(lambda: rescan_collection(collection_id))
    yield _second(f"Second look at {name}, {N_CHANGED} changed", n_files, third_s, import_s)


def _second(name: str, n_files: int, spent_s: float, import_s: float) -> Result:
    words = f"{name} ({n_files / spent_s:,.0f} a second)"
    return Result(name=words, ours_s=spent_s, other="the import", other_s=import_s, ratio=import_s / spent_s)


def _spent(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def plain_loop(paths: list[Path]) -> list[tuple[str | None, float]]:
    """Genre and length of each file, as one would write it first."""
    from tinytag import TinyTag

    return [(TinyTag.get(path, duration=False).genre, soundfile.info(path).duration) for path in paths]


def write_library(root: Path, n_files: int) -> Path:
    """Copies of one short mp3 as Artist/Album/Track, each with an ID3v2 tag of its own; albums hold ten songs."""
    root.mkdir()
    sample = root / "sample.mp3"
    soundfile.write(sample, made_samples(duration_s=2.0, sr_hz=SR_HZ, seed=0), SR_HZ)
    sound = sample.read_bytes()
    sample.unlink()
    rng = random.Random(0)
    for number in range(n_files):
        artist, album = f"Artist {number // 40}", f"Album {number // 10}"
        path = root / artist / album / f"{number % 10 + 1:02d} Song {number}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        tags = {"TCON": rng.choice(GENRES), "TPE1": artist, "TALB": album, "TIT2": f"Song {number}", "TYER": "1999"}
        path.write_bytes(_id3(tags) + sound)
    return root


def _id3(tags: dict[str, str]) -> bytes:
    """An ID3v2.3 tag of these frames, in Latin letters."""
    body = b""
    for name, text in tags.items():
        content = b"\0" + text.encode("latin-1")
        body += name.encode() + len(content).to_bytes(4, "big") + b"\0\0" + content
    return b"ID3\x03\0\0" + bytes(len(body) >> shift & 127 for shift in (21, 14, 7, 0)) + body
