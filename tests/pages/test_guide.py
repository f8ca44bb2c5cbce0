"""Guide: every step in each state, its buttons, and what a visitor has done."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.evaluation.metrics import confusion_matrix
from core.evaluation.ordering import biggest_confusions
from core.runs.results import load_predictions
from core.runs.store import get_run, list_runs
from dashboard import navigation
from dashboard.access import READ_ONLY
from dashboard.guide.note import note_html
from dashboard.guide.scene import Scene
from dashboard.guide.stages import Stage, stage_of
from dashboard.sentences.guide import STEPS
from tests.pages.apps import checked, query, rendered, run_page, texts
from tests.pages.conftest import RunsHome, ShippedHome

IDS = [step.id for step in STEPS]


def ways(app: AppTest) -> list[str]:
    return [button.label for button in app.button if str(button.key).startswith("guide:open")]


def stages(collection: Collection | None, *, may: bool = True) -> dict[str, Stage]:
    scene = Scene(collection=collection, runs=list_runs(), may_change=may)
    return {step.id: stage_of(step.id, scene) for step in STEPS}


@pytest.mark.parametrize("step", IDS)
def test_without_anything_each_step_says_what_it_needs(step: str) -> None:
    app = run_page("guide", step=step)
    assert (
        "There is no music here yet." in texts(app) or "is here yet" in texts(app) or "Nothing is trained" in texts(app)
    )
    if step == "mistakes":
        assert ways(app) == ["Open Human?: the study's matrix"]
    else:
        assert ways(app) == []
        assert "Get the demo collection" in [button.label for button in app.button]


def test_every_stage_of_a_collection_with_runs_opens_a_page(runs_home: RunsHome) -> None:
    found = stages(runs_home.collection)
    own = runs_home.collection.id
    assert found["look"].way is not None
    assert dict(found["look"].way.query) == {"collection": own, "show": "clips"}
    listen = found["listen"].way
    assert listen is not None
    upper, lower = (runs_home.collection.by_name[listen.query[name]] for name in ("clip", "other"))
    assert upper.genre != lower.genre
    assert found["numbers"].lack == "features"  # only spectrograms were computed there
    ffnn = found["ffnn"].way
    assert ffnn is not None
    assert (ffnn.page, ffnn.query["run"]) == ("train", runs_home.ffnn)
    cnn = found["cnn"].way
    assert cnn is not None
    assert (cnn.page, cnn.query["runs"]) == ("compare", f"{runs_home.cnn},{runs_home.ffnn}")
    assert found["leak"].way is not None
    assert found["leak"].way.query["tab"] == "Leak meter"


def test_the_step_on_mistakes_opens_the_biggest_confusion(runs_home: RunsHome) -> None:
    found = stages(runs_home.collection)["mistakes"]
    assert found.way is not None
    worst = next(iter(biggest_confusions(confusion_matrix(load_predictions(runs_home.cnn)), most=1)), None)
    expected = {"run": runs_home.cnn}
    if worst is not None:
        expected |= {"actual": worst.actual, "predicted": worst.predicted}
        assert f"{worst.n} of {worst.n_actual} test clips of {worst.actual}" in found.here[1]
    assert dict(found.way.query) == expected


def test_the_numbers_are_named_by_what_was_computed(extracted: Collection) -> None:
    found = stages(extracted)["numbers"]
    assert found.way is not None
    assert found.way.query["view"] == "map"
    assert "Of 16 numbers, **" in found.here[0]
    assert f"over {len(extracted.clips)} clips" in found.here[0]


def test_without_runs_a_network_is_set_up(extracted: Collection) -> None:
    found = stages(extracted)
    for kind in ("ffnn", "cnn"):
        way = found[kind].way
        assert way is not None
        assert dict(way.query) == {"collection": extracted.id, "view": "Set up", "preset": f"study-{kind}"}
        assert "No finished run" in found[kind].missing
    for kind in ("ffnn", "cnn"):
        assert stages(extracted, may=False)[kind].way is None


def test_a_cnn_alone_is_shown_and_the_ffnn_offered(runs_home: RunsHome) -> None:
    runs = tuple(run for run in list_runs() if run.id == runs_home.cnn)
    stage = stage_of("cnn", Scene(collection=runs_home.collection, runs=runs, may_change=True))
    assert stage.way is not None
    assert dict(stage.way.query) == {"run": runs_home.cnn}
    assert stage.missing.startswith("No FFNN was tested on the same clips yet")
    assert stage.notice.startswith("The curves")
    assert [way.query.get("preset") for way in stage.further] == ["study-ffnn"]
    others = (*runs, *(replace(run, shipped=True, id=run.id[::-1]) for run in list_runs()[:2]))
    elsewhere = tuple(
        run if run.id == runs_home.cnn else replace(run, config=replace(run.config, collection_id="gone"))
        for run in others
    )
    heard = stage_of("mistakes", Scene(collection=runs_home.collection, runs=elsewhere, may_change=True))
    assert heard.shown is not None
    assert heard.shown.id == runs_home.cnn


def test_train_opens_with_the_preset_that_a_link_asks_for(extracted: Collection) -> None:
    app = run_page("train", collection=extracted.id, view="Set up", preset="study-ffnn")
    assert app.session_state["train:preset"] == "study-ffnn"
    assert "preset" not in query(app)
    wrong = run_page("train", collection=extracted.id, view="Set up", preset="[x](//y)")
    assert "asks for the preset “\\[x\\](//y)”" in wrong.warning[0].value


def test_the_runs_that_come_with_it_serve_where_nothing_is_trained(shipped_home: ShippedHome) -> None:
    found = stages(None)
    assert found["look"].lack == "collection"
    cnn = found["cnn"]
    assert cnn.way is not None
    assert cnn.way.query["runs"] == f"{shipped_home.cnn},{shipped_home.ffnn}"
    result = get_run(shipped_home.cnn).result
    assert result is not None
    assert f"of {result.n} test clips" in cnn.here[0]
    app = run_page("guide", step="cnn")
    assert "Comes with Genre Lab" in texts(app)


@pytest.mark.parametrize("step", IDS)
def test_each_button_opens_its_page_in_its_state(runs_home: RunsHome, step: str) -> None:
    stage = stages(runs_home.collection)[step]
    app = run_page("guide", step=step, collection=runs_home.collection.id)
    assert len(ways(app)) == (stage.way is not None) + len(stage.further)
    for way in filter(None, (stage.way, *stage.further)):
        opened = run_page(way.page, **way.query)
        assert not [warning.value for warning in opened.warning if "The link asks" in warning.value]
        assert opened.title[0].value == navigation.PAGES[way.page].title
        assert set(way.query) <= {*navigation.PAGES[way.page].parameters, "preset"}


def test_pressing_the_button_leads_there_and_the_step_is_done(runs_home: RunsHome) -> None:
    app = run_page("guide", step="ffnn", collection=runs_home.collection.id)
    checked(app.button(key="guide:open:ffnn:main").click().run())
    assert app.session_state["guide:done"] == {"ffnn"}
    assert app.title[0].value == "Train"
    assert query(app)["run"] == runs_home.ffnn
    (back,) = [link for link in app.sidebar.get("page_link") if "Back to" in link.proto.label]
    assert back.proto.label == "Back to step 4 of 7: FFNN"
    assert dict(parse_qsl(back.proto.query_string.lstrip("?"))) == {"step": "ffnn"}


def test_next_marks_a_step_and_the_address_keeps_both(extracted: Collection) -> None:
    app = run_page("guide", collection=extracted.id)
    checked(app.button(key="guide:next").click().run())
    assert query(app) == {"collection": extracted.id, "step": "listen", "done": "look"} or query(app) == {
        "step": "listen",
        "done": "look",
    }
    again = run_page("guide", **query(app))
    assert again.header[0].value == "2. Listen"
    checked(again.button(key="guide:previous").click().run())
    assert again.header[0].value == "1. Look"
    checked(again.button(key="guide:over").click().run())
    assert "done" not in query(again)


def test_the_end_is_said_once_all_steps_are_done(extracted: Collection) -> None:
    app = run_page("guide", step="leak", done=",".join(IDS[:-1]))
    assert "All seven steps done" not in texts(app)
    checked(app.button(key="guide:done-last").click().run())
    assert "All seven steps done" in texts(app)
    assert query(app)["done"] == ",".join(IDS)


def test_an_address_that_says_nonsense_is_answered_in_words(extracted: Collection) -> None:
    app = run_page("guide", step="[x](//y)", done="look,<b>z</b>", collection="gone")
    said = "\n".join(warning.value for warning in app.warning)
    assert "the step “\\[x\\](//y)”, which does not exist here. Showing Look instead." in said
    assert "“\\<b\\>z\\</b\\>”" in said
    assert "the collection “gone”" in said
    assert query(app)["done"] == "look"
    assert app.header[0].value == "1. Look"


def test_a_link_names_what_it_shows_instead_by_its_title(runs_home: RunsHome) -> None:
    shown = run_page("confusion", run="gone").warning[0].value
    assert shown.startswith("The link asks for the run “gone”, which does not exist here. Showing Quick ")
    assert f"Showing {runs_home.collection.title} instead." in run_page("gallery", collection="gone").warning[0].value
    tab = run_page("compare", tab="<b>")
    assert (
        tab.warning[0].value == "The link asks for the tab “\\<b\\>”, which does not exist here. Showing Runs instead."
    )
    assert "tab" not in query(tab)
    assert not run_page("compare", tab="Leak meter").warning


def test_two_visitors_have_each_their_own_tour(extracted: Collection) -> None:
    one, other = run_page("guide"), run_page("guide")
    checked(one.button(key="guide:next").click().run())
    checked(other.run())
    assert other.header[0].value == "1. Look"
    assert "done" not in query(other)


def test_who_may_only_look_is_offered_no_training(extracted: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(READ_ONLY, "1")
    app = run_page("guide", step="ffnn", collection=extracted.id)
    assert ways(app) == []
    assert "This dashboard does not let you train." in texts(app)


def test_a_collection_of_figures_alone_says_where_the_step_can_be_done(extracted: Collection) -> None:
    from core.features.gtzan_table import GtzanTableFeatures

    figures = replace(extracted, kind="features", front_ends=(GtzanTableFeatures(),))
    scene = Scene(collection=figures, runs=(), may_change=True)
    for step in ("look", "listen"):
        stage = stage_of(step, scene)
        assert stage.way is None
        assert stage.missing.startswith(f"{extracted.title} has no spectrograms.")
        assert stage.further[0].page == "collections"


def test_the_teachers_note_is_one_file_that_needs_no_network(tmp_path: Path) -> None:
    page = note_html("<b>Set</b>")
    assert "&lt;b&gt;Set&lt;/b&gt;" in page
    assert "**" not in page
    assert "http" not in page
    for step in STEPS:
        assert rendered(step.text)
        assert step.question.split("?")[0].split("'")[0] in page
    assert page.count("Expect. ") == 7
    assert "Minutes 40 to 45" in page
