"""Clips without a file are heard where another collection has the same clip of GTZAN, and nowhere else."""

import io
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.clips.collection import Collection
from core.collections import sound as sound_module
from core.collections.registry import forget_collection, list_collections
from core.collections.sound import count_heard, find_same, find_sound
from core.importing.features.register import import_features
from core.importing.register import import_folder


@pytest.fixture
def gtzan_folder(home: Path) -> Path:
    """Two clips with GTZAN's names, genres and length."""
    for genre in ("blues", "jazz"):
        path = home / "data" / "mini" / "genres" / genre / f"{genre}.00003.wav"
        path.parent.mkdir(parents=True)
        soundfile.write(path, np.full(30 * 1000, 0.1), 1000)
    return home / "data" / "mini"


def features(*names: str, about: str = "length") -> Collection:
    rows = "".join(f"{name},220500,1,{name.split('.')[0]}\n" for name in names)
    return import_features(io.BytesIO(f"filename,{about},x,label\n{rows}".encode()), "f.csv")


def test_a_clip_of_gtzan_is_heard_in_another_collection(gtzan_folder):
    collection = features("blues.00003", "rock.00003")
    blues, rock = collection.clips
    assert find_sound(collection, blues) is None
    mini = import_folder(gtzan_folder)
    sound = find_sound(collection, blues)
    assert sound is not None
    assert (sound.clip, sound.collection_title, sound.start_s) == (mini.clip("blues.00003"), "mini", None)
    assert find_sound(collection, rock) is None
    own = find_sound(mini, mini.clips[0])
    assert own is not None
    assert own.clip == mini.clips[0]
    shutil.rmtree(gtzan_folder / "genres" / "blues")
    assert find_sound(collection, blues) is None
    forget_collection(mini.id)
    assert find_sound(collection, blues) is None


def test_a_third_is_heard_as_the_third_of_its_clip(gtzan_folder):
    import_folder(gtzan_folder)
    rows = "".join(f"jazz.00003.{third}.wav,10.0,{third},jazz\n" for third in range(3))
    collection = import_features(io.BytesIO(f"filename,duration_s,x,label\n{rows}".encode()), "thirds.csv")
    sound = find_sound(collection, collection.clip("jazz.00003.2"))
    assert sound is not None
    assert (sound.clip.name, sound.start_s, sound.end_s) == ("jazz.00003", 20.0, 30.0)


def test_clips_that_can_be_heard_are_counted_with_one_look_at_the_collections(gtzan_folder, monkeypatch):
    mini = import_folder(gtzan_folder)
    collection = features("blues.00003", "jazz.00003", "rock.00003")
    looks = []
    monkeypatch.setattr(sound_module, "list_collections", lambda: looks.append(1) or list_collections())
    assert count_heard(collection) == 2
    assert len(looks) == 1
    assert count_heard(features("g.00001", "g.00002")) == 0
    assert len(looks) == 1
    assert count_heard(mini) == 2


def test_names_that_are_not_gtzans_say_nothing(gtzan_folder):
    import_folder(gtzan_folder)
    collection = features("blues.00003", "polka.00001")
    assert find_sound(collection, collection.clip("blues.00003")) is None


def test_the_same_clip_is_found_in_other_collections_of_gtzan(gtzan_folder):
    collection = features("blues.00003", "rock.00003")
    blues, rock = collection.clips
    assert list(find_same(collection, blues)) == []
    mini = import_folder(gtzan_folder)
    assert [(other.id, clip.name) for other, clip in find_same(collection, blues)] == [(mini.id, "blues.00003")]
    assert list(find_same(collection, rock)) == []
    assert [other.id for other, _ in find_same(mini, mini.clip("blues.00003"))] == [collection.id]
