"""The table of runs on Compare: seeds together, filters, columns, names, tags, notes, what is put away."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.made_home import make_collection, make_runs
from core.clips.collection import Collection
from core.runs.annotating import rename_run, restore_runs, tag_runs
from core.runs.record import Run
from core.runs.store import delete_run, get_run, list_runs
from dashboard.access import READ_ONLY
from dashboard.compare.runs_table import after_ticks, to_compare
from tests.pages.apps import checked, query, rendered, run_page, texts
from tests.pages.test_untrusted_names import literal

HOSTILE = "[x](http://e.com) <b>y</b> :red[z]"


@pytest.fixture(scope="module")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Collection]:
    folder = tmp_path_factory.mktemp("seeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(folder))
        patch.setenv("GENRE_LAB_PRETRAINED", "")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        collection = make_collection(60, 3)
        make_runs(collection, 6)
    return folder, collection


@pytest.fixture
def made(_made_once: tuple[Path, Collection], home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, ...]:
    """Three seeds of a CNN and three of an FFNN."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(_made_once[0]))
    return list_runs()


@pytest.fixture
def own_made(_made_once: tuple[Path, Collection], home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, ...]:
    """The same in a home of the test's own, to be changed."""
    shutil.copytree(_made_once[0], home, dirs_exist_ok=True)
    for run in list_runs():
        restore_runs([run.id])
    return list_runs()


def table(app: AppTest):
    return app.dataframe[0].value


def test_seeds_of_one_configuration_are_one_row(made: tuple[Run, ...]) -> None:
    app = run_page("compare")
    rows = table(app)
    assert rows["name"].tolist() == ["Made FFNN", "Made CNN"]
    assert rows["n_runs"].tolist() == [3, 3]
    assert rows["which"].tolist() == ["3 seeds of model and split · by clip"] * 2
    ffnn = [run.result.accuracy for run in made if run.model_kind == "FFNN"]
    assert rows["accuracy_percent"].iloc[0] == pytest.approx(100 * sum(ffnn) / 3)
    assert rows["n_test"].tolist() == [made[0].result.n] * 2
    app.toggle(key="compare:singly").set_value(True).run()
    rows = table(checked(app))
    assert rows.index.tolist() == [run.id for run in made]
    assert rows["seed"].tolist() == [run.config.seed for run in made]


def test_ticking_a_row_takes_all_its_runs() -> None:
    members = [["a", "b"], ["c"], ["d"]]
    assert after_ticks(members, ["x", "c"], [0, 1]) == ["x", "c", "a", "b"]
    assert after_ticks(members, ["x", "b", "c"], [1]) == ["x", "c"]
    assert after_ticks(members, ["b"], [0]) == ["b"]  # a part of the row stays as it was


def test_one_of_each_configuration_is_compared_first(made: tuple[Run, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.compare.runs_table.MAX_COMPARED", 3)
    kinds = [run.model_kind for run in to_compare(made)]
    assert sorted(kinds) == ["CNN", "FFNN", "FFNN"]
    assert to_compare(made[:2]) == list(made[:2])


def test_filters_by_tag_model_and_date(made: tuple[Run, ...]) -> None:
    app = run_page("compare")
    app.multiselect(key="compare:model").set_value(["CNN"]).run()
    assert table(checked(app))["name"].tolist() == ["Made CNN"]
    assert "3 of 6 runs, filtered by model." in texts(app)
    next(button for button in app.button if button.label == "Clear filters").click().run()
    assert len(table(checked(app))) == 2
    app.multiselect(key="compare:genres").set_value(["genre 001"]).run()
    assert len(table(checked(app))) == 2
    app.date_input(key="compare:dates").set_value((date(2020, 1, 1), date(2020, 1, 2))).run()
    assert "No run fits these filters." in texts(checked(app))
    app.date_input(key="compare:dates").set_value((date(2020, 1, 1),)).run()
    assert len(table(checked(app))) == 2
    next(button for button in app.button if button.label == "Clear filters").click().run()
    assert app.date_input(key="compare:dates").value == ()


def test_columns_are_the_visitor_s_own(made: tuple[Run, ...]) -> None:
    app = run_page("compare")
    usual = app.dataframe[0].proto.column_order
    app.multiselect(key="compare:columns").set_value(["note", "seed"]).run()
    assert list(checked(app).dataframe[0].proto.column_order) == ["name", "note", "seed"]
    assert query(app)["columns"] == "note,seed"
    assert list(app.run().dataframe[0].proto.column_order) == ["name", "note", "seed"]
    app.switch_page("../pages/overview.py").run()
    app.switch_page("../pages/compare.py").run()
    assert list(checked(app).dataframe[0].proto.column_order) == ["name", "note", "seed"]
    assert list(run_page("compare").dataframe[0].proto.column_order) == list(usual)
    linked = run_page("compare", columns="seed,<b>,gone")
    assert "The link asks for 2 columns that the table has not." in texts(linked)
    assert list(linked.dataframe[0].proto.column_order) == ["name", "seed"]
    next(button for button in linked.button if button.label == "Usual columns").click().run()
    assert list(checked(linked).dataframe[0].proto.column_order) == list(usual)


def test_a_run_is_named_tagged_and_noted(made: tuple[Run, ...]) -> None:
    run = made[0]
    app = run_page("compare", runs=run.id)
    next(each for each in app.text_input if each.label == "Name").set_value(HOSTILE)
    next(each for each in app.multiselect if each.label == "Tags").set_value(["**bold**", "base"])
    next(each for each in app.text_area if each.label == "Note").set_value("first\n<i>second</i>")
    app.button(key="compare:save").click().run()
    checked(app)
    saved = get_run(run.id)
    assert (saved.config.name, saved.tags, saved.note) == (HOSTILE, ("**bold**", "base"), "first\n<i>second</i>")
    assert any(rendered(each.value) == f"Saved: {HOSTILE}" for each in app.toast)
    assert any(HOSTILE[:30] in text for text in literal(run_page("compare", runs=f"{run.id},{made[1].id}")))
    app.multiselect(key="compare:tag").set_value(["base"]).run()
    assert table(checked(app)).index.tolist() == [run.id]
    next(each for each in app.text_input if each.label == "Name").set_value("Made CNN")
    app.button(key="compare:save").click().run()
    assert "Another run is called “Made CNN” already" in checked(app).error[0].value
    rename_run(run.id, "Made FFNN again")
    tag_runs([run.id], remove=["base", "**bold**"])


def test_tags_of_all_chosen_runs_at_once(made: tuple[Run, ...]) -> None:
    ids = [run.id for run in made[:2]]
    app = run_page("compare", runs=",".join(ids))
    app.multiselect(key="compare:tags-added").set_value(["both"]).run()
    app.button(key="compare:tag-all").click().run()
    checked(app)
    assert [run.tags for run in list_runs()[:3]] == [("both",), ("both",), ()]
    app.multiselect(key="compare:tags-removed").set_value(["both"])
    app.multiselect(key="compare:tags-added").set_value([]).run()
    app.button(key="compare:tag-all").click().run()
    assert not any(run.tags for run in list_runs())


def test_archived_runs_are_hidden_and_come_back(made: tuple[Run, ...]) -> None:
    run = made[-1]
    app = run_page("compare", runs=run.id)
    app.button(key="compare:archive").click().run()
    assert get_run(run.id).archived
    assert "1 archived run not shown: see Filters." in texts(checked(app))
    assert run.id not in " ".join(run_page("compare").dataframe[0].value["runs"])
    assert run.id not in [each for box in run_page("confusion").selectbox for each in box.options]
    assert "does not exist" not in texts(run_page("confusion", run=run.id))
    app.toggle(key="compare:archived").set_value(True).run()
    assert run.id in " ".join(table(checked(app))["runs"])
    app.button(key="compare:restore").click().run()
    assert not get_run(run.id).archived
    checked(app)


def fields(app: AppTest):
    """Name, tags and note in the form."""
    boxes = ((app.text_input, "Name"), (app.multiselect, "Tags"), (app.text_area, "Note"))
    return [next(each for each in found if each.label == label) for found, label in boxes]


def test_what_another_visitor_saved_meanwhile_is_neither_lost_nor_called_saved(made: tuple[Run, ...]) -> None:
    run = made[4]
    app = run_page("compare", runs=run.id)
    fields(app)[0].set_value("Mine")
    tag_runs([run.id], add=["theirs"])
    app.button(key="compare:save").click().run()
    checked(app)
    assert "Nothing was changed: somebody else has changed or deleted one of these runs meanwhile" in texts(app)
    assert not app.toast
    assert get_run(run.id).config.name == run.config.name
    name, tags, _ = fields(app)
    assert (name.value, tags.value) == (run.config.name, ["theirs"])
    name.set_value("Mine")
    app.button(key="compare:save").click().run()
    checked(app)
    assert (get_run(run.id).config.name, get_run(run.id).tags) == ("Mine", ("theirs",))


def test_a_click_on_what_was_deleted_meanwhile_does_nothing_to_what_is_chosen_instead(
    own_made: tuple[Run, ...],
) -> None:
    gone = own_made[2]
    opened = [run_page("compare", runs=gone.id) for _ in range(2)]
    delete_run(gone.id)
    for app, key in zip(opened, ("compare:archive", "compare:save"), strict=True):
        app.button(key=key).click().run()
        checked(app)
        assert "Nothing was changed: somebody else has changed or deleted" in texts(app)
        assert not app.toast
    assert not any(run.archived for run in list_runs())


def test_what_is_refused_in_part_is_not_saved_at_all(made: tuple[Run, ...]) -> None:
    run = made[5]
    app = run_page("compare", runs=run.id)
    name, tags, note = fields(app)
    name.set_value("Half done")
    tags.set_value(["one, two"])
    note.set_value("A long note")
    app.button(key="compare:save").click().run()
    checked(app)
    assert "holds a comma" in texts(app)
    assert (get_run(run.id).config.name, get_run(run.id).note) == (run.config.name, "")
    assert [each.value for each in fields(app)] == ["Half done", ["one, two"], "A long note"]


def test_who_may_only_look_changes_nothing(made: tuple[Run, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(READ_ONLY, "1")
    app = run_page("compare", runs=f"{made[0].id},{made[1].id}")
    for key in ("compare:save", "compare:tag-all", "compare:archive"):
        assert app.button(key=key).disabled


def test_settings_are_shown_where_they_differ(made: tuple[Run, ...]) -> None:
    pair = [next(run for run in made if run.model_kind == kind) for kind in ("CNN", "FFNN")]
    app = run_page("compare", runs=",".join(run.id for run in pair))
    frame = next(each.value for each in app.dataframe if "Setting" in each.value)
    settings = frame.set_index("Setting")
    assert settings.loc["Model: kind"].tolist() == [run.model_kind for run in sorted(pair, key=made.index)]
    assert "Epochs" not in settings.index
    app.toggle(key="compare:only-differences").set_value(False).run()
    frame = next(each.value for each in checked(app).dataframe if "Setting" in each.value)
    assert frame.set_index("Setting").loc["Epochs"].tolist() == ["15", "15"]


def test_curves_by_seconds_say_that_they_are_shared_out(made: tuple[Run, ...]) -> None:
    pair = [next(run for run in made if run.model_kind == kind) for kind in ("CNN", "FFNN")]
    app = run_page("compare", runs=",".join(run.id for run in pair))
    app.button_group(key="compare:along").set_value("seconds")
    app.slider(key="compare:smoothing").set_value(0.5).run()
    assert "The seconds of single epochs were not kept" in texts(checked(app))
