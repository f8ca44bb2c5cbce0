"""The script that goes with a model, against `core.prediction.song`: for every kind of front end and of model."""

import contextlib
import io
import json
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from core.evaluation.calibration import Temperature
from core.exchange import layout
from core.exchange.about import about_run
from core.exchange.pack import pack_run
from core.exchange.script import LONGEST, script_of
from core.features.base import AudioFrontEnd, Features
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.musicnn import MusicnnFeatures
from core.features.numeric import NumericFeatures
from core.models.architectures import (
    BoostingConfig,
    CnnConfig,
    FfnnConfig,
    ForestConfig,
    HybridConfig,
    LdaConfig,
    LogisticConfig,
    SvmConfig,
)
from core.models.build import build_model
from core.models.estimators import ClassicalModel, fit_classical
from core.models.head_files import head_content, load_head_file, read_head
from core.models.heads import Form, Head, head_of
from core.models.keras_start import import_keras
from core.models.scaling import InputScaling, fit_scaling
from core.prediction.judge import Judge
from core.prediction.song import HeardSong, classify_song
from core.recipe.config import TrainingConfig
from core.recipe.settings import SegmentConfig
from core.runs.record import Run
from core.splits.config import SplitConfig
from tests.core.conftest import TrainedHome

GENRES = ("a", "b", "c")
TOLERANCE = 1e-3


def music(duration_s: float, *, seed: int = 1, sr_hz: int = 22_050) -> NDArray[np.float32]:
    """Tones that come and go over noise, with a beat."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(duration_s * sr_hz)) / sr_hz
    tones = sum(
        np.sin(2 * np.pi * hz * time_s) * np.sin(0.7 * number * time_s + 1)
        for number, hz in enumerate((110, 330, 1_250))
    )
    beat = rng.normal(0, 0.3, len(time_s)) * np.exp(-8 * (time_s % 0.5))
    samples: NDArray[np.float32] = (0.2 * tones + beat + rng.normal(0, 0.01, len(time_s))).astype(np.float32)
    return samples / np.float32(1.1 * np.abs(samples).max())


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven seconds in stereo at another sample rate, with a silent middle."""
    samples = music(7.0, sr_hz=32_000)
    samples[80_000:150_000] = 0
    place = tmp_path_factory.mktemp("songs") / "song.flac"
    soundfile.write(place, np.stack([samples, 0.5 * samples], axis=1), 32_000)
    return place


def config_of(front_end: Features, **changes: Any) -> TrainingConfig:
    given: dict[str, Any] = {"front_end": front_end, "model": FfnnConfig(units=(6,))} | changes
    return TrainingConfig(collection_id="demo", genres=GENRES, **given)


def random_network(config: TrainingConfig) -> Any:
    """A network with weights that spread its answers, and the scaling of its features."""
    scalings = []
    for front_end in config.front_ends:
        known = front_end.known_scaling
        if known is not None:
            scalings.append(InputScaling((known[0],), (known[1],)))
            continue
        assert isinstance(front_end, AudioFrontEnd)
        one = front_end.transform(music(3.0, sr_hz=front_end.sr_hz))[0][:, :1].astype(np.float64)
        every = one * np.random.default_rng(2).normal(1, 0.5, (40, *front_end.shape))
        every += np.random.default_rng(3).normal(0, 1e-3, every.shape)
        scalings.append(fit_scaling(front_end, lambda every=every: every, numeric_scaling=config.numeric_scaling))
    import_keras().utils.set_random_seed(3)  # the first weights are drawn too
    network = build_model(
        config.model,
        config.input_shape,
        len(GENRES),
        scalings[0],
        numeric_scaling=scalings[1] if len(scalings) > 1 else None,
        members=config.members,
    )
    rng = np.random.default_rng(3)
    network.set_weights(
        [values + rng.normal(0, 0.05, values.shape).astype(values.dtype) for values in network.get_weights()]
    )
    return network


def run_of(config: TrainingConfig) -> Run:
    return Run(
        id="0" * 32,
        status="finished",
        created_at=0.0,
        config=config,
        collection_title="",
        collection_fingerprint="",
        synthetic=True,
    )


def unpacked(folder: Path, config: TrainingConfig, model: Any, *, clip_s: float) -> Judge:
    """The files of a model as its zip holds them, and Genre Lab's own judge of it."""
    head = head_of(model.estimator) if isinstance(model, ClassicalModel) else None
    script = script_of(config, head)
    assert len(script.splitlines()) < LONGEST, f"{len(script.splitlines())} lines"
    assert max(map(len, script.splitlines())) <= 120
    place = folder / ("model.npz" if head else "model.keras")
    if head is None:
        model.save(place)
    else:
        place.write_bytes(head_content(model))
    temperature = Temperature(value=4.0, n=10, fitted_on="clips")
    about = about_run(run_of(config), clip_s=clip_s, temperature=temperature)
    (folder / layout.ABOUT).write_text(json.dumps(about))
    (folder / layout.SCRIPT).write_text(script)
    fronts: Any = config.front_ends
    return Judge(run_of(config), fronts, clip_s, None, temperature, place)


def told(text: str) -> dict[str, float]:
    return {line.split(maxsplit=1)[1]: float(line.split()[0]) for line in text.splitlines()}


def said_by_script(folder: Path, song: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    monkeypatch.setattr(sys, "argv", [layout.SCRIPT, str(song)])
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        runpy.run_path(str(folder / layout.SCRIPT))
    return told(printed.getvalue())


def agree(said: dict[str, float], judge: Judge, song: Path, model: Any) -> None:
    verdict = HeardSong(song).heard_by(judge, model=model)
    expected = dict(zip(verdict.genres, verdict.probabilities, strict=True))
    assert said == pytest.approx(expected, abs=TOLERANCE)
    assert max(expected.values()) < 0.97  # probabilities at the end of their range would agree by themselves


MEL = MelSpectrogram(n_mels=16, n_frames=60)
NETWORKS: dict[str, tuple[TrainingConfig, float]] = {
    "mel": (config_of(MEL, model=CnnConfig(filters=(3,), pool=(2, 4), dense=(4,))), 2.5),
    "mel in segments, as long as a clip": (
        config_of(MEL, segments=SegmentConfig(length_s=1.0, per_epoch=1, n_verdict=3), members=2),
        6.5,
    ),
    "mel in excerpts": (config_of(MEL, split=SplitConfig(protocol="segment-random", n_excerpts=3)), 2.5),
    "mel in segments of excerpts": (
        config_of(
            MEL,
            split=SplitConfig(protocol="segment-random", n_excerpts=2),
            segments=SegmentConfig(length_s=0.5, per_epoch=1, n_verdict=2),
        ),
        2.5,
    ),
    "linear bands, standardised, Tukey's window": (
        config_of(MelSpectrogram(n_mels=16, n_frames=60, scale="linear", normalisation="standard", window="tukey")),
        2.0,
    ),
    "the study's flat resize": (config_of(MelSpectrogram(n_mels=16, n_frames=70, width="reflowed")), 2.0),
    "16 features": (config_of(NumericFeatures(padding="reflect"), numeric_scaling="power"), 3.0),
    "57 features": (config_of(GtzanTableFeatures(), numeric_scaling="clipped"), 3.0),
    "57 features of parts": (
        config_of(
            GtzanTableParts(part_s=1.0, n_parts=3),
            segments=SegmentConfig(length_s=1.0, per_epoch=1, n_verdict=3),
            numeric_scaling="clipped",
        ),
        3.0,
    ),
    "the set's spectrogram": (config_of(GtzanSpectrogram(rendering="B")), 30.0),
    "hybrid": (
        config_of(
            MEL,
            model=HybridConfig(cnn=CnnConfig(filters=(3,), pool=(2, 4), dense=(4,)), numeric_units=(4,)),
            numeric_front_end=GtzanTableFeatures(sr_hz=16_000, variant="librosa"),
            segments=SegmentConfig(length_s=1.0, per_epoch=1, n_verdict=2),
            numeric_scaling="clipped",
        ),
        2.5,
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_script_of_a_network_says_what_genre_lab_says(
    name: str, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, clip_s = NETWORKS[name]
    network = random_network(config)
    judge = unpacked(tmp_path, config, network, clip_s=clip_s)
    agree(said_by_script(tmp_path, song, monkeypatch), judge, song, network)


HEAVIEST = [
    config_of(
        MelSpectrogram(scale="linear", normalisation="standard"),
        model=HybridConfig(),
        numeric_front_end=GtzanTableFeatures(),
        segments=SegmentConfig(length_s=3.0),
    ),
    config_of(GtzanTableParts(part_s=1.0, n_parts=3), segments=SegmentConfig(length_s=1.0, per_epoch=1, n_verdict=3)),
    config_of(
        MelSpectrogram(scale="linear", normalisation="standard"),
        split=SplitConfig(protocol="segment-random", n_excerpts=2),
        segments=SegmentConfig(length_s=0.5),
    ),
    config_of(MusicnnFeatures(), model=SvmConfig(), numeric_scaling="power"),
    config_of(GtzanTableFeatures(), model=SvmConfig(), numeric_scaling="power"),
    config_of(GtzanTableFeatures(), model=BoostingConfig(), numeric_scaling="power"),
    config_of(MusicnnFeatures(per="part"), segments=SegmentConfig(length_s=3.0)),
]


def test_the_longest_scripts_have_fewer_than_60_lines() -> None:
    forms: dict[str, Form] = {"svm": "svm", "boosting": "boosting"}
    for config in HEAVIEST:
        form = forms.get(config.model.kind)
        lines = script_of(config, None if form is None else Head(form, {"baseline": np.zeros(3)})).splitlines()
        compile("\n".join(lines), "classify.py", "exec")
        assert len(lines) < LONGEST
        assert max(map(len, lines)) <= 120


CLASSICAL = {
    "svm": SvmConfig(),
    "forest": ForestConfig(n_trees=15),
    "logistic": LogisticConfig(),
    "lda": LdaConfig(),
    "boosting": BoostingConfig(n_iterations=5),
}


def fitted(config: TrainingConfig, front_end: NumericFeatures, n_genres: int) -> ClassicalModel:
    rng = np.random.default_rng(4)
    rows = np.stack([front_end.transform(music(1.5, seed=seed))[0] for seed in range(12)])
    rows = np.repeat(rows, 6, axis=0) * rng.normal(1, 0.2, (72, 16, 1)).astype(np.float32)
    labels = np.arange(len(rows)) % n_genres
    scaling = fit_scaling(front_end, lambda: rows, numeric_scaling=config.numeric_scaling)
    return fit_classical(config.model, rows, labels, scaling=scaling, seed=1)


@pytest.mark.parametrize("n_genres", [2, 3])
@pytest.mark.parametrize("kind", CLASSICAL)
def test_plain_arrays_say_what_scikit_learn_says(kind: str, n_genres: int, tmp_path: Path) -> None:
    front_end = NumericFeatures()
    config = TrainingConfig(
        collection_id="demo",
        genres=GENRES[:n_genres],
        front_end=front_end,
        model=CLASSICAL[kind],
        numeric_scaling="power",
    )
    model = fitted(config, front_end, n_genres)
    rows = np.random.default_rng(5).normal(0, 1, (50, 16, 1)) * np.array(model.scaling.scale)[:, np.newaxis]
    rows = (rows + np.array(model.scaling.offset)[:, np.newaxis]).astype(np.float32)
    place = tmp_path / "model.npz"
    place.write_bytes(head_content(model))
    np.testing.assert_allclose(load_head_file(place).predict_on_batch(rows), model.predict_on_batch(rows), atol=1e-6)
    # What was imported can be taken away once more.
    assert head_content(read_head(place.read_bytes())) == place.read_bytes()


@pytest.mark.parametrize(("kind", "n_genres"), [("svm", 3), ("svm", 2), ("forest", 3), ("lda", 3), ("boosting", 2)])
def test_the_script_of_a_classical_model_says_what_genre_lab_says(
    kind: str, n_genres: int, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    front_end = NumericFeatures()
    config = TrainingConfig(
        collection_id="demo", genres=GENRES[:n_genres], front_end=front_end, model=CLASSICAL[kind],
        numeric_scaling="clipped",
    )  # fmt: skip
    model = fitted(config, front_end, n_genres)
    judge = unpacked(tmp_path, config, model, clip_s=2.5)
    agree(said_by_script(tmp_path, song, monkeypatch), judge, song, model)


@pytest.mark.parametrize(("layer", "per"), [("tags+penultimate", "clip"), ("pooled", "part")])
def test_the_script_of_trained_ears_says_what_genre_lab_says(
    layer: Any, per: Any, ears: None, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.ears.weights import load_weights
    from core.exchange.ears_network import build

    front_end = MusicnnFeatures(layer=layer, per=per, max_duration_s=6)
    segments = SegmentConfig(length_s=front_end.frame_s, per_epoch=1, n_verdict=2) if per == "part" else None
    config = config_of(front_end, segments=segments, numeric_scaling="clipped")
    network = random_network(config)
    judge = unpacked(tmp_path, config, network, clip_s=5.0)
    build(load_weights("msd")).save(tmp_path / layout.EARS)
    agree(said_by_script(tmp_path, song, monkeypatch), judge, song, network)


def test_a_zip_works_where_nothing_of_genre_lab_can_be_imported(
    trained: TrainedHome, song: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(pack_run(trained.cnn))) as archive:
        archive.extractall(tmp_path / "away")
    # Isolated: neither the current folder nor PYTHONPATH is looked through.
    code = (
        "import runpy, sys\n"
        "try:\n    import core\nexcept ImportError:\n    pass\nelse:\n    sys.exit('core can be imported')\n"
        "sys.argv = sys.argv[1:]\nrunpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path / "away" / layout.SCRIPT), str(song)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    verdict = classify_song(song, trained.cnn)
    assert told(done.stdout) == pytest.approx(dict(verdict.ranked), abs=TOLERANCE)
    assert list(told(done.stdout)) == [genre for genre, _ in verdict.ranked]
