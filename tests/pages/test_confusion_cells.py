"""Confusion: several cells, families, the playlist of a cell, and two runs against each other."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.collections.annotations import Annotation
from core.evaluation.confusion.two import pair_verdicts
from core.evaluation.metrics import confusion_matrix
from core.runs.results import load_predictions
from tests.pages.apps import chart_rows, checked, labels, query, run_page, texts
from tests.pages.conftest import RunsHome


def listed(app: AppTest) -> list[str]:
    """Clips of the cells in view, in their order."""
    tables = [frame.value for frame in app.dataframe if "Clip" in frame.value]
    return tables[0]["Clip"].tolist() if tables else labels(app, "audio")


def cells_of(run_id: str) -> list[tuple[str, str]]:
    table = load_predictions(run_id).table
    return list(dict.fromkeys(zip(table["actual"], table["predicted"], strict=True)))


def test_a_whole_row_a_column_and_everything(runs_home: RunsHome) -> None:
    table = load_predictions(runs_home.cnn).table
    app = run_page("confusion", run=runs_home.cnn, actual="bass")
    assert set(listed(app)) == set(table.loc[table["actual"] == "bass", "clip"])
    assert "bass, whatever it was taken for" in texts(app)
    app.selectbox(key="confusion:predicted").set_value(table["predicted"][0]).run()
    app.selectbox(key="confusion:actual").set_value("\x01every").run()
    assert set(listed(checked(app))) == set(table.loc[table["predicted"] == table["predicted"][0], "clip"])
    assert query(app)["predicted"] == table["predicted"][0]
    assert "actual" not in query(app)
    app.selectbox(key="confusion:predicted").set_value("\x01every").run()
    assert set(listed(checked(app))) == set(table["clip"])
    assert json.loads(query(app)["cells"]) == [[None, None]]


def test_several_cells_of_a_link_and_of_the_list(runs_home: RunsHome) -> None:
    table = load_predictions(runs_home.cnn).table
    cells = cells_of(runs_home.cnn)[:2]
    app = run_page("confusion", run=runs_home.cnn, cells=json.dumps(cells))
    inside = [pair in cells for pair in zip(table["actual"], table["predicted"], strict=True)]
    assert set(listed(app)) == set(table.loc[inside, "clip"])
    assert app.multiselect(key="confusion:cell-set").value == cells
    app.multiselect(key="confusion:cell-set").set_value(cells[:1]).run()
    assert (query(checked(app))["actual"], query(app)["predicted"]) == cells[0]


@pytest.mark.parametrize("cells", ["nonsense", "[]", '[["bass"]]', '[["bass", "polka"]]', "[" * 5000])
def test_cells_that_are_none_are_warned_of(runs_home: RunsHome, cells: str) -> None:
    app = run_page("confusion", run=runs_home.cnn, cells=cells)
    assert "expected pairs of genres of this matrix" in app.warning[0].value
    assert "cells" not in query(app)


def test_the_playlist_goes_on_and_a_link_names_its_clip(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn, cells="[[null, null]]")
    names = listed(app)
    assert labels(app, "audio") == names[:1]
    app.button(key="confusion:step:Next").click().run()
    assert labels(checked(app), "audio") == names[1:2]
    app = run_page("confusion", run=runs_home.cnn, cells="[[null, null]]", hear=names[2])
    assert labels(app, "audio") == names[2:3]
    app = run_page("confusion", run=runs_home.cnn, cells="[[null, null]]", hear="nothing")
    assert "the clip “nothing”, which is not in this cell" in app.warning[0].value


def test_other_runs_say_what_they_make_of_the_clip(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn, cells="[[null, null]]")
    (said,) = [frame.value for frame in app.dataframe if "Says" in frame.value]
    name = listed(app)[0]
    for run_id, place in ((runs_home.cnn, 0), (runs_home.ffnn, 1)):
        row = load_predictions(run_id).table.set_index("clip").loc[name]
        assert said["Says"][place] == row["predicted"]
        assert said["Probability"][place] == pytest.approx(100 * row[row["predicted"]])
        assert said["Verdict"][place] == ("right" if row["predicted"] == row["actual"] else "wrong")
    assert len(said) <= 3


def test_families_are_made_of_the_page_kept_in_the_link_and_dissolved(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn)
    app.multiselect(key="confusion:family-genres").set_value(["bass", "hiss"])
    app.text_input(key="confusion:family-name").set_value(" Low  and *noisy* ")
    app.button(key="confusion:make-family").click().run()
    assert json.loads(query(checked(app))["families"]) == {"Low and *noisy*": ["bass", "hiss"]}
    counts = confusion_matrix(load_predictions(runs_home.cnn)).to_numpy()
    cells = chart_rows(app).set_index(["actual", "predicted"])["n"]
    assert cells[("Low and *noisy*", "Low and *noisy*")] == counts[:2, :2].sum()
    assert f"The family is right for {counts[:2, :2].sum() + counts[2, 2]} of {counts.sum()} clips" in texts(app)
    app.button(key="confusion:dissolve:0").click().run()
    assert "families" not in query(checked(app))
    assert len(chart_rows(app)) == 9


@pytest.mark.parametrize("chosen", [["bass"], ["bass", "hiss", "treble"]])
def test_families_that_leave_nothing_are_refused(runs_home: RunsHome, chosen: list[str]) -> None:
    app = run_page("confusion", run=runs_home.cnn)
    app.multiselect(key="confusion:family-genres").set_value(chosen)
    app.button(key="confusion:make-family").click().run()
    said = {1: "at least two genres", 3: "nothing is left to tell apart"}[len(chosen)]
    assert said in checked(app).error[0].value
    assert "families" not in query(app)


@pytest.mark.parametrize("families", ["x", "[1]", '{"a": "bass"}', '{"a": []}', '{"a": ["bass"], " a ": ["hiss"]}'])
def test_families_of_a_link_that_are_none_are_warned_of(runs_home: RunsHome, families: str) -> None:
    app = run_page("confusion", run=runs_home.cnn, families=families)
    assert "expected genres by the name of their family" in app.warning[0].value
    assert len(chart_rows(app)) == 9


def test_the_family_tree_proposes(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn)
    app.number_input(key="confusion:family-number").set_value(2).run()
    app.button(key="confusion:propose").click().run()
    checked(app)
    if "families" in query(app):
        (members,) = json.loads(query(app)["families"]).values()
        assert len(members) == 2
    else:
        assert "equally far from each other" in app.error[0].value


def test_only_the_strongest_leaves_the_others_blank(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.ffnn)
    app.toggle(key="confusion:strongest").set_value(True).run()
    cells = chart_rows(checked(app))
    counts = confusion_matrix(load_predictions(runs_home.ffnn))
    for _, cell in cells[cells["n"] > 0].iterrows():
        assert cell["n"] == counts.loc[cell["actual"], cell["predicted"]]


def test_the_difference_of_two_runs_lists_what_moved(runs_home: RunsHome) -> None:
    said = pair_verdicts(load_predictions(runs_home.cnn), load_predictions(runs_home.ffnn)).table
    moved = said[said["first"] != said["second"]]
    app = run_page("confusion", run=runs_home.cnn, show="difference", other=runs_home.ffnn)
    assert f"Both were tested on the same {len(said)} test clips" in texts(app)
    cells = chart_rows(app)
    counts = [confusion_matrix(load_predictions(run_id)) for run_id in (runs_home.cnn, runs_home.ffnn)]
    for _, cell in cells.iterrows():
        assert cell["n"] == (counts[0] - counts[1]).loc[cell["actual"], cell["predicted"]]
    if not moved.empty:
        row = moved.iloc[0]
        app.selectbox(key="confusion:actual").set_value(row["actual"]).run()
        app.selectbox(key="confusion:predicted").set_value(row["first"]).run()
        assert row["clip"] in listed(checked(app))
        assert "only by Quick CNN" in texts(app)


def test_two_runs_against_each_other_by_genre(runs_home: RunsHome) -> None:
    said = pair_verdicts(load_predictions(runs_home.cnn), load_predictions(runs_home.ffnn)).table
    app = run_page("confusion", run=runs_home.cnn, show="disagreement", other=runs_home.ffnn)
    cells = chart_rows(app)
    for _, cell in cells.iterrows():
        both = (said["first"] == cell["actual"]) & (said["second"] == cell["predicted"])
        assert cell["n"] == both.sum()
    app.selectbox(key="linked:of").set_value("bass").run()
    assert chart_rows(checked(app))["n"].sum() == (said["actual"] == "bass").sum()
    assert query(app)["of"] == "bass"


def test_runs_of_other_genres_are_compared_on_those_in_common(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn, show="difference", other=runs_home.other_seed)
    written = texts(app)
    assert "no test clip in common" in written or "Compared on the 2 genres that both know" in written


def test_the_tag_of_a_clip_stands_in_the_list(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    tagged: dict[str, Annotation] = {}
    monkeypatch.setattr("dashboard.confusion.known.load_annotations", lambda _: tagged)
    app = run_page("confusion", run=runs_home.cnn, cells="[[null, null]]")
    (table,) = [frame.value for frame in app.dataframe if "Clip" in frame.value]
    name = table["Clip"][0]
    tagged[name] = Annotation(tags=("loud", "live"))
    checked(app.run())
    (table,) = [frame.value for frame in app.dataframe if "Clip" in frame.value]
    assert table["Tags"].tolist()[0] == "loud, live"
