"""Gallery's one clip, its two clips, and its genres."""

import io
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import soundfile
from PIL import Image

from core.clips.collection import Collection
from core.clips.sound import read_clip
from core.depiction.kinds import KINDS
from core.depiction.rebuilt import rebuild
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from dashboard import services
from dashboard.charts.spectrograms.mean_picture import common_ends, difference_ends, mean_table
from tests.pages.apps import checked, fetched, labels, players, query, run_page, texts
from tests.pages.test_gallery import look_of


def test_look_closer_leads_to_one_clip_in_all_pictures_on_one_axis_of_time(extracted: Collection) -> None:
    app = run_page("gallery")
    app.button(key="gallery-closer:hiss.00000").click().run()
    assert query(checked(app)) == {"show": "clip", "clip": "hiss.00000"}
    shown = players(app)[0]
    pictures = [shown["picture"], *shown["below"]]
    assert [picture["title"].split(" · ")[0] for picture in pictures] == [
        "Mel spectrogram",
        "Linear spectrogram",
        *(kind.title for kind in KINDS.values()),
    ]
    looks = [look_of(picture) for picture in pictures]
    assert {look.span_s for look in looks} == {2.5}
    assert {look.front_end.hop_length for look in looks} == {1024}  # type: ignore[attr-defined]
    for picture in pictures[:-1]:
        with Image.open(io.BytesIO(fetched(picture["address"]))) as image:
            assert image.size[0] == round(2 * 2.5 * 22_050 / 1024) or picture["title"].startswith(("Constant", "Tempo"))
    assert b"<polygon" in fetched(pictures[-1]["address"])


def test_pictures_are_chosen(extracted: Collection) -> None:
    app = run_page("gallery", show="clip")
    pills = next(pills for pills in app.pills if pills.label == "Pictures")
    pills.set_value(["Chroma", "Waveform"]).run()
    shown = players(checked(app))[0]
    assert [shown["picture"]["title"].split(" · ")[0], shown["below"][0]["title"].split(" · ")[0]] == [
        "Chroma",
        "Waveform",
    ]
    next(pills for pills in app.pills if pills.label == "Pictures").set_value([]).run()
    assert "Choose at least one picture" in texts(checked(app))


def test_what_a_model_hears_is_played_beside_the_clip_and_in_step_with_it(extracted: Collection) -> None:
    app = run_page("gallery", show="clip", clip="bass.00000")
    shown = {player["name"]: player for player in players(app)}
    from_mel, from_mfcc = (shown[f"bass.00000: rebuilt from {what}"] for what in ("its 128 mel bands", "13 mfcc"))
    clip = extracted.clip("bass.00000")
    samples = read_clip(clip, sr_hz=22_050).samples
    for player, source in ((from_mel, "mel"), (from_mfcc, "mfcc")):
        sound, sr_hz = soundfile.read(io.BytesIO(fetched(player["track"]["address"])), dtype="float32")
        expected = rebuild(samples, MelSpectrogram(), source=source)  # type: ignore[arg-type]
        assert (sr_hz, len(sound)) == (22_050, len(samples))
        np.testing.assert_allclose(sound, expected.samples, atol=1e-4)
        assert f"is {expected.off_db:.1f} dB off the clip's" in texts(app)
        assert look_of(player["picture"]).source == source
        assert player["track"]["inStep"] == players(app)[0]["track"]["inStep"] != ""


def test_the_defect_is_explained_with_the_clips_own_figures_and_heard(extracted: Collection) -> None:
    app = run_page("gallery", show="clip")
    n_frames = services.spectrogram(extracted, extracted.clips[0]).shape[1]
    written = texts(app)
    assert f"from {n_frames} to 660 frames" in written
    assert f"is shifted by {660 - n_frames} frames" in written
    assert f"{128 * (660 - n_frames):,} cells become 0 dB" in written
    right, wrong = players(app)[-2:]
    assert [look_of(player["picture"]).resized for player in (right, wrong)] == ["padded", "study"]
    assert right["duration"] == wrong["duration"] == pytest.approx(660 * 1024 / 22_050)
    for player in (right, wrong):
        with Image.open(io.BytesIO(fetched(player["picture"]["address"]))) as image:
            assert image.size == (450, 128)
    sound, _ = soundfile.read(io.BytesIO(fetched(wrong["track"]["address"])))
    assert len(sound) == 659 * 1024


def test_a_hop_from_which_no_sound_can_be_rebuilt_is_named(extracted: Collection) -> None:
    app = run_page("gallery", show="clip")
    app.select_slider(key="gallery:front_end:mel:hop_length").set_value(2048).run()
    assert "Choose a smaller hop or a larger n\\_fft" in checked(app).info[0].value
    assert len(players(app)) == 1


def test_another_genre_gives_its_first_clip(extracted: Collection) -> None:
    app = run_page("gallery", show="clip")
    app.selectbox(key="linked:clip-genre").set_value("treble").run()
    assert query(checked(app))["clip"] == "treble.00000"
    assert players(app)[0]["name"] == "treble.00000"
    app.selectbox(key="linked:clip").set_value("treble.00003").run()
    assert players(checked(app))[0]["name"] == "treble.00003"


def test_two_clips_share_the_axis_of_time_and_the_scale(extracted: Collection) -> None:
    app = run_page("gallery", show="two", clip="bass.00001", other="treble.00002")
    upper, lower = players(app)
    assert (upper["name"], lower["name"]) == ("bass.00001", "treble.00002")
    first, second = (look_of(player["picture"]) for player in (upper, lower))
    assert first == second
    assert upper["duration"] == lower["duration"] == 2.5
    assert upper["track"]["inStep"] == lower["track"]["inStep"] != ""
    next(control for control in app.segmented_control if control.label == "Levels").set_value("fitted").run()
    assert {look_of(player["picture"]).reference for player in players(checked(app))} == {"own"}
    assert "not fitted to each" in texts(app)


def test_means_of_genres_state_their_clips_and_are_exported(extracted: Collection) -> None:
    app = run_page("gallery", show="genres")
    assert texts(app).count("mean of 8 clips") == 3
    names = labels(app, "image")
    assert [f"Mean spectrogram of {genre}" in names for genre in extracted.genres] == [True] * 3
    assert "Mean spectrogram of bass less that of hiss" in names
    assert "bass (8 clips) is louder" in texts(app)
    store = FeatureStore(extracted.id, services.MEL)
    own = [store.load_one(clip) for clip in extracted.clips if clip.genre == "bass"]
    mean = np.mean([values[:, :n_valid].astype(float) for values, n_valid in own], axis=0)
    table = mean_table({"bass": (mean, 8)}, services.MEL)
    assert list(table.columns[:6]) == ["genre", "n_clips", "unit", "band", "frequency_hz", "0.000 s"]
    np.testing.assert_allclose(table.iloc[:, 5:].to_numpy(float), mean, atol=1e-3)
    app.selectbox(key="linked:b").set_value("bass").run()
    assert "Choose two different genres" in texts(checked(app))


def test_scales_are_round_and_that_of_a_difference_is_centred() -> None:
    level = np.linspace(-73.0, -12.0, 640).reshape(128, 5)
    scale = common_ends([level, level + 10], services.MEL)
    assert (scale.low, scale.high) == (-80, 0)
    apart = difference_ends(level - level.mean(), services.MEL)
    assert apart.low == -apart.high
    assert apart.high == 32


def test_a_picture_is_downloaded_with_its_axes(extracted: Collection) -> None:
    from dashboard.charts.spectrograms.color_maps import COLOR_MAPS
    from dashboard.charts.spectrograms.mean_picture import MeanPicture, mean_svg, svg_as_png

    level = np.full((128, 50), np.nan)
    level[:, :40] = -40.0
    picture = MeanPicture(level, services.MEL, (-80, 0), COLOR_MAPS["viridis"])
    svg = mean_svg(picture, name="Mean of <b>", wide=True)
    written = [element.text for element in ElementTree.fromstring(svg).iter() if element.text]
    assert {"Mean of <b>", "Hz", "1,000", "Time (s)", "1.5"} <= set(written)
    with Image.open(io.BytesIO(svg_as_png(svg))) as image:
        assert image.size == (2700, 900)
        assert image.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_a_table_of_clips_without_features_of_a_genre_has_none_of_it() -> None:
    table = mean_table({"a": (np.array([[1.0, np.nan], [2.0, np.nan]] * 64), 3)}, services.MEL)
    assert isinstance(table, pd.DataFrame)
    assert "0.046 s" not in table
