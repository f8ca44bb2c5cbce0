"""Mutations of valid files: finite float32 samples or an AudioError, and nothing else."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.audio import probe_audio, read_audio
from core.errors import AudioError
from core.names import readable_name
from tests.core.hostile.sounds import FORMATS, MOST_SECONDS, sound

MOST_SAMPLES = 3 * 22_050
QUICKLY = settings(max_examples=100, suppress_health_check=list(HealthCheck))

MUTATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.floats(0, 1), st.binary(min_size=1, max_size=8)),
        st.tuples(st.just("header"), st.floats(0, 1), st.binary(min_size=1, max_size=8)),
        st.tuples(st.just("insert"), st.floats(0, 1), st.binary(min_size=1, max_size=64)),
        st.tuples(st.just("remove"), st.floats(0, 1), st.binary(min_size=1, max_size=64)),
        st.tuples(st.just("cut"), st.floats(0, 1), st.just(b"")),
        st.tuples(st.just("repeat"), st.floats(0, 1), st.binary(min_size=1, max_size=16)),
    ),
    min_size=1,
    max_size=6,
)


def mutate(whole: bytes, mutations: list[tuple[str, float, bytes]]) -> bytes:
    for kind, share, value in mutations:
        place = int(share * (min(200, len(whole)) if kind == "header" else len(whole)))
        match kind:
            case "set" | "header":
                whole = whole[:place] + value + whole[place + len(value) :]
            case "insert":
                whole = whole[:place] + value + whole[place:]
            case "remove":
                whole = whole[:place] + whole[place + len(value) :]
            case "cut":
                whole = whole[:place]
            case "repeat":
                whole = whole[:place] + whole[max(0, place - 50 * len(value)) :]
    return whole


def expect_sound_or_error(content: bytes) -> None:
    started = time.process_time()
    check_sound_or_error(content)
    assert time.process_time() - started < 2 * MOST_SECONDS  # two steps


def check_sound_or_error(content: bytes) -> None:
    try:
        info = probe_audio(content)
        samples = read_audio(content, duration_s=MOST_SAMPLES / 22_050)
    except AudioError as error:
        assert str(error).isprintable()  # noqa: PT017 - both outcomes are right
        return
    assert info.duration_s > 0
    assert samples.dtype == np.float32
    assert 0 < samples.size <= MOST_SAMPLES
    assert np.isfinite(samples).all()


@pytest.mark.parametrize("name", FORMATS)
def test_a_mutated_file_is_sound_or_an_error(name: str) -> None:
    whole = sound(name)

    @QUICKLY
    @given(MUTATIONS)
    def check(mutations: list[tuple[str, float, bytes]]) -> None:
        expect_sound_or_error(mutate(whole, mutations))

    check()


STARTS = [
    b"RIFF\xff\xff\xff\xffWAVEfmt ", b"fLaC", b"OggS\0\2", b"ID3\x04\0\0\0\0\0\0", b"\xff\xfb\x90\0", b".snd",
    b"\0\0\0\x18ftypM4A ", b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x84webm", b"caff\0\1\0\0",
    b"\xff\xf1P\x80",
]  # fmt: skip


@QUICKLY
@given(st.sampled_from(STARTS), st.binary(max_size=2000))
def test_anything_behind_a_known_start_is_sound_or_an_error(start: bytes, rest: bytes) -> None:
    expect_sound_or_error(start + rest)


@given(st.text(st.characters()))
def test_any_name_becomes_printable_text_of_the_same_length(name: str) -> None:
    shown = readable_name(name)
    assert len(shown) == len(name)
    assert shown.encode().decode() == shown
    assert len(shown.splitlines()) <= 1
    assert readable_name(shown) == shown
