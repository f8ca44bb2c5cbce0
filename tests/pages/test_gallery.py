import io
import json
from typing import Any

import librosa
import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.sound import read_clip
from core.extraction.extract import extract
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from core.features.table import features_from_dict
from dashboard import services
from dashboard.listening.looks import Look, look_content, look_values
from dashboard.sealing import unseal
from tests.pages.apps import checked, labels, players, query, run_page, seen, seen_size, texts


def shown(pictures: list[str]) -> list[str]:
    """Names of the clips whose pictures are on the page, without the defect's."""
    return [text.removeprefix("Mel spectrogram of ").split(",")[0] for text in pictures if text.startswith("Mel")]


def test_one_clip_of_each_genre_with_picture_and_player(extracted: Collection) -> None:
    app = run_page("gallery")
    assert shown(labels(app, "image")) == ["bass.00000", "hiss.00000", "treble.00000"]
    assert labels(app, "audio") == ["bass.00000", "hiss.00000", "treble.00000"]


def look_of(picture: dict[str, Any]) -> Look:
    """How a picture is drawn, from its address."""
    values = json.loads(unseal(picture["address"].rpartition("/")[2]) or "")[3]
    values["ends"] = tuple(values["ends"])
    return Look(**values | {"front_end": features_from_dict(values["front_end"])})


def looked_at(app: AppTest) -> list[Look]:
    """How each player's first picture is drawn."""
    return [look_of(player["picture"]) for player in players(app)]


def pixels(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGB")).astype(float)


def test_the_picture_is_that_of_the_stored_levels(extracted: Collection) -> None:
    app = run_page("gallery")
    clip = extracted.clip("bass.00000")
    level = services.spectrogram(extracted, clip)
    look = Look(front_end=services.MEL, span_s=clip.duration_s)
    values, frame_s = look_values(extracted, clip, look)
    np.testing.assert_array_equal(values, level)
    assert frame_s == 1024 / 22_050
    assert looked_at(app)[0] == look
    assert seen(players(app)[0]) == look_content(extracted, clip, look)[0]
    # 54 frames of 46 ms, each as wide as two columns.
    assert seen_size(players(app)[0]) == (round(2 * 2.5 * 22_050 / 1024), 128)
    shown = pixels(seen(players(app)[0]))
    loudest = np.unravel_index(level.argmax(), level.shape)
    assert shown[127 - loudest[0], 2 * loudest[1]].sum() > shown.sum(axis=2).mean()


def test_several_clips_of_each_genre(extracted: Collection) -> None:
    app = run_page("gallery")
    next(control for control in app.segmented_control if control.label == "Clips per genre").set_value(3).run()
    assert len(shown(labels(checked(app), "image"))) == 9


def test_other_clips_are_drawn_by_the_number_in_the_url(extracted: Collection) -> None:
    app = run_page("gallery")
    next(button for button in app.button if button.label == "Other clips").click().run()
    assert query(checked(app))["shuffle"] == "1"
    first = shown(labels(app, "image"))
    again = run_page("gallery", collection=extracted.id, shuffle="1")
    assert shown(labels(again, "image")) == first
    next(button for button in app.button if button.label == "First clips").click().run()
    assert shown(labels(checked(app), "image")) == ["bass.00000", "hiss.00000", "treble.00000"]


def test_the_clip_of_a_link_comes_first(extracted: Collection) -> None:
    app = run_page("gallery", collection=extracted.id, clip="hiss.00006")
    assert shown(labels(app, "image"))[0] == "hiss.00006"


@pytest.mark.parametrize(("name", "value"), [("clip", "nobody.1"), ("shuffle", "-3"), ("shuffle", "x")])
def test_a_bad_link_is_named(extracted: Collection, name: str, value: str) -> None:
    app = run_page("gallery", collection=extracted.id, **{name: value})
    assert value in app.warning[0].value
    assert len(shown(labels(app, "image"))) == 3


def test_genres_can_be_chosen(extracted: Collection) -> None:
    app = run_page("gallery")
    app.pills[0].set_value(["treble"]).run()
    assert shown(labels(checked(app), "image")) == ["treble.00000"]
    app.pills[0].set_value([]).run()
    assert "Choose at least one genre" in texts(checked(app))


def test_a_clip_of_2_5_s_is_shown_without_its_padding(extracted: Collection) -> None:
    level_db = services.spectrogram(extracted, extracted.clips[0])
    assert level_db.shape == (128, 1 + round(2.5 * 22_050) // 1024)
    assert np.asarray(level_db).max() == 0


def test_a_slider_that_is_moved_is_drawn_at_once_and_nothing_is_stored(own_extracted: Collection) -> None:
    app = run_page("gallery")
    app.select_slider(key="gallery:front_end:mel:n_mels").set_value(40).run()
    assert shown(labels(checked(app), "image")) == ["bass.00000", "hiss.00000", "treble.00000"]
    narrow = MelSpectrogram(n_mels=40)
    assert {look.front_end for look in looked_at(app)} == {narrow}
    assert seen_size(players(app)[0])[1] == 40
    assert FeatureStore(own_extracted.id, narrow).missing(own_extracted.clips) == list(own_extracted.clips)
    app.button(key="gallery:usual").click().run()
    assert checked(app).select_slider(key="gallery:front_end:mel:n_mels").value == 128
    assert {look.front_end for look in looked_at(app)} == {MelSpectrogram()}


def test_what_is_computed_at_once_is_what_would_be_stored(own_extracted: Collection) -> None:
    fine = MelSpectrogram(n_fft=1024, hop_length=256)
    clip = own_extracted.clip("hiss.00000")
    look = Look(front_end=fine, span_s=clip.duration_s)
    at_once, frame_s = look_values(own_extracted, clip, look)
    extract(own_extracted, [fine], n_workers=1)
    stored, n_valid = FeatureStore(own_extracted.id, fine).load_one(clip)
    np.testing.assert_array_equal(at_once, stored[:, :n_valid].astype(np.float32))
    assert frame_s == 256 / 22_050


def test_a_collection_is_seen_before_anything_was_extracted(tiny_collection: Collection) -> None:
    app = run_page("gallery", collection=tiny_collection.id)
    assert len(players(app)) == 3
    assert seen_size(players(app)[0])[1] == 128


def test_parameters_that_do_not_fit_are_said_and_the_last_that_did_stay(extracted: Collection) -> None:
    app = run_page("gallery")
    app.select_slider(key="gallery:front_end:mel:n_fft").set_value(512).run()
    assert "hop: expected 1 to" in checked(app).error[0].value
    assert {look.front_end for look in looked_at(app)} == {MelSpectrogram()}
    app.select_slider(key="gallery:front_end:mel:hop_length").set_value(512).run()
    assert not checked(app).error
    assert {look.front_end for look in looked_at(app)} == {MelSpectrogram(n_fft=512, hop_length=512)}


def test_colours_and_levels_are_chosen(extracted: Collection) -> None:
    app = run_page("gallery")
    before = pixels(seen(players(app)[0]))
    app.selectbox(key="gallery-colors").set_value("greys").run()
    grey = pixels(seen(players(checked(app))[0]))
    assert np.abs(grey - grey.mean(axis=2, keepdims=True)).max() < 8
    assert np.abs(before - before.mean(axis=2, keepdims=True)).max() > 50
    levels = next(control for control in app.segmented_control if control.label == "Levels")
    levels.set_value("fixed").run()
    fixed = looked_at(checked(app))[0]
    assert (fixed.reference, fixed.ends) == ("fixed", (-40, 40))
    assert "0 dB the same for all clips" in texts(app)
    next(slider for slider in app.slider if slider.label == "Range (dB)").set_value((-60, 20)).run()
    assert looked_at(checked(app))[0].ends == (-60, 20)
    next(control for control in app.segmented_control if control.label == "Levels").set_value("fitted").run()
    assert looked_at(checked(app))[0].reference == "fitted"
    assert not [text for text in labels(app, "image") if text.startswith("Colour scale")]


def test_levels_of_one_reference_are_librosas(extracted: Collection) -> None:
    clip = extracted.clip("bass.00000")
    look = Look(front_end=services.MEL, span_s=clip.duration_s, reference="fixed")
    ours, _ = look_values(extracted, clip, look)
    samples = read_clip(clip, sr_hz=22_050).samples
    theirs = librosa.power_to_db(librosa.feature.melspectrogram(y=samples, sr=22_050, hop_length=1024), top_db=None)
    np.testing.assert_allclose(np.maximum(ours, -90), np.maximum(theirs, -90), atol=0.05)


def test_cards_decode_nothing(extracted: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    def decoded(clip: Clip) -> None:
        raise AssertionError(f"{clip.name} was decoded for a card")

    monkeypatch.setattr(services, "playable_clip", decoded)
    assert labels(run_page("gallery"), "audio") == ["bass.00000", "hiss.00000", "treble.00000"]


def test_a_clip_whose_file_is_gone_is_still_seen_and_the_reason_said(own_extracted: Collection) -> None:
    clip = own_extracted.clip("hiss.00000")
    assert clip.path is not None
    clip.path.unlink()
    app = run_page("gallery")
    assert labels(app, "audio") == ["bass.00000", "treble.00000"]
    assert "Mel spectrogram of hiss.00000" in labels(app, "image")
    assert [error.value for error in app.error if "hiss.00000" in error.value]


def test_a_card_without_a_credit_says_nothing_in_its_place(extracted: Collection) -> None:
    said = [caption.value for caption in run_page("gallery").caption]
    assert all(any(character.isalnum() for character in each) for each in said)
