"""What the ears hear of a song is heard once, whoever asks; and is what they hear of a clip."""

from pathlib import Path

import numpy as np
import pytest

from core.audio import read_audio
from core.classifying.judging import Panel, Song, judge_song
from core.classifying.unlike import known_unlikeness
from core.ears.network import Heard, MusicnnNetwork
from core.embeddings.ears import EARS, patch_embeddings
from core.features.musicnn import MusicnnFeatures
from core.prediction import stretch as stretches
from core.prediction.hearing import PATCH_SAMPLES, Hearing, SongHearing
from core.prediction.judge import appoint_judge
from core.prediction.song import HeardSong
from core.runs.shipped import shipped_runs
from core.settings import REPOSITORY

CLIP = Path("data/gtzan_mini/genres/metal/metal.00000.flac")


@pytest.fixture
def asked(ears: None, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Patches of each question to the network, and 0 for each decoding of a song."""
    counted: list[int] = []
    hear, read = MusicnnNetwork.hear, stretches.read_sounds

    def counting(network: MusicnnNetwork, patches: np.ndarray) -> Heard:
        counted.append(len(patches))
        return hear(network, patches)

    def reading(*given: object, **named: object) -> object:
        counted.append(0)
        return read(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(MusicnnNetwork, "hear", counting)
    monkeypatch.setattr(stretches, "read_sounds", reading)
    return counted


@pytest.fixture
def shipped(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The run on trained ears that comes with Genre Lab."""
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(REPOSITORY / "models" / "pretrained"))
    (run,) = (run for run in shipped_runs() if run.config.trained_ears is not None)
    return run.id


def test_the_network_is_asked_once_for_verdict_tags_and_embedding(shipped: str, shared: Path, asked: list[int]) -> None:
    song = HeardSong(shared / CLIP)
    verdict = song.judged_by(shipped)
    assert asked[0] == 0
    assert sum(asked) == len(verdict.windows) == 10
    n_questions = len(asked)
    assert len(song.tags().spans_s) == len(song.hearing().embeddings) == 10
    assert song.judged_by(shipped) == verdict
    # Another layer of the same ears sees the same windows.
    others = [MusicnnFeatures(layer=layer) for layer in ("pooled", "penultimate")]
    for other in others:
        (batch,) = song.stretches[0]._batches((other,), appoint_judge(shipped).clip_s)
        assert batch.inputs[0].shape == (10, *other.shape)
    assert len(asked) == n_questions


def test_many_songs_ask_the_network_once_each(shipped: str, shared: Path, asked: list[int]) -> None:
    judges = (appoint_judge(shipped),)
    panel = Panel(judges, known_unlikeness(judges, listen=False))
    assert panel.unlikeness is not None
    result = judge_song(panel, Song(str(shared / CLIP)))
    assert sum(asked) == 10
    assert asked.count(0) == 1
    song = HeardSong(shared / CLIP)
    song.judged_by(shipped)
    embeddings = song.hearing().embeddings
    assert result.unlike == panel.unlikeness.percentile_of(panel.unlikeness.song_score(embeddings))


def test_alone_they_hear_a_clip_as_it_is_stored(shared: Path, ears: None) -> None:
    samples = read_audio(shared / CLIP, sr_hz=EARS.sr_hz)
    heard = HeardSong(shared / CLIP).hearing()
    np.testing.assert_allclose(heard.embeddings, patch_embeddings(samples), rtol=1e-5, atol=1e-6)
    stored, _ = MusicnnFeatures(layer="penultimate").transform(samples)
    np.testing.assert_allclose(heard.embeddings.mean(axis=0), stored[:, 0], rtol=1e-4, atol=1e-5)


def test_silent_patches_are_left_out_and_a_rest_is_heard(ears: None) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 12 * PATCH_SAMPLES).astype(np.float32)
    noise[2 * PATCH_SAMPLES : 4 * PATCH_SAMPLES] = 0
    heard = Hearing().along("msd", noise)
    assert heard is not None
    assert heard.starts == tuple(number * PATCH_SAMPLES for number in (0, 1, *range(4, 12)))
    assert Hearing().along("msd", np.zeros(PATCH_SAMPLES, dtype=np.float32)) is None
    short = Hearing().along("msd", noise[:8_000])
    assert short is not None
    assert short.starts == (0,)


def test_of_overlapping_patches_one_counts() -> None:
    starts = (0, PATCH_SAMPLES // 4, PATCH_SAMPLES // 2, PATCH_SAMPLES, 2 * PATCH_SAMPLES)
    layer = np.arange(5, dtype=np.float32)[:, np.newaxis]
    heard = SongHearing("msd", starts, np.zeros((5, 50), dtype=np.float32), layer, n_samples=3 * PATCH_SAMPLES)
    assert heard.embeddings[:, 0].tolist() == [0, 2, 3, 4]
