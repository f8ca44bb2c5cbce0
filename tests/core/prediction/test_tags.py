"""Tags along a song: of the patches that the verdict was made of, and the same as the ears' own."""

from pathlib import Path

import numpy as np
import pytest

from core.audio import read_audio
from core.errors import AudioError
from core.features.musicnn import MusicnnFeatures
from core.prediction.hearing import SongHearing
from core.prediction.song import HeardSong
from core.prediction.tags import PATCH_S, SongTags, tags_along
from core.runs.shipped import shipped_runs
from core.settings import REPOSITORY
from dashboard.charts.runs.tags import shown_tags, tags_chart, tags_table
from dashboard.sentences.song import tags_sentence
from tests.core.prediction.test_song import wav


def test_real_music_is_heard_once_for_verdict_and_tags(
    home: Path, shared: Path, ears: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(REPOSITORY / "models" / "pretrained"))
    (run,) = (run for run in shipped_runs() if run.config.trained_ears is not None)
    heard = HeardSong(shared / "data" / "songs" / "vibe_ace.ogg")
    verdict = heard.judged_by(run.id)
    assert verdict.windows[0].end_s == pytest.approx(PATCH_S)  # longer than the cuts it learnt from
    monkeypatch.setattr(MusicnnFeatures, "hear", lambda *_: pytest.fail("heard a second time"))
    tags = heard.tags()
    assert len(tags.spans_s) == len(verdict.windows)
    assert tags.spans_s[-1][1] == pytest.approx(verdict.duration_s, abs=PATCH_S)
    assert all(before[1] <= after[0] for before, after in zip(tags.spans_s[:-1], tags.spans_s[1:], strict=True))
    assert next(iter(tags.means)) == "jazz"
    assert "jazz (4" in tags_sentence(tags)
    shown = shown_tags(tags)
    assert 8 <= len(shown) <= 12
    table = tags_table(tags, shown)
    assert len(table) == len(shown) * len(tags.spans_s)
    assert table["probability"].iloc[0] == pytest.approx(float(tags.along(shown[0])[0]))
    assert tags_chart(table, duration_s=verdict.duration_s).to_dict()["encoding"]["y"]["sort"] == shown


def test_without_a_run_the_ears_listen_themselves(shared: Path, ears: None) -> None:
    path = shared / "data" / "gtzan_mini" / "genres" / "metal" / "metal.00000.flac"
    tags = HeardSong(path).tags()
    features = MusicnnFeatures(layer="tags", per="part")
    columns, n_valid = features.transform(read_audio(path, sr_hz=16_000))
    assert len(tags.spans_s) == n_valid == 10
    # But for the ends of a window, where the spectrogram looks a little beyond.
    np.testing.assert_allclose(tags.probabilities, columns[:, :n_valid].T, atol=0.1)
    assert np.abs(tags.probabilities - columns[:, :n_valid].T).mean() < 0.01
    with pytest.raises(AudioError, match="silent"):
        HeardSong(wav(np.zeros(5 * 22_050, dtype=np.float32))).tags()


def test_overlapping_patches_share_their_time() -> None:
    one, other = np.full(50, 0.2, dtype=np.float32), np.full(50, 0.6, dtype=np.float32)
    layer = np.zeros((2, 200), dtype=np.float32)
    tags = tags_along(SongHearing("msd", (0, 32_000), np.stack([one, other]), layer, n_samples=32_000 + 47_872))
    assert tags.spans_s == ((0.0, pytest.approx(2.496)), (pytest.approx(2.496), pytest.approx(4.992)))
    assert tags.means["rock"] == pytest.approx(0.4)
    quiet = SongTags("msd", ((0.0, 3.0),), np.full((1, 50), 0.02, dtype=np.float32))
    assert tags_sentence(quiet).startswith("None of their 50 tags is 10 % probable")
