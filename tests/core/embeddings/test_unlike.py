"""How unlike the training clips a sound is: distances known by hand, their calibration, and their file."""

from pathlib import Path

import numpy as np
import pytest

from core.embeddings.unlike import MIN_CLIPS, learn_unlikeness, load_unlikeness, mean_by_piece, signed_roots
from core.errors import FeatureError, NewerVersionError

RNG = np.random.default_rng(3)


def squares(n: int, n_units: int = 12, *, spread: float = 1.0) -> np.ndarray:
    """Vectors whose roots are normally distributed."""
    roots = spread * RNG.normal(size=(n, n_units))
    return np.sign(roots) * roots**2


def test_the_distance_is_that_of_mahalanobis_over_roots() -> None:
    learnt = learn_unlikeness(squares(20_000, 3), clip_s=30.0)
    # So many clips leave nothing to shrink: the distance is that from 0, in standard deviations.
    assert learnt.score(np.array([0.0, 0.0, 0.0])) == pytest.approx(0.0, abs=0.05)
    assert learnt.score(np.array([16.0, 0.0, 0.0])) == pytest.approx(4.0, rel=0.03)
    assert learnt.score(np.array([-16.0, 9.0, 0.0])) == pytest.approx(5.0, rel=0.03)


def test_one_clip_in_twenty_of_the_same_music_is_further_than_95_percent() -> None:
    learnt = learn_unlikeness(squares(300), clip_s=30.0)
    shares = np.array([learnt.percentile(one) for one in squares(2_000)])
    assert np.mean(shares > 95) == pytest.approx(0.05, abs=0.03)
    assert np.mean(shares > 50) == pytest.approx(0.50, abs=0.08)
    far = squares(50, spread=4.0)
    assert all(learnt.percentile(one) > 99 and learnt.is_beyond(learnt.score(one)) for one in far)


def test_few_clips_of_many_units_are_not_called_unlike_for_it() -> None:
    """To the clips that it was fitted on, a covariance of 100 units lets all others seem far."""
    learnt = learn_unlikeness(squares(40, 100), clip_s=30.0)
    assert np.mean([learnt.percentile(one) > 95 for one in squares(400, 100)]) < 0.15


def test_copies_of_a_clip_are_not_measured_by_each_other() -> None:
    clips = squares(40)
    clips[:4] = squares(1, spread=5.0)
    alone = learn_unlikeness(clips, clip_s=30.0).distances
    together = learn_unlikeness(clips, clip_s=30.0, groups=[0] * 4 + list(range(1, 37))).distances
    assert together.max() > 2 * alone.max()


def test_a_share_never_reaches_100_percent() -> None:
    learnt = learn_unlikeness(squares(MIN_CLIPS), clip_s=3.0)
    assert learnt.percentile_of(1e9) == pytest.approx(100 * MIN_CLIPS / (MIN_CLIPS + 1))
    assert learnt.percentile_of(0.0) == 0.0


def test_a_song_counts_by_the_middle_of_its_pieces() -> None:
    learnt = learn_unlikeness(squares(100), clip_s=6.0)
    pieces = squares(5)
    patches = np.repeat(pieces, 2, axis=0)
    assert learnt.song_score(patches) == pytest.approx(np.median(learnt.scores(pieces)))
    with pytest.raises(FeatureError, match="at least one patch"):
        learnt.song_score(np.empty((0, 12)))


def test_pieces_are_as_long_as_clips() -> None:
    patches = np.arange(20.0)[:, np.newaxis]
    assert mean_by_piece(patches, 30.0).ravel().tolist() == [4.5, 14.5]
    assert mean_by_piece(patches, 3.0).ravel().tolist() == list(range(20))
    assert mean_by_piece(patches[:1], 30.0).tolist() == [[0.0]]


def test_units_that_are_always_alike_do_no_harm() -> None:
    clips = squares(50)
    clips[:, 3] = clips[:, 2]
    clips[:, 4] = 0.0
    learnt = learn_unlikeness(clips, clip_s=30.0)
    assert np.isfinite(learnt.distances).all()
    assert np.isfinite(learnt.score(squares(1)[0]))


def test_it_comes_back_from_its_file(tmp_path: Path) -> None:
    learnt = learn_unlikeness(squares(60), clip_s=29.5, learnt_from="60 clips of a test")
    learnt.save(tmp_path / "new" / "unlike.npz")
    read = load_unlikeness(tmp_path / "new" / "unlike.npz")
    assert read is not None
    probe = squares(1)[0]
    assert read.score(probe) == pytest.approx(learnt.score(probe), rel=1e-5)
    assert (read.n_clips, read.clip_s, read.learnt_from) == (60, 29.5, "60 clips of a test")
    assert load_unlikeness(tmp_path / "none.npz") is None


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 half of one"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "unlike.npz"
    path.write_bytes(content)
    with pytest.raises(FeatureError, match=r"unlike\.npz is damaged.*Delete the file"):
        load_unlikeness(path)


def test_a_file_of_a_newer_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / "unlike.npz"
    about = np.frombuffer(b'{"version": 2}', dtype=np.uint8)
    np.savez(path, about=about, centre=np.zeros(2), precision=np.eye(2), distances=np.ones(2))
    with pytest.raises(NewerVersionError, match="newer Genre Lab"):
        load_unlikeness(path)


@pytest.mark.parametrize(
    ("clips", "groups", "says"),
    [
        (np.ones((MIN_CLIPS - 1, 4)), None, "at least 20 clips.*got 19 clips"),
        (np.ones((30, 4)), [0] * 30, "two artists or more.*got 30 clips in 1 groups"),
        (np.full((30, 4), np.nan), None, "finite numbers"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(clips: np.ndarray, groups: list[int] | None, says: str) -> None:
    with pytest.raises(FeatureError, match=says):
        learn_unlikeness(clips, clip_s=30.0, groups=groups)


def test_an_embedding_of_other_ears_is_refused() -> None:
    learnt = learn_unlikeness(squares(40), clip_s=30.0)
    with pytest.raises(FeatureError, match="Expected embeddings of 12 units"):
        learnt.score(np.ones(13))


def test_roots_keep_their_sign() -> None:
    assert signed_roots(np.array([[-4.0, 0.0, 9.0]])).tolist() == [[-2.0, 0.0, 3.0]]
