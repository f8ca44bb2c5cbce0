import numpy as np
import pytest

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.extraction.extract import extract
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from dashboard import services
from dashboard.listening.pictures import picture_webp
from tests.pages.apps import checked, labels, players, query, run_page, seen, seen_size, texts


def shown(pictures: list[str]) -> list[str]:
    """Names of the clips whose pictures are on the page, without the defect's."""
    return [text.removeprefix("Mel spectrogram of ").split(",")[0] for text in pictures if text.startswith("Mel")]


def test_one_clip_of_each_genre_with_picture_and_player(extracted: Collection) -> None:
    app = run_page("gallery")
    assert shown(labels(app, "image")) == ["bass.00000", "hiss.00000", "treble.00000"]
    assert labels(app, "audio") == ["bass.00000", "hiss.00000", "treble.00000"]


def test_the_picture_is_that_of_the_stored_levels(extracted: Collection) -> None:
    app = run_page("gallery")
    clip = extracted.clip("bass.00000")
    expected = picture_webp(services.spectrogram(extracted, clip), services.MEL)
    assert seen(players(app)[0]) == expected
    assert seen_size(players(app)[0]) == (54, 128)


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


def test_the_defect_is_explained_with_the_clips_own_figures(extracted: Collection) -> None:
    app = run_page("gallery")
    n_frames = services.spectrogram(extracted, extracted.clips[0]).shape[1]
    written = texts(app)
    assert f"from {n_frames} to 660 frames" in written
    assert f"is shifted by {660 - n_frames} frames" in written
    assert f"{128 * (660 - n_frames):,} cells become 0 dB" in written


def test_a_clip_of_2_5_s_is_shown_without_its_padding(extracted: Collection) -> None:
    level_db = services.spectrogram(extracted, extracted.clips[0])
    assert level_db.shape == (128, 1 + round(2.5 * 22_050) // 1024)
    assert np.asarray(level_db).max() == 0


def test_another_front_end_is_computed_only_when_asked_for(own_extracted: Collection) -> None:
    app = run_page("gallery")
    app.select_slider(key="gallery:front_end:mel:n_mels").set_value(40).run()
    assert shown(labels(checked(app), "image")) == ["bass.00000", "hiss.00000", "treble.00000"]
    narrow = MelSpectrogram(n_mels=40)
    assert FeatureStore(own_extracted.id, narrow).missing(own_extracted.clips) == list(own_extracted.clips)
    extract(own_extracted, [narrow], n_workers=1)
    app.button(key="gallery:show").click().run()
    clip = own_extracted.clip("bass.00000")
    expected = picture_webp(services.spectrogram(own_extracted, clip, narrow), narrow)
    assert seen(players(checked(app))[0]) == expected
    app.button(key="gallery:usual").click().run()
    assert checked(app).select_slider(key="gallery:front_end:mel:n_mels").value == 128


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
