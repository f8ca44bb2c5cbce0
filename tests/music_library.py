"""A music library as people have them, made of the real clips: several formats, tags by several hands, whole songs.

``Artist/Album/NN Title.ext``. The genre tags are spelled in many ways; two files have none, two a wrong one; two songs
last five minutes, joined from clips of one artist. Each genre has at least three artists, so that it can be divided by
artist. What was written is returned, so that a test can say what has to be found.
"""

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, cycle, islice
from pathlib import Path

import numpy as np
import soundfile

from tests.needs import SHARED

SPELLINGS = {
    "blues": ("Blues", "(0)", "blues"),
    "classical": ("Classical", "Klassik", unicodedata.normalize("NFD", "Música clásica")),
    "country": ("Country", "country", "(2)"),
    "disco": ("Disco", "(4)", "DISCO"),
    "hiphop": ("Hip-Hop", "hip hop", "HipHop/Rap"),
    "jazz": ("Jazz", "JAZZ", "(8)"),
    "metal": ("Heavy Metal", "Metal", "metal"),
    "pop": ("Pop", "(13)", "Pop; Rock"),
    "reggae": ("Reggae", "(16)", "reggae"),
    "rock": ("Rock", "(17)", "rock"),
}
"""How each genre is written in the tags of this library, used in turn."""
FORMATS = ("mp3", "flac", "m4a", "ogg")
_CODECS = {"mp3": ("mp3", "libmp3lame"), "m4a": ("mp4", "aac")}
"""Container and encoder of what libsndfile cannot write, or not with tags."""
_SONG_S = 300
_LONG = {"reggae": "Bob Marley", "jazz": "James Carter"}
"""Of whom a song of five minutes is made, by genre."""


@dataclass(frozen=True)
class MadeFile:
    """One file of the library: what it truly is, and what its tag says (empty: it has none)."""

    path: Path
    genre: str
    tag: str
    artist: str
    title: str
    duration_s: float


def make_music_library(
    folder: Path, *, clips_a_genre: int = 5, songs_in_a_row: int = 1, brief: bool = False
) -> tuple[MadeFile, ...]:
    """Write the library under ``folder``, and say what is in it.

    Of each genre there are ``clips_a_genre`` (at least 4) files: up to ``songs_in_a_row`` songs of one artist, then of
    the next, and so on. Where ``brief``, all but the long songs are cuts of 2 to 3 s, which is quicker.
    """
    formats = cycle(FORMATS)
    made = []
    for genre, spellings in SPELLINGS.items():
        tags = cycle(spellings)
        songs = islice(_songs(genre, songs_in_a_row, brief=brief), clips_a_genre)
        for number, (artist, title, sources) in enumerate(songs):
            tag = next(tags)
            if number == clips_a_genre - 1:
                # The last of four genres: forgotten, or wrong.
                tag = {"blues": "", "pop": "", "rock": "Classical", "disco": "Jazz"}.get(genre, tag)
            kind = next(formats)
            path = folder / artist / f"Best of {artist}" / f"{number + 1:02d} {title}.{kind}"
            samples, sr_hz = _joined(sources)
            _write(path, samples, sr_hz, {"artist": artist, "album": path.parent.name, "title": title, "genre": tag})
            made.append(MadeFile(path, genre, tag, artist, title, len(samples) / sr_hz))
    return tuple(made)


def _songs(genre: str, in_a_row: int, *, brief: bool) -> Iterator[tuple[str, str, list[Path]]]:
    """Artist, title and files of each song to make: so many by one artist, then by others, as far as there are."""
    known = _known(genre)
    full = sorted((SHARED / "data" / "gtzan_mini" / "genres" / genre).glob("*.flac"))
    cuts = sorted((SHARED / "data" / "gtzan_excerpts" / genre).glob("*.flac"))
    if long := _LONG.get(genre):
        yield long, "A Long Song", [path for path in full if known[path.stem][0] == long]
    by_artist: dict[str, list[Path]] = {}
    for path in chain(cuts, full) if brief else chain(full, cuts):
        if artist := known[path.stem][0].replace("/", "-"):
            by_artist.setdefault(artist, []).append(path)
    rounds = max(map(len, by_artist.values()))
    for turn in range(0, rounds, in_a_row):
        for artist, paths in by_artist.items():
            for number in range(turn, min(turn + in_a_row, len(paths))):
                if not (number == 0 and artist == long):
                    yield artist, f"Song {number + 1} ({paths[number].stem})", [paths[number]]


def _known(genre: str) -> dict[str, tuple[str, str]]:
    with (SHARED / "facts" / "gtzan_facts.csv").open(encoding="utf-8", newline="") as stream:
        return {row["clip"]: (row["artist"], row["title"]) for row in csv.DictReader(stream) if row["genre"] == genre}


def _joined(paths: list[Path]) -> tuple[np.ndarray, int]:
    """One clip as it is; several, one after the other and from the beginning again, until the song is long."""
    read = [soundfile.read(path, dtype="float32") for path in paths]
    sr_hz = read[0][1]
    if len(paths) == 1:
        return read[0]
    pieces: list[np.ndarray] = []
    for samples, _ in cycle(read):
        pieces.append(samples)
        if sum(map(len, pieces)) >= _SONG_S * sr_hz:
            break
    return np.concatenate(pieces)[: _SONG_S * sr_hz], sr_hz


def _write(path: Path, samples: np.ndarray, sr_hz: int, tags: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix[1:] in _CODECS:
        _encode(path, samples, sr_hz, tags)
        return
    with soundfile.SoundFile(path, "w", sr_hz, 1) as stream:
        for name, value in tags.items():
            if value:
                setattr(stream, name, value)
        # Vorbis encodes each block on the stack: a whole song at once is more than fits there.
        for start in range(0, len(samples), sr_hz):
            stream.write(samples[start : start + sr_hz])


def _encode(path: Path, samples: np.ndarray, sr_hz: int, tags: dict[str, str]) -> None:
    import av

    kind, codec = _CODECS[path.suffix[1:]]
    with av.open(str(path), "w", format=kind) as container:
        container.metadata.update({name: value for name, value in tags.items() if value})
        stream = container.add_stream(codec, rate=sr_hz, layout="mono", options={"compression_level": "9"})
        frame = av.AudioFrame.from_ndarray(
            np.round(samples.clip(-1, 1) * 32767).astype(np.int16)[None, :], format="s16", layout="mono"
        )
        frame.sample_rate = sr_hz
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
