"""What is not checked of a collection is said."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from dashboard.sentences.quality import not_checked


def made_of(*, audio: bool, **counts: int) -> Collection:
    clips = tuple(
        Clip(f"{genre}.{n}", genre, Path("x.wav") if audio else None, 30.0, 1, 1)
        for genre, number in counts.items()
        for n in range(number)
    )
    front_ends = () if audio else (NumericFeatures(),)
    return Collection("c", "C", "folder", "", "", False, Path(), clips, front_ends=front_ends)


def test_all_of_a_large_enough_collection_is_checked(ears: None) -> None:
    assert not_checked(made_of(audio=True, jazz=10, rock=10)) == []


def test_without_the_ears_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.features.musicnn.why_missing", lambda: "They need the weights. Run: pip install")
    (said,) = not_checked(made_of(audio=True, jazz=10, rock=10))
    assert said == "what sounds alike (They need the weights. Run: pip install)"


def test_labels_of_small_genres_are_not_judged(ears: None) -> None:
    assert not_checked(made_of(audio=True, jazz=10, rock=10, pop=9)) == ["labels of pop, with fewer than 10 clips each"]
    assert not_checked(made_of(audio=True, jazz=10, rock=9)) == [
        "labels, which would need two genres of 10 clips or more",
        "what sounds alike, which would need 20 clips or more",
    ]
    many = made_of(audio=True, jazz=10, rock=10, **{f"g{n}": 1 for n in range(8)})
    assert not_checked(many) == ["labels of g0, g1, g2, g3, g4, g5 and 2 more, with fewer than 10 clips each"]


def test_without_sound_little_can_be_checked() -> None:
    table = made_of(audio=False, jazz=10, rock=12)
    assert not_checked(table) == [
        "damage, length, sample rate and near duplicates of 22 clips without sound (and repeats not at all)"
    ]
    pictures = replace(table, front_ends=(MelSpectrogram(),))
    assert not_checked(pictures) == [
        "damage, length, sample rate and near duplicates of 22 clips without sound (repeats only as identical "
        "spectrograms)",
        "labels, which would need numeric features",
    ]
