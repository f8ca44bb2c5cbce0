"""What the server keeps in memory of the sounds of clips is bounded by its size."""

from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import soundfile

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.depiction.rebuilt import Rebuilt
from core.features.mel import MelSpectrogram
from dashboard import services
from dashboard.listening import rebuilt


def clip_of(path: Path, *, n_samples: int) -> Clip:
    soundfile.write(path, np.zeros(n_samples), 8_000)
    return Clip(path.stem, "silence", path, n_samples / 8_000, 8_000, 1)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    services._playable.cache.clear()


def test_a_file_that_browsers_play_is_not_read(tmp_path: Path) -> None:
    clip = clip_of(tmp_path / "a.wav", n_samples=8_000)
    assert services.playable(clip) == (clip.path, "audio/wav")


def test_converted_sounds_are_kept_up_to_a_number_of_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clips = [clip_of(tmp_path / f"{number}.aiff", n_samples=8_000) for number in range(6)]
    size = 44 + 2 * 8_000
    monkeypatch.setattr(services._playable.cache, "_Cache__maxsize", 3 * size)
    for clip in clips:
        content, mime = services.playable(clip) or (b"", "")
        assert (len(content) if isinstance(content, bytes) else 0, mime) == (size, "audio/wav")
    assert len(services._playable.cache) == 3
    assert services._playable.cache.currsize == 3 * size


def test_what_two_ask_for_at_once_is_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = clip_of(tmp_path / "a.aiff", n_samples=8_000)
    convert, asked = services.playable_clip, []
    monkeypatch.setattr(services, "playable_clip", lambda one: asked.append(one) or convert(one))
    threads = [Thread(target=services.playable, args=(clip,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == [clip]


def test_rebuilt_clips_are_kept_up_to_a_number_of_bytes(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuilt.rebuilt.cache.clear()
    samples = np.zeros(1_000, dtype=np.float32)
    monkeypatch.setattr(rebuilt, "clip_samples", lambda *_: samples)
    monkeypatch.setattr(rebuilt, "rebuild", lambda *_, source: Rebuilt(samples, 0.0))
    monkeypatch.setattr(rebuilt.rebuilt.cache, "_Cache__maxsize", 3 * samples.nbytes)
    for n_mels in (16, 32, 40, 64, 80):
        rebuilt.rebuilt(tiny_collection, tiny_collection.clips[0], MelSpectrogram(n_mels=n_mels), "mel")
    assert len(rebuilt.rebuilt.cache) == 3
    assert rebuilt.rebuilt.cache.currsize == 3 * samples.nbytes
    rebuilt.rebuilt.cache.clear()
