"""Train: choosing a split and seeing what it comes to."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.importing.register import import_folder
from core.splits.config import SplitConfig
from core.splits.summary import summarise
from dashboard.charts.runs.split import parts_table
from dashboard.shared.genre_picker import picker_key
from tests.core.splits.made_up import ALPHABETICAL, add_alphabetical
from tests.pages.apps import chart_rows, checked, rendered, run_page, texts


@pytest.fixture
def collection(tiny_folder: Path) -> Collection:
    """The tiny collection with four artists a genre and a fixed partition."""
    partitions = ["train", "train", "train", "valid", "valid", "test", "test", "excluded"]
    rows = [
        f"{genre}.{n:05d},{genre} {n // 2},{partitions[n]}" for genre in ("bass", "hiss", "treble") for n in range(8)
    ]
    (tiny_folder / "clips.csv").write_text("\n".join(["clip,artist,partition", *rows]))
    return import_folder(tiny_folder)


@pytest.fixture
def with_albums(tiny_folder: Path) -> Collection:
    """The tiny collection with four albums a genre in a column of its own, a clip of each genre without one."""
    rows = [
        f"{genre}.{n:05d},{f'{genre} <b>{n // 2}</b>' if n else ''}" for genre in ("bass", "hiss", "treble")
        for n in range(8)
    ]  # fmt: skip
    (tiny_folder / "clips.csv").write_text("\n".join(["clip,*Album*", *rows]))
    return import_folder(tiny_folder)


def choose(app: AppTest, protocol: str) -> AppTest:
    app.selectbox(key="train:protocol").set_value(protocol).run()
    return checked(app)


def test_each_protocol_shows_its_own_sizes(collection: Collection) -> None:
    app = run_page("train", collection=collection.id)
    options = app.selectbox(key="train:protocol").options
    assert options == ["By clip", "By artist", "Fault-filtered", "Own file", "Segments at random (wrong)"]
    for protocol in ("artist", "fault-filtered"):
        choose(app, protocol)
        summary = summarise(collection, SplitConfig(protocol=protocol), seed=42, clips=collection.clips)
        sizes = summary.sizes
        assert f"{sizes['train']} train · {sizes['validation']} validation · {sizes['test']} test" in texts(app)
        drawn = chart_rows(app, 1)
        assert drawn["n"].tolist() == parts_table(summary.counts)["n"].tolist()
    assert sizes == {"train": 9, "validation": 6, "test": 6}
    assert "3 clips in no part" in texts(app)


def test_what_would_leak_by_clip_is_said(collection: Collection) -> None:
    app = choose(run_page("train", collection=collection.id), "artist")
    assert "No artist is on both sides." in texts(app)
    app = choose(app, "clip")
    n = summarise(collection, SplitConfig(), seed=42, clips=collection.clips).leaks[0].here.n
    assert f"**{n}** of 12 artists with several clips are on both sides" in texts(app)


def test_folds_and_a_seed_of_its_own_reach_the_preview(collection: Collection) -> None:
    app = run_page("train", collection=collection.id)
    app.toggle(key="train:in_folds").set_value(True).run()
    app.number_input(key="train:n_folds").set_value(4).run()
    app.number_input(key="train:fold").set_value(3).run()
    app.toggle(key="train:split_fixed").set_value(True).run()
    app.number_input(key="train:split_seed").set_value(7).run()
    checked(app)
    assert not [slider for slider in app.slider if slider.key == "train:test_percent"]
    config = SplitConfig(n_folds=4, fold=3, seed=7)
    summary = summarise(collection, config, seed=42, clips=collection.clips)
    counts = app.dataframe[1].value
    assert counts["Test"].tolist() == [by_part["test"] for by_part in summary.counts.values()]
    app.number_input(key="train:n_folds").set_value(2).run()
    assert app.number_input(key="train:fold").value == 1


def start_of(app: AppTest) -> Any:
    return next(button for button in app.button if button.label == "Start training")


def test_a_column_of_the_collection_can_divide_it(with_albums: Collection) -> None:
    app = choose(run_page("train", collection=with_albums.id), "group")
    column = app.selectbox(key="train:group_column")
    assert column.options == ["*album* (12 groups, 3 clips without)"]
    config = SplitConfig(protocol="group", group_column="*album*")
    summary = summarise(with_albums, config, seed=42, clips=with_albums.clips)
    counts = app.dataframe[1].value
    assert counts["Test"].tolist() == [by_part["test"] for by_part in summary.counts.values()]
    said = next(element.value for element in app.markdown if "is on both sides" in element.value)
    assert rendered(said.split(" By clip")[0]).endswith("No value of *album* is on both sides.")
    assert not start_of(app).disabled


def test_clips_can_be_cut_into_excerpts_which_is_called_wrong(collection: Collection) -> None:
    app = choose(run_page("train", collection=collection.id), "segment-random")
    # Clips of 2.5 s do not make ten excerpts: said at the field.
    assert "10 excerpts of it would be shorter than 0.5 s" in app.error[0].value
    assert start_of(app).disabled
    app.number_input(key="train:n_excerpts").set_value(5).run()
    checked(app)
    assert "About 0.5 s each" in texts(app)
    assert "76 train · 20 validation · 24 test excerpts" in texts(app)
    assert app.warning[0].value.startswith("Wrong on purpose: each of the 24 clips is cut into 5 excerpts")
    assert "divided by the split “segments at random (wrong)”" in texts(app)
    assert not start_of(app).disabled


def test_a_file_of_ones_own_is_taken(collection: Collection) -> None:
    app = choose(run_page("train", collection=collection.id), "file")
    parts = ["train", "train", "train", "validation", "validation", "test", "test", "excluded"]
    rows = [f"{genre}.{n:05d},{parts[n]}" for genre in ("bass", "hiss", "treble") for n in range(8)]
    content = "\n".join(["clip,part", *rows, "polka.1,test"]).encode()
    app.file_uploader(key="train:split_upload").set_value(("my parts.csv", content, "text/csv")).run()
    checked(app)
    assert not app.error
    assert "1 line not used: this collection has no clip polka.1." in texts(app)
    assert "9 train · 6 validation · 6 test" in texts(app)
    assert not start_of(app).disabled
    # Nothing is left to be drawn, so there is neither a share nor a seed to choose.
    assert "train:validation_percent" not in [slider.key for slider in app.slider]
    assert "train:split_fixed" not in [toggle.key for toggle in app.toggle]
    without = content.replace(b"validation", b"train")
    app.file_uploader(key="train:split_upload").set_value(("fewer parts.csv", without, "text/csv")).run()
    assert "train:validation_percent" in [slider.key for slider in checked(app).slider]
    assert "train:split_fixed" in [toggle.key for toggle in app.toggle]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"clip,part\nbass.00000,train\nbass.00000,test\n", "Line 3 of the split file names bass.00000 again"),
        (
            b"clip,side\nbass.00000,train\n",
            "Expected the columns clip and part in the first line of the split file, got clip, side",
        ),
        (b"clip,part\nbass.00000,learn\n", "expected train, validation, test or excluded for bass.00000, got 'learn'"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_starts_nothing(collection: Collection, content: bytes, said: str) -> None:
    app = choose(run_page("train", collection=collection.id), "file")
    app.file_uploader(key="train:split_upload").set_value(("parts.csv", content, "text/csv")).run()
    checked(app)
    assert said in rendered(app.error[0].value)
    assert start_of(app).disabled


def test_a_protocol_that_is_only_in_the_tables_is_offered(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_alphabetical(monkeypatch)
    app = run_page("train", collection=collection.id)
    options = app.selectbox(key="train:protocol").options
    assert options[-3:] == ["Own file", ALPHABETICAL.title, "Segments at random (wrong)"]
    app = choose(app, ALPHABETICAL.id)
    assert ALPHABETICAL.about in texts(app)
    app.slider(key="train:test_percent").set_value(30).run()
    config = SplitConfig(protocol=ALPHABETICAL.id, test_fraction=0.3)
    summary = summarise(collection, config, seed=42, clips=collection.clips)
    assert summary.sizes == {"train": 9, "validation": 6, "test": 9}
    assert "9 train · 6 validation · 9 test" in texts(app)
    assert chart_rows(app, 1)["n"].tolist() == parts_table(summary.counts)["n"].tolist()
    assert not start_of(checked(app)).disabled


def test_a_made_up_protocol_that_is_not_to_be_had_is_named_with_its_reason(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_alphabetical(monkeypatch)
    app = run_page("train", collection=collection.id)
    app.pills(key=picker_key(collection, key="train:genres")).set_value(["bass", "hiss"]).run()
    offered = app.selectbox(key="train:protocol")
    assert ALPHABETICAL.title not in offered.options
    assert "by alphabet: there are fewer than 20 clips" in offered.help


def test_without_a_file_the_next_step_is_said(collection: Collection) -> None:
    app = choose(run_page("train", collection=collection.id), "file")
    assert app.error[0].value.startswith("Upload a file with the columns clip and part")
    start = next(button for button in app.button if button.label == "Start training")
    assert start.disabled


def test_train_says_what_belongs_together_and_asks_about_what_is_likely(tiny_folder: Path) -> None:
    for genre in ("bass", "hiss", "treble"):
        for n, path in enumerate(sorted((tiny_folder / genre).glob("*.flac"))):
            path.rename(path.with_name(f"{genre} tune{'abcd'[n // 2]}_{n % 2}.flac"))
    collection = import_folder(tiny_folder)
    app = run_page("train", collection=collection.id)
    assert "24 clips may be parts of 12 recordings, by their names (bass tunea" in texts(app).replace("\\", "")
    app.toggle(key="train:join_likely").set_value(True)
    app.slider(key="train:validation_percent").set_value(25.0).run()
    checked(app)
    assert "No recording is on both sides" in texts(app)
    choose(app, "segment-random")
    assert not [toggle for toggle in app.toggle if toggle.key == "train:join_likely"]


def test_train_says_why_parts_are_kept_together(tiny_folder: Path) -> None:
    for genre in ("bass", "hiss", "treble"):
        for n, path in enumerate(sorted((tiny_folder / genre).glob("*.flac"))):
            path.rename(path.with_name(f"{genre}{n // 2:05d}_{n % 2}.flac"))
    collection = import_folder(tiny_folder)
    app = run_page("train", collection=collection.id)
    assert "24 clips are parts of 12 recordings, by their names (bass00000" in texts(app).replace("\\", "")
    assert "The 24 clips are of 12 recordings, which are kept together and counted as clips here" in texts(app)
    app.slider(key="train:validation_percent").set_value(25.0).run()
    assert "No recording is on both sides" in texts(app)


def test_a_slider_asks_nothing_of_the_clips_again(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.train.form import split

    asked = []
    protocols_for = split.protocols_for
    monkeypatch.setattr(split, "protocols_for", lambda *given, **more: asked.append(1) or protocols_for(*given, **more))
    app = run_page("train", collection=collection.id)
    assert len(asked) == 1
    slider = app.slider[0]
    checked(slider.set_value(slider.value + (slider.step or 1)).run())
    assert len(asked) == 1
    app.button_group(key=picker_key(collection, key="train:genres")).set_value(["bass", "hiss"]).run()
    assert len(asked) == 2


def test_by_artist_is_proposed_but_for_the_study_and_for_who_has_chosen(collection: Collection) -> None:
    app = run_page("train", collection=collection.id)
    assert app.selectbox(key="train:protocol").value == "clip"
    assert "The study divided by clip, and so does its preset. By artist is possible and stricter" in texts(app)
    by_clip = summarise(collection, SplitConfig(), seed=42, clips=collection.clips).leaks[0].here
    flattered = "by an artist who is also used for training, which flatters the accuracy"
    assert f"{by_clip.n_test_clips} of {by_clip.n_test} test clips are {flattered}" in texts(app)
    app.pills(key="train:preset").set_value("compact-cnn").run()
    checked(app)
    assert app.selectbox(key="train:protocol").value == "artist"
    assert "the artist of 24 of 24 clips is known, and each genre has at least 4 artists" in texts(app)
    assert f"By clip {by_clip.n_test_clips} of {by_clip.n_test} test clips would be {flattered}" in texts(app)
    app.pills(key="train:preset").set_value("study-ffnn").run()
    assert app.selectbox(key="train:protocol").value == "clip"
    choose(app, "artist")
    app.pills(key="train:preset").set_value("study-cnn").run()
    assert checked(app).selectbox(key="train:protocol").value == "artist"
