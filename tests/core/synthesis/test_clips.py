"""Whole clips: what is promised about every clip, and what makes the genres differ."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SynthesisError
from core.synthesis import CLIP_DURATION_S, GENRES, SAMPLE_RATE_HZ, SYNTHESIS_VERSION, describe_clip, synthesise_clip
from core.synthesis.constants import Audio
from core.synthesis.drum_sounds import KITS
from core.synthesis.instruments import INSTRUMENTS
from core.synthesis.recipes import RECIPES
from core.synthesis.render import compose_clip
from core.synthesis.singers import SINGERS

SHORT_S = 3.0


@cache
def short_clip(genre: str, index: int) -> Audio:
    return synthesise_clip(genre, index, duration_s=SHORT_S)


def spectral_centroid_hz(audio: Audio) -> float:
    power = np.abs(np.fft.rfft(audio))
    return float(np.sum(np.fft.rfftfreq(audio.size, 1.0 / SAMPLE_RATE_HZ) * power) / np.sum(power))


def test_constants() -> None:
    assert tuple(sorted(GENRES)) == GENRES
    assert len(GENRES) == 10
    assert (SAMPLE_RATE_HZ, CLIP_DURATION_S) == (22050, 30.0)
    assert SYNTHESIS_VERSION >= 1
    assert set(RECIPES) == set(GENRES)


@pytest.mark.parametrize("genre", GENRES)
def test_full_clip_is_as_promised(genre: str) -> None:
    audio = synthesise_clip(genre, 0)
    assert audio.shape == (661500,)
    assert audio.dtype == np.float32
    assert np.all(np.isfinite(audio))
    assert 0.25 - 1e-6 <= np.max(np.abs(audio)) <= 0.89
    assert abs(float(np.mean(audio))) < 0.001
    half_seconds = audio.reshape(60, -1)
    assert np.all(np.sqrt(np.mean(half_seconds**2, axis=1)) > 1e-3)
    assert abs(audio[0]) < 1e-4
    assert abs(audio[-1]) < 1e-4


@pytest.mark.parametrize("genre", GENRES)
def test_same_arguments_give_the_same_samples(genre: str) -> None:
    np.testing.assert_array_equal(short_clip(genre, 1), synthesise_clip(genre, 1, duration_s=SHORT_S))


def test_global_random_state_has_no_influence() -> None:
    np.random.seed(1)
    first = synthesise_clip("pop", 2, duration_s=0.5)
    np.random.seed(2)
    np.testing.assert_array_equal(first, synthesise_clip("pop", 2, duration_s=0.5))


def test_index_seed_and_genre_change_the_clip() -> None:
    base = synthesise_clip("rock", 0, duration_s=1.0)
    for other in (
        synthesise_clip("rock", 1, duration_s=1.0),
        synthesise_clip("rock", 0, seed=1, duration_s=1.0),
        synthesise_clip("metal", 0, duration_s=1.0),
    ):
        assert abs(float(np.corrcoef(base, other)[0, 1])) < 0.9


@pytest.mark.parametrize("genre", GENRES)
def test_descriptions_keep_to_the_recipe(genre: str) -> None:
    slowest, fastest = RECIPES[genre].tempo_bpm
    descriptions = [describe_clip(genre, index) for index in range(20)]
    for description in descriptions:
        assert description.genre == genre
        assert slowest <= description.tempo_bpm <= fastest
        assert 0.0 <= description.swing <= 1.0
        assert description.metre in ("3/4", "4/4", "12/8")
        assert description.key.endswith((" major", " minor"))
        assert set(description.instruments) <= set(INSTRUMENTS) | set(KITS) | set(SINGERS)
    assert len({description.key for description in descriptions}) > 4
    assert len({description.progression for description in descriptions}) > 2
    assert len({description.instruments for description in descriptions}) > 8


def test_description_matches_the_composition() -> None:
    plan, score = compose_clip("jazz", 3, duration_s=SHORT_S)
    description = describe_clip("jazz", 3)
    assert description.tempo_bpm == plan.tempo_bpm
    played = {part.instrument for part in score.parts} | ({score.drums.kit} if score.drums else set())
    assert set(description.instruments) == played


def test_classical_has_no_drums_and_metal_always_has() -> None:
    for index in range(30):
        assert compose_clip("classical", index, duration_s=SHORT_S)[1].drums is None
        assert compose_clip("metal", index, duration_s=SHORT_S)[1].drums is not None


def test_most_disco_has_four_on_the_floor() -> None:
    def kicks_every_beat(index: int) -> bool:
        plan, _ = compose_clip("disco", index, duration_s=SHORT_S)
        assert plan.pattern is not None
        return set(plan.pattern.beats("kick")) >= {0.0, 1.0, 2.0, 3.0}

    assert sum(kicks_every_beat(index) for index in range(20)) >= 15


def test_metal_is_brighter_louder_and_denser_than_classical() -> None:
    metal = [short_clip("metal", index) for index in range(6)]
    classical = [short_clip("classical", index) for index in range(6)]
    assert np.mean([spectral_centroid_hz(y) for y in metal]) > 1.3 * np.mean(
        [spectral_centroid_hz(y) for y in classical]
    )
    assert np.mean([y.std() for y in metal]) > 1.5 * np.mean([y.std() for y in classical])
    n_notes = [sum(len(part.notes) for part in compose_clip(genre, 0)[1].parts) for genre in ("metal", "classical")]
    assert n_notes[0] > n_notes[1]


@pytest.mark.parametrize("genre", ["disco", "metal", "pop", "rock"])
def test_cymbals_are_heard(genre: str) -> None:
    def level_db(audio: Audio, low_hz: float, high_hz: float) -> float:
        power = np.abs(np.fft.rfft(audio)) ** 2
        frequency_hz = np.fft.rfftfreq(audio.size, 1.0 / SAMPLE_RATE_HZ)
        return float(10 * np.log10(np.mean(power[(frequency_hz >= low_hz) & (frequency_hz < high_hz)])))

    clips = [short_clip(genre, index) for index in range(4)]
    assert np.median([level_db(y, 7000, 10000) - level_db(y, 300, 2000) for y in clips]) > -45


@pytest.mark.parametrize(
    ("genre", "index", "seed", "duration_s"),
    [("polka", 0, 0, 1.0), ("rock", -1, 0, 1.0), ("rock", 0, -1, 1.0), ("rock", 0, 0, 0.0), ("rock", 0, 0, np.nan)],
)
def test_impossible_requests_are_refused(genre: str, index: int, seed: int, duration_s: float) -> None:
    with pytest.raises(SynthesisError):
        synthesise_clip(genre, index, seed=seed, duration_s=duration_s)


def test_describing_an_unknown_genre_is_refused() -> None:
    with pytest.raises(SynthesisError, match="polka"):
        describe_clip("polka", 0)


@settings(max_examples=60)
@given(
    genre=st.sampled_from(GENRES),
    index=st.integers(0, 10_000),
    seed=st.integers(0, 2**40),
    duration_s=st.floats(0.1, 1.5),
)
def test_any_clip_is_sound(genre: str, index: int, seed: int, duration_s: float) -> None:
    audio = synthesise_clip(genre, index, seed=seed, duration_s=duration_s)
    assert audio.shape == (round(duration_s * SAMPLE_RATE_HZ),)
    assert audio.dtype == np.float32
    assert np.all(np.isfinite(audio))
    assert np.max(np.abs(audio)) <= 0.89
    assert abs(float(np.mean(audio))) < 0.01


def test_a_clip_that_ends_before_its_music_begins_is_silent() -> None:
    assert not np.any(synthesise_clip("reggae", 307, seed=307, duration_s=0.25))


@settings(max_examples=150)
@given(genre=st.sampled_from(GENRES), index=st.integers(0, 10_000), seed=st.integers(0, 2**40))
def test_any_composition_is_playable(genre: str, index: int, seed: int) -> None:
    plan, score = compose_clip(genre, index, seed=seed, duration_s=10.0)
    assert any(part.notes for part in score.parts)
    for part in score.parts:
        for note in part.notes:
            assert note.beat >= 0.0
            assert note.duration_beats > 0.0
            assert 20 < note.midi < 110
            assert 0.0 < note.velocity <= 1.0
    if score.drums is not None:
        assert all(hit.drum in KITS[score.drums.kit].sounds for hit in score.drums.hits)
        assert plan.pattern is not None
        assert plan.pattern.beats_per_bar == plan.beats_per_bar
