"""Pictures and rebuilt clips at their addresses, and what the server keeps for them."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.clips.collection import Collection
from core.clips.sound import read_clip
from core.features.mel import MelSpectrogram
from dashboard.listening import computed, samples
from dashboard.listening.looks import Look, look_picture
from dashboard.listening.rebuilt import rebuilt_address
from dashboard.sealing import seal

MEL = MelSpectrogram()


def answer(address: str, **headers: str) -> Any:
    kind = address.rsplit("/", 2)[1]
    endpoint = next(route.endpoint for route in computed.routes() if f"/{kind}/" in route.path)
    return endpoint(SimpleNamespace(path_params={"sealed": address.rpartition("/")[2]}, headers=headers))


@pytest.mark.parametrize("kind", ["look", "rebuilt"])
def test_nobody_can_make_up_an_address(tiny_collection: Collection, kind: str) -> None:
    assert answer(f"/{kind}/made.up").status_code == 404


def test_a_clip_that_has_changed_or_is_gone_has_no_picture(tiny_collection: Collection) -> None:
    clip = tiny_collection.clips[0]
    address = look_picture(tiny_collection, clip, Look(front_end=MEL, span_s=2.5), height=100).address
    assert answer(address).media_type == "image/webp"
    for name, key in (("nobody", clip.key), (clip.name, "another key")):
        told = f'["{tiny_collection.id}", "{name}", "{key}", {{}}]'
        assert answer(f"/look/{seal(told)}").status_code == 404


def test_the_reason_stands_in_the_place_of_a_picture(tiny_collection: Collection) -> None:
    clip = tiny_collection.clips[0]
    assert clip.path is not None
    clip.path.write_bytes(b"no sound at all")
    answered = answer(look_picture(tiny_collection, clip, Look(front_end=MEL, span_s=2.5), height=100).address)
    assert (answered.status_code, answered.media_type) == (200, "image/svg+xml")
    assert b"<text" in answered.body
    assert answered.headers["cache-control"] == "no-store"


def test_a_rebuilt_clip_is_sent_in_ranges(tiny_collection: Collection) -> None:
    clip = tiny_collection.clips[0]
    address = rebuilt_address(tiny_collection, clip, MEL, "mel")
    whole = answer(address).body
    part = answer(address, range="bytes=44-143")
    assert part.status_code == 206
    assert part.body == whole[44:144]
    assert answer(rebuilt_address(tiny_collection, clip, MelSpectrogram(hop_length=2048), "mel")).status_code == 404


def test_samples_are_those_of_the_clip_and_what_is_kept_is_bounded(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = tiny_collection.clips[:3]
    got = samples.clip_samples(tiny_collection, first, 22_050)
    np.testing.assert_array_equal(got, read_clip(first, sr_hz=22_050).samples)
    assert samples.clip_samples(tiny_collection, first, 22_050) is got
    assert not got.flags.writeable
    monkeypatch.setattr(samples, "MAX_BYTES", 2 * got.nbytes)
    samples.clip_samples(tiny_collection, second, 22_050)
    samples.clip_samples(tiny_collection, third, 22_050)
    assert samples.clip_samples(tiny_collection, first, 22_050) is not got
    assert sum(each.nbytes for each in samples._kept.values()) <= 2 * got.nbytes


def test_no_more_than_ten_minutes_are_looked_at(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert samples.longest_s(22_050) == 600
    assert samples.longest_s(48_000) < 600
    monkeypatch.setattr(samples, "LONGEST_S", 1.0)
    assert len(samples.clip_samples(tiny_collection, tiny_collection.clips[5], 11_025)) == 11_025
