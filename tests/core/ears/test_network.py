"""MusiCNN: against the original graph's output on real music, and against the same network in Keras."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from core.ears import network
from core.ears.checkpoint import read_checkpoint
from core.ears.network import PATCH_FRAMES, cut_patches, patch_starts, trained_network
from core.ears.weights import AUTHORS, TRAININGS, licence, load_weights, package_folder
from core.errors import FeatureError
from core.exchange import ears_network

CLIPS = ("vibe_ace", "hungarian_dance_no5", "choice_drum_bass", "metal.00000", "reggae.00001")


@pytest.mark.parametrize("clip", CLIPS)
def test_the_original_graph_hears_the_same(shared: Path, ears: None, clip: str) -> None:
    with np.load(shared / "data" / "musicnn_reference.npz") as reference:
        heard = trained_network("msd").hear(reference[f"{clip}__mel"])
        for figure in ("tags", "penultimate", "mean_pool"):
            np.testing.assert_allclose(getattr(heard, figure)[0], reference[f"{clip}__{figure}"][0], atol=2e-5)
        # Maps reach 100, where single precision keeps 1e-5 of each product.
        np.testing.assert_allclose(heard.max_pool[0], reference[f"{clip}__max_pool"][0], rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("training", TRAININGS)
def test_keras_makes_the_same_of_any_patch(ears: None, training: str) -> None:
    patches = np.random.default_rng(1).uniform(0, 4, (3, 187, 96)).astype(np.float32)
    heard = trained_network(training).hear(patches)
    keras_heard = ears_network.build(load_weights(training)).predict_on_batch(patches)
    ours = (heard.tags, heard.penultimate, heard.max_pool, heard.mean_pool)
    for mine, theirs in zip(ours, keras_heard, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=2e-5, atol=1e-4)


def test_cores_change_nothing_and_processes_that_share_clips_take_one(
    ears: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    class Counted(ThreadPoolExecutor):
        def __init__(self, n_threads: int) -> None:
            started.append(n_threads)
            super().__init__(n_threads)

    monkeypatch.setattr(network, "ThreadPoolExecutor", Counted)
    patches = np.random.default_rng(2).uniform(0, 4, (3, 187, 96)).astype(np.float32)
    with monkeypatch.context() as alone:
        alone.setattr(network, "_cores_allowed", lambda: 2)
        on_two = trained_network("msd").hear(patches)
    with threadpool_limits(1):  # as `core.jobs.work.keep_to_one_core` does
        on_one = trained_network("msd").hear(patches)
    assert started == [2, 1]
    np.testing.assert_array_equal(on_two.max_pool, on_one.max_pool)
    np.testing.assert_array_equal(on_two.tags, on_one.tags)


@pytest.mark.parametrize("training", TRAININGS)
def test_tensorflow_reads_the_same_weights(ears: None, training: str) -> None:
    import tensorflow as tf

    folder = package_folder()
    assert folder is not None
    reader = tf.compat.v1.train.NewCheckpointReader(f"{folder / TRAININGS[training].folder}/")
    weights = load_weights(training)
    assert set(weights) == set(reader.get_variable_to_shape_map())
    for name, values in weights.items():
        np.testing.assert_array_equal(values, reader.get_tensor(name))
    trained = ("kernel", "bias", "gamma", "beta")
    assert sum(values.size for name, values in weights.items() if name.endswith(trained)) == 787_159


@pytest.mark.parametrize("training", TRAININGS)
def test_what_has_other_weights_is_refused(
    ears: None, training: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "musicnn" / TRAININGS[training].folder
    folder.mkdir(parents=True)
    (folder / ".data-00000-of-00001").write_bytes(b"other")
    monkeypatch.setattr("core.ears.weights.package_folder", lambda: tmp_path / "musicnn")
    load_weights.cache_clear()
    try:
        with pytest.raises(FeatureError, match=r"Expected the weights of musicnn 0\.1\.0, got another file"):
            load_weights(training)
    finally:
        load_weights.cache_clear()


def test_an_index_cut_off_anywhere_is_refused_in_words(ears: None, tmp_path: Path) -> None:
    folder = package_folder()
    assert folder is not None
    index = (folder / "MSD_musicnn" / ".index").read_bytes()
    (tmp_path / ".data-00000-of-00001").write_bytes(b"")
    for n_bytes in (0, 10, 100, len(index) - 1):
        (tmp_path / ".index").write_bytes(index[:n_bytes])
        with pytest.raises(FeatureError, match=r"cannot be read .* Install the package musicnn again"):
            read_checkpoint(tmp_path)
    # The index is whole, and the arrays are missing.
    (tmp_path / ".index").write_bytes(index)
    with pytest.raises(FeatureError, match="cannot be read"):
        read_checkpoint(tmp_path)


def test_licence_and_authors_are_at_hand(ears: None) -> None:
    assert "Permission to use, copy, modify, and/or distribute" in licence()
    assert "Jordi Pons" in AUTHORS
    assert all(len(set(training.tags)) == 50 for training in TRAININGS.values())


@given(st.integers(1, 5000))
def test_patches_leave_less_than_half_a_patch_unheard(n_frames: int) -> None:
    starts = patch_starts(n_frames)
    assert starts[0] == 0
    if n_frames < PATCH_FRAMES:
        assert starts == [0]
        return
    steps = np.diff(starts)
    assert (steps <= PATCH_FRAMES).all()
    assert (steps > PATCH_FRAMES / 2).all()
    heard_to = starts[-1] + PATCH_FRAMES
    assert n_frames - PATCH_FRAMES / 2 < heard_to <= n_frames


def test_a_short_sound_is_repeated_to_fill_a_patch() -> None:
    level = np.arange(80 * 96, dtype=np.float32).reshape(80, 96)
    patches = cut_patches(level)
    assert patches.shape == (1, 187, 96)
    np.testing.assert_array_equal(patches[0, 80:160], level)
    np.testing.assert_array_equal(patches[0, 160:], level[:27])


def test_each_patch_is_heard_by_itself(ears: None) -> None:
    patches = np.random.default_rng(3).uniform(0, 4, (3, 187, 96)).astype(np.float32)
    together = trained_network("msd").hear(patches)
    alone = trained_network("msd").hear(patches[1:2])
    np.testing.assert_array_equal(together.max_pool[1], alone.max_pool[0])
    np.testing.assert_allclose(together.tags[1], alone.tags[0], atol=1e-6)
    assert together.mean_pool.shape[1] == network.N_POOLED
