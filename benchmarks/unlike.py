"""How well music is told from what is no music, and from a genre that was left out, by *unlike the training set*.

All figures are of sounds that took no part in setting it. The real music lies beside the repository (``../shared``, or
where ``GENRE_LAB_SHARED`` says); speech needs espeak-ng. Some three minutes.
"""

import csv
import os
import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import no_music
from benchmarks.timing import Result
from core.audio import read_audio
from core.embeddings.ears import EARS, patch_embeddings
from core.embeddings.unlike import Unlikeness, learn_unlikeness
from core.errors import CollectionError

SHARED = Path(os.environ.get("GENRE_LAB_SHARED") or Path(__file__).resolve().parent.parent.parent / "shared")
LEAST = 0.99
UNUSUAL = 95.0
_N_FOLDS = 5

Heard = dict[str, np.ndarray]
"""Embeddings of the patches of each clip, shape (patches, 200), by its name."""


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    clips = _music("gtzan_mini/genres/*/*.flac", every=4 if quick else 1)
    songs = list(_music("songs/*.ogg").values())
    artists = _artists()
    others = _no_music(quick=quick)
    every = [sound for sounds in others.values() for sound in sounds]
    yield from _halves(clips, songs, every, artists)
    excerpts = _music("gtzan_excerpts/*/*.flac", every=4 if quick else 1)
    yield from _parts(excerpts, songs, others, artists)
    for name, sounds in (("clips of 30 s", clips), ("cuts of 3 s", excerpts)):
        yield from _left_out(name, sounds, artists)


def _halves(
    clips: Heard, songs: list[np.ndarray], others: list[np.ndarray], artists: dict[str, str]
) -> Iterator[Result]:
    names = sorted(clips)
    areas, flagged, flagged_others = [], [], []
    for first in (0, 1):
        learnt = _learn({name: clips[name] for name in names[first::2]}, artists, clip_s=30.0)
        music = [learnt.song_score(sound) for sound in [*(clips[name] for name in names[1 - first :: 2]), *songs]]
        scores = [learnt.song_score(sound) for sound in others]
        areas.append(area(music, scores))
        flagged += [learnt.percentile_of(score) > UNUSUAL for score in music]
        flagged_others += [learnt.percentile_of(score) > UNUSUAL for score in scores]
    yield _area_result(f"{len(names)} clips of 30 s, by halves, and {len(songs)} songs; {len(others)} others", areas)
    yield _share_result(f"The same: music called unlike (above {UNUSUAL:.0f} %)", flagged)
    yield _share_result("The same: others called unlike", flagged_others)


def _parts(
    excerpts: Heard, songs: list[np.ndarray], others: dict[str, list[np.ndarray]], artists: dict[str, str]
) -> Iterator[Result]:
    """As the models that come with Genre Lab have it: of cuts of their training clips."""
    part = {row["clip"]: row["fault_filtered_partition"] for row in _facts()}
    train = {name: sound for name, sound in excerpts.items() if part[name] in ("train", "valid")}
    test = [sound for name, sound in excerpts.items() if part[name] == "test"]
    learnt = _learn(train, artists, clip_s=3.0)
    music = [learnt.song_score(sound) for sound in [*test, *songs]]
    scores = {kind: [learnt.song_score(sound) for sound in sounds] for kind, sounds in others.items()}
    every = [score for of_kind in scores.values() for score in of_kind]
    what = f"{len(train)} cuts of 3 s against {len(test)} of other artists and {len(songs)} songs"
    yield _area_result(f"{what}; {len(every)} others", [area(music, every)])
    for kind, of_kind in scores.items():
        yield _area_result(f"The same: {len(of_kind)} of {kind}", [area(music, of_kind)])
    yield _share_result("The same: music called unlike", [learnt.percentile_of(one) > UNUSUAL for one in music])
    yield _share_result("The same: others called unlike", [learnt.percentile_of(one) > UNUSUAL for one in every])


def _left_out(what: str, sounds: Heard, artists: dict[str, str]) -> Iterator[Result]:
    """A genre that took no part against held-out clips of the other genres, mean over the genres."""
    areas, flagged = [], []
    for genre in sorted({_genre(name) for name in sounds}):
        known = [name for name in sorted(sounds) if _genre(name) != genre]
        unknown = [name for name in sorted(sounds) if _genre(name) == genre]
        for fold in range(_N_FOLDS):
            train = {name: sounds[name] for place, name in enumerate(known) if place % _N_FOLDS != fold}
            learnt = _learn(train, artists, clip_s=30.0)
            inside = [learnt.song_score(sounds[name]) for name in known[fold::_N_FOLDS]]
            outside = [learnt.song_score(sounds[name]) for name in unknown]
            areas.append(area(inside, outside))
            flagged += [learnt.percentile_of(score) > UNUSUAL for score in outside]
    yield Result(
        name=f"A genre left out, {len(sounds)} {what}, area under the curve", ours_s=100 * _mean(areas), unit="%"
    )
    yield _share_result("The same: clips of that genre called unlike", flagged)


def area(music: Sequence[float], others: Sequence[float]) -> float:
    """Share of pairs in which the other is the more unlike one: the area under the ROC curve."""
    less = np.array(music)[:, np.newaxis] < np.array(others)
    ties = np.array(music)[:, np.newaxis] == np.array(others)
    return float(np.mean(less + 0.5 * ties))


def _area_result(name: str, areas: Sequence[float]) -> Result:
    value = _mean(areas)
    return Result(name=name, ours_s=100 * value, unit="%", goal=f"area {LEAST:.2f}", met=value >= LEAST)


def _share_result(name: str, flagged: Sequence[bool]) -> Result:
    return Result(name=name, ours_s=100 * _mean(flagged), unit="%")


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _learn(sounds: Heard, artists: dict[str, str], *, clip_s: float) -> Unlikeness:
    """By artist: clips of one are measured by those of others."""
    keys = [artists.get(name) or name for name in sounds]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    means = np.array([sound.mean(axis=0) for sound in sounds.values()])
    return learn_unlikeness(means, clip_s=clip_s, groups=[numbers[key] for key in keys])


def _genre(name: str) -> str:
    return name.split(".")[0]


def _facts() -> list[dict[str, str]]:
    with (SHARED / "facts" / "gtzan_facts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _artists() -> dict[str, str]:
    return {row["clip"]: row["artist"] for row in _facts()}


def _music(pattern: str, *, every: int = 1) -> Heard:
    paths = sorted((SHARED / "data").glob(pattern))[::every]
    if not paths:
        raise CollectionError(f"Expected real music at {SHARED / 'data' / pattern}, got none. Set GENRE_LAB_SHARED.")
    return {path.stem: patch_embeddings(read_audio(path, sr_hz=EARS.sr_hz)) for path in paths}


def _no_music(*, quick: bool) -> dict[str, list[np.ndarray]]:
    """What is no music, by its kind."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise CollectionError("Expected the program espeak-ng for speech, got none. Install it (apt: espeak-ng).")
    texts = no_music.TEXTS[:1] if quick else no_music.TEXTS
    made = {"speech": no_music.speech(program, sr_hz=EARS.sr_hz, texts=texts)}
    for kind, make in (("noise", no_music.noise), ("clicks", no_music.clicks), ("tones", no_music.tones)):
        made[kind] = partial(make, sr_hz=EARS.sr_hz, duration_s=9.0 if quick else 20.0)()
    return {kind: [patch_embeddings(sound.astype(np.float32)) for sound in sounds] for kind, sounds in made.items()}
