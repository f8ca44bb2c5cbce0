"""What the small home is made of: clips of three synthesised genres, a table, and pictures that nobody explains."""

import csv
import io
import json
import random
import zipfile
from pathlib import Path

import numpy as np

SR_HZ = 8_000
N_CLIPS = 10
MADE_AT = 1_790_000_000
"""Unix time of every sound file, in whole seconds."""


def bass(rng: random.Random, time_s: np.ndarray) -> np.ndarray:
    """A low tone with some overtones."""
    hz = rng.uniform(70, 130)
    return sum(np.sin(2 * np.pi * hz * k * time_s) / k**2 for k in (1, 2, 3))


def bell(rng: random.Random, time_s: np.ndarray) -> np.ndarray:
    """High partials that die away, struck twice."""
    hz = rng.uniform(900, 1400)
    since = time_s % 0.75
    return sum(np.sin(2 * np.pi * hz * k * since) * np.exp(-3 * k * since) / k for k in (1.0, 1.51, 2.17))


def chirp(rng: random.Random, time_s: np.ndarray) -> np.ndarray:
    """A tone that rises from 300 Hz again and again."""
    every = rng.uniform(0.3, 0.6)
    since = time_s % every
    return np.sin(2 * np.pi * (300 * since + rng.uniform(1200, 2000) * since**2 / every))


def wav(samples: np.ndarray) -> bytes:
    """A mono WAV of unsigned 8 bits."""
    import soundfile

    stream = io.BytesIO()
    soundfile.write(stream, samples.astype(np.float32), SR_HZ, format="WAV", subtype="PCM_U8")
    return stream.getvalue()


def archive(path: Path) -> None:
    """A zip of a folder collection: 3 genres, a silent clip, a repeat, two files that are skipped, facts."""
    rng = random.Random(8)
    files: dict[str, bytes] = {}
    facts = [["clip", "artist", "title", "group", "partition", "session"]]
    for genre, play in (("bass", bass), ("bell", bell), ("chirp", chirp)):
        for number in range(N_CLIPS):
            time_s = np.arange(round(rng.uniform(1.5, 2.1) * SR_HZ)) / SR_HZ
            samples = play(rng, time_s)
            files[f"{genre}/{genre}.{number:05d}.wav"] = wav(0.7 * samples / np.abs(samples).max())
            known = number % 3 < 2
            facts.append(
                [
                    f"{genre}.{number:05d}",
                    f"The {genre.title()} Machine {number // 2}" if known else "",
                    f"Étude no. {number + 1}" if known else "",
                    f"{genre} pair" if number in (4, 5) else "",
                    "",
                    f"session {number % 5 + 1}",
                ]
            )
    files["bell/bell.00010.wav"] = files["bell/bell.00009.wav"]
    files["bass/bass.00010.wav"] = wav(np.zeros(2 * SR_HZ))
    files["bass/notes.txt"] = b"No sound.\n"
    files["chirp/broken.wav"] = b"RIFF, but not really"
    facts.append(["nobody.00000", "Nobody", "", "", "", ""])
    stream = io.StringIO()
    csv.writer(stream).writerows(facts)
    files["clips.csv"] = stream.getvalue().encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in sorted(files.items()):
            zipped.writestr(zipfile.ZipInfo(f"toy-genres/{name}", (2026, 9, 21, 12, 0, 0)), content)


def table(path: Path) -> None:
    """A table of four columns of a collection's own, with artists and a column of words."""
    rng = random.Random(9)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["filename", "loudness_db", "tempo_bpm", "brightness_hz", "roughness", "artist", "studio", "label"])
        for genre, tempo, bright in (("calm", 70, 900), ("lively", 130, 2400)):
            for number in range(12):
                row = [rng.gauss(-20, 3), rng.gauss(tempo, 15), rng.gauss(bright, 300), rng.random()]
                writer.writerow(
                    [f"{genre}.{number:05d}", *(f"{value:.4f}" for value in row), f"Artist {number // 3}", f"studio {'AB'[number % 2]}", genre]
                )
        writer.writerow(["calm.00012", "", "70", "800", "0.5", "", "studio A", "calm"])


def arrays(path: Path) -> None:
    """Spectrograms of 8 bands and 20 frames that nobody says how they were made."""
    rng = np.random.default_rng(10)
    names, genres, level = [], [], []
    for genre, band in (("high", 6), ("low", 1)):
        for number in range(8):
            picture = rng.normal(-60, 4, (8, 20))
            picture[band] += 30
            names.append(f"{genre}.{number:05d}")
            genres.append(genre)
            level.append(picture.round(1))
    about = {"title": "Pictures of tones", "source": "Made by a script", "licence": "CC0", "synthetic": True}
    np.savez_compressed(
        path, level=np.array(level, np.float32), clip=np.array(names), genre=np.array(genres), about=np.array(json.dumps(about))
    )
