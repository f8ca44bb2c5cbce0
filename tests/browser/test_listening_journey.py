"""What a listener does with songs: many at once, why a model says what it says, what if, words for clips, bad files."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.cli.main import main
from core.collections.annotations import load_annotations
from core.explanation.changes import CHANGES
from core.explanation.explain import explain_song
from core.explanation.what_if import ChangeableSong, what_if
from core.explanation.words import heard_lines, what_if_lines
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from core.models.classical import LogisticConfig
from core.prediction.song import HeardSong, classify_song
from core.queue.launch import train_here
from dashboard.sentences.wording import format_percent
from tests.browser.conftest import StartServer
from tests.browser.listening import WATCH_PROGRESS, Place, bring, choose, choose_row, drop, exported, play, sounds
from tests.browser.steps import heard, player, settle, visit
from tests.conftest import make_tiny_folder
from tests.core.hostile.uploads import NAME, hostile_uploads
from tests.pages.conftest import quick_config
from tests.waiting import until


@pytest.fixture(scope="module")
def _place(start_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Place:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(home))
        patch.setenv("GENRE_LAB_PRETRAINED", "")
        patch.setenv("GENRE_LAB_MEASURE", "0")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        collection = import_folder(make_tiny_folder(home / "data" / "tiny"))
        extract(collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
        numeric = {"front_end": NumericFeatures(), "model": LogisticConfig(), "epochs": 1}
        cnn, numbers, two = (
            train_here(quick_config(collection, **changes)).id
            for changes in ({}, {**numeric, "name": "Numbers"}, {**numeric, "genres": ("bass", "treble")})
        )
    return Place(start_server(home), home, collection, cnn, numbers, two)


@pytest.fixture
def place(_place: Place, home: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The home, in force."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(_place.home))
    return _place


def answered(page: Page, song: Path, run_id: str) -> None:
    """Hold that Classify says of a song what the run called Numbers does."""
    genre, probability = classify_song(song, run_id).ranked[0]
    said = re.compile(rf"^Numbers: {genre} from .* \({100 * probability:.0f} %\)$")
    expect(page.get_by_role("img", name=said)).to_be_visible()


def test_many_songs_are_judged_heard_and_exported_as_at_the_command_line(
    page: Page, place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{genre}.0000{number}" for number in (2, 5) for genre in ("treble", "bass", "hiss")]
    files = [place.file(name) for name in names]
    visit(page, place.url, f"classify?songs=many&runs={place.numbers},{place.two}")
    page.evaluate(WATCH_PROGRESS)
    drop(page, *files)
    assert any("Judging songs" in text for text in page.evaluate("() => progressSeen"))
    main_part = page.get_by_test_id("stMain")
    expect(main_part).to_contain_text("6 songs judged.")

    # A row plays, the next in view follows it, and the song opens with all that is said of it.
    choose_row(page, 1)
    sounds(page)
    assert heard(page)["title"] == files[1].name
    assert page.request.get(str(heard(page)["source"])).body() == files[1].read_bytes()
    page.get_by_role("region", name="What is playing").get_by_role("button", name="Next in this view").click()
    until(lambda: heard(page)["title"] == files[2].name)
    rows = {row["file"]: row for row in exported(page, "Export as CSV")}
    page.get_by_role("button", name="Look closer").click()
    expect(page.get_by_role("slider", name=f"Position in {files[1].name}")).to_be_visible()
    settle(page)
    assert "songs=many" not in page.url
    answered(page, files[1], place.numbers)

    for module in ("core.classifying.job", "core.cli.classify_command"):
        monkeypatch.setattr(f"{module}.call_apart", lambda work, *given, **named: work(*given, **named))
    monkeypatch.setattr("core.classifying.working.n_processes", lambda _: 1)
    assert main(["classify", *map(str, files), "--run", place.numbers, "--run", place.two, "--json"]) == 0
    said = {Path(song["file"]).name: song for song in json.loads(capsys.readouterr().out)["songs"]}
    assert set(said) == set(rows) == {file.name for file in files}
    for name, song in said.items():
        for column, value in song.items():
            if column not in ("file", "verdicts"):
                is_number = isinstance(value, float)
                shown = rows[name][column]
                assert (float(shown) if is_number else shown) == (
                    pytest.approx(value, abs=2e-6) if is_number else "" if value is None else str(value)
                ), (name, column)
    assert rows[files[1].name]["verdict"] == "bass"


def test_an_explanation_is_heard_and_judged_again(page: Page, place: Place) -> None:
    name = "treble.00001"
    visit(page, place.url, f"classify?runs={place.cnn}&collection={place.collection.id}&clip={name}")
    page.get_by_role("button", name="Explain").click()
    main_part = page.get_by_test_id("stMain")
    expect(main_part).to_contain_text("Only the most salient 20 %")
    settle(page)
    share = page.get_by_role("slider", name="Cells that are heard")
    share.press("ArrowRight")
    share.press("ArrowRight")
    expect(main_part).to_contain_text("Only the most salient 30 %")
    settle(page)

    song = HeardSong(place.file(name))
    found = explain_song(song, place.cnn, share=0.3).heard
    assert found is not None
    for line in heard_lines(found):
        expect(main_part).to_contain_text(line)
    values = page.get_by_test_id("stMetricValue").all_inner_texts()
    expected = [format_percent(found.probability(each)) for each in (found.before, found.kept, found.removed)]
    assert values[-3:] == expected
    for title, sound in (("only the most salient 30 %", found.kept_sound), ("without them", found.removed_sound)):
        np.testing.assert_allclose(play(page, f"{name}, {title}"), np.clip(sound, -1, 1), atol=2**-14)

    genre = found.genre
    other = next(each for each, _ in found.before.ranked if each != genre)
    choose(page.get_by_role("combobox", name=re.compile("and not")), other)
    expect(page.get_by_role("heading", name=f"Why {genre} and not {other}?")).to_be_visible()
    settle(page)
    contrast = explain_song(song, place.cnn, against=other, share=0.3).heard
    assert contrast is not None
    for line in heard_lines(contrast):
        expect(main_part).to_contain_text(line)


def test_a_change_is_tried_heard_and_said_where_it_turns_the_verdict(page: Page, place: Place) -> None:
    name, change = "bass.00001", CHANGES["low-cut"]
    song = ChangeableSong(place.file(name))
    curve = what_if(song, change, {place.numbers: None})[place.numbers]
    assert curve.flips
    visit(page, place.url, f"classify?runs={place.numbers}&collection={place.collection.id}&clip={name}")
    page.get_by_role("radio", name=change.title).or_(page.get_by_role("button", name=change.title, exact=True)).click()
    settle(page)
    page.get_by_role("button", name="Try nine values").click()
    expect(page.get_by_label(re.compile("^Probabilities by .* over the range of low cut"))).to_be_visible()
    main_part = page.get_by_test_id("stMain")
    for line in what_if_lines(curve):
        expect(main_part).to_contain_text(line)
    settle(page)

    value = change.high
    page.get_by_role("slider", name="Hear it at").press("End")
    title = f"{name}, {change.value_text(value)}"
    expect(player(page, title)).to_be_visible()
    settle(page)
    assert curve.neutral is not None
    turned = dict(curve.judged)[value]
    assert turned.genre != curve.neutral.genre
    expect(main_part).to_contain_text(
        f"{turned.genre}, {format_percent(max(turned.probabilities))} (as it is: {curve.neutral.genre}, "
        f"{format_percent(max(curve.neutral.probabilities))})"
    )
    np.testing.assert_allclose(play(page, title), np.clip(song.changed(change, value), -1, 1), atol=2**-14)


def test_words_for_a_clip_are_a_filter_a_file_and_offered_to_train(page: Page, place: Place) -> None:
    home = f"collection={place.collection.id}"
    visit(page, place.url, f"gallery?{home}&clip=bass.00003")
    page.get_by_role("button", name="Tags and more").first.click()
    choose(page.get_by_role("combobox", name="Tags"), "humming")
    page.get_by_role("textbox", name="Note").fill("Too *high*.")
    choose(page.get_by_role("combobox", name=re.compile("Right genre")), "treble")
    page.get_by_role("button", name="Save", exact=True).click()
    until(lambda: "bass.00003" in load_annotations(place.collection.id))
    main_part = page.get_by_test_id("stMain")
    expect(main_part).to_contain_text("Label wrong: treble")
    expect(main_part).to_contain_text("Too *high*.")
    settle(page)

    page.get_by_role("button", name="Filter", exact=True).click()
    choose(page.get_by_role("combobox", name="Tags"), "humming")
    expect(page.get_by_text("1 of 24 clips").first).to_be_visible()
    settle(page)
    # The list closes, then what it stands in.
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("slider", name="Position in ")).to_have_count(1)
    expect(page.get_by_role("slider", name="Position in bass.00003", exact=True)).to_be_visible()

    visit(page, place.url, f"collections?{home}&tab=Quality")
    (row,) = exported(page, "Download as CSV")
    said = {column: row[column] for column in ("clip", "label", "right_genre", "tags", "note", "excluded")}
    assert list(said.values()) == ["bass.00003", "bass", "treble", "humming", "Too *high*.", ""]

    visit(page, place.url, f"train?{home}")
    offered = page.get_by_role("switch", name="Use 1 corrected label").or_(
        page.get_by_role("checkbox", name="Use 1 corrected label")
    )
    expect(offered).not_to_be_checked()
    expect(main_part).to_contain_text("Said to be wrong: bass → treble 1")
    page.get_by_text("Use 1 corrected label").click()
    expect(offered).to_be_checked()
    expect(main_part).to_contain_text("would be correct in about 37.5 %")


def test_a_drop_with_hostile_files_answers_the_others_and_names_each(page: Page, place: Place) -> None:
    uploads = hostile_uploads()
    good = place.file("hiss.00004")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    visit(page, place.url, f"classify?songs=many&runs={place.numbers}")
    drop(
        page,
        *({"name": each.name, "mimeType": "audio/wav", "buffer": each.content} for each in uploads),
        {"name": good.name, "mimeType": "audio/flac", "buffer": good.read_bytes()},
    )
    n_sound = sum(each.is_sound for each in uploads) + 1
    main_part = page.get_by_test_id("stMain")
    expect(main_part).to_contain_text(f"{n_sound} songs judged; {len(uploads) + 1 - n_sound} could not be read.")
    rows = {row["file"].removeprefix("'"): row for row in exported(page, "Export as CSV")}
    assert set(rows) == {each.name for each in uploads} | {good.name}
    for each in uploads:
        row = rows[each.name]
        assert bool(row["verdict"]) == each.is_sound, row
        assert each.said in row["warning" if each.is_sound else "error"], row
    choose_row(page, [each.name for each in uploads].index(f"{NAME}.wav"))
    expect(main_part).to_contain_text(NAME)
    until(lambda: heard(page).get("playing"))
    assert main_part.locator("img, [onerror]").count() == 0
    assert not dialogs

    # One by one: the song that was not is named, and the next one is answered.
    visit(page, place.url, f"classify?runs={place.numbers}")
    for each in uploads:
        if each.name in ("empty.wav", "not numbers.wav"):
            bring(page, each.name, each.content)
            expect(page.get_by_role("alert").filter(has_text=each.name)).to_contain_text(each.said)
    bring(page, good.name, good.read_bytes())
    expect(page.get_by_role("alert")).to_have_count(0)
    answered(page, good, place.numbers)
