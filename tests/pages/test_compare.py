import pytest
from streamlit.testing.v1 import AppTest

from core.errors import StorageError
from core.evaluation.metrics import recall_by_genre
from core.runs.finding import RunFilter, find_runs
from core.runs.results import load_predictions
from core.runs.store import get_run, list_runs
from core.runs.verdict import judge_runs
from dashboard.sentences.wording import escape_markdown
from dashboard.tables.runs import runs_frame
from tests.pages.apps import as_numbers, chart_rows, checked, query, rendered, run_page, texts
from tests.pages.conftest import RunsHome


def chosen(app: AppTest) -> list[str]:
    return app.multiselect(key="compare:chosen").value


def test_without_runs_the_way_to_training_is_shown() -> None:
    app = run_page("compare")
    assert "No run yet" in texts(app)
    assert [link.proto.label for link in app.get("page_link")] == ["Train a model"]
    assert not app.dataframe


def test_the_table_holds_every_run_as_core_knows_it(runs_home: RunsHome) -> None:
    table = run_page("compare").dataframe[0].value
    runs = list_runs()
    assert table.index.tolist() == [run.id for run in runs]
    for run in runs:
        row = table.loc[run.id]
        assert (row["name"], row["model"], row["status"]) == (run.config.name, run.model_kind, run.status)
        assert (row["epochs"], row["n_parameters"], row["seed"]) == (
            len(run.history),
            run.n_parameters,
            run.config.seed,
        )
        if run.result is not None:
            assert row["accuracy_percent"] == pytest.approx(100 * run.result.accuracy)
            assert row["n_test"] == run.result.n
            assert row["interval"] == f"{100 * run.result.interval[0]:.0f} to {100 * run.result.interval[1]:.0f} %"
            assert row["protocol"] == run.result.protocol
    assert table.loc[runs_home.failed, "status"] == "failed"


def test_the_newest_comparable_pair_is_compared_at_first(runs_home: RunsHome) -> None:
    app = run_page("compare")
    assert sorted(chosen(app)) == sorted([runs_home.cnn, runs_home.ffnn])
    assert query(app) == {}  # the default needs no word
    cnn, ffnn = get_run(runs_home.cnn), get_run(runs_home.ffnn)
    assert app.info[0].value == escape_markdown(judge_runs([cnn, ffnn]).sentence)


def test_charts_draw_what_core_computes(runs_home: RunsHome) -> None:
    app = run_page("compare")
    runs = [get_run(runs_home.cnn), get_run(runs_home.ffnn)]
    accuracy = chart_rows(app, 1)
    assert as_numbers(accuracy["accuracy"]) == [run.result.accuracy for run in runs]
    assert as_numbers(accuracy["low"]) == [run.result.interval[0] for run in runs]
    recalls = chart_rows(app, 3)
    for run in runs:
        drawn = recalls[recalls["run"].str.contains(run.id[:6])].set_index("genre")["recall"]
        core = recall_by_genre(load_predictions(run.id)).set_index("genre")["recall"]
        assert drawn.to_dict() == core.to_dict()
    curves = chart_rows(app, 4)
    assert set(curves["part"]) == {"Validation"}
    drawn = curves[curves["run"].str.contains(runs_home.cnn[:6])]["accuracy"]
    assert as_numbers(drawn) == [epoch.val_accuracy for epoch in runs[0].history]


def test_runs_on_other_clips_are_said_to_be_not_comparable(runs_home: RunsHome) -> None:
    app = run_page("compare", runs=f"{runs_home.ffnn},{runs_home.other_seed}")
    assert app.warning[0].value.startswith("They cannot be compared clip by clip")
    assert "their splits have different seeds" in texts(app).lower()
    assert not app.info


def test_a_link_to_a_deleted_run_is_answered_with_a_warning(runs_home: RunsHome) -> None:
    app = run_page("compare", runs=f"gone,{runs_home.cnn}")
    assert "“gone”" in app.warning[0].value
    assert chosen(app) == [runs_home.cnn]
    assert query(app)["runs"] == runs_home.cnn


def test_choosing_in_the_list_moves_ticks_and_url(runs_home: RunsHome) -> None:
    app = run_page("compare")
    app.multiselect(key="compare:chosen").set_value([runs_home.failed]).run()
    checked(app)
    assert query(app)["runs"] == runs_home.failed
    assert "None of the chosen runs is finished." in texts(app)
    app.multiselect(key="compare:chosen").set_value([]).run()
    assert "Choose runs to compare them side by side." in texts(checked(app))


def test_filters_leave_only_what_fits(runs_home: RunsHome) -> None:
    app = run_page("compare")
    app.text_input(key="compare:text").set_value("quick bass").run()
    assert sorted(checked(app).dataframe[0].value["name"]) == ["Quick CNN", "Quick FFNN"]
    app.multiselect(key="compare:status").set_value(["failed"]).run()
    assert "No run fits these filters." in texts(checked(app))
    app.text_input(key="compare:text").set_value("").run()
    assert checked(app).dataframe[0].value["name"].tolist() == ["Broken CNN"]


def test_filters_find_genres_seeds_and_ids(runs_home: RunsHome) -> None:
    runs = list_runs()
    assert {run.id for run in find_runs(runs, RunFilter(text=runs_home.cnn[:8]))} == {runs_home.cnn}
    assert len(find_runs(runs, RunFilter(text="TREBLE"))) == 4
    assert find_runs(runs, RunFilter(collections=("elsewhere",))) == ()
    assert len(runs_frame(runs)) == 4


def test_deleting_asks_first_and_then_removes_the_chosen_runs(
    runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted: list[str] = []
    monkeypatch.setattr("dashboard.compare.runs_table.delete_run", deleted.append)
    app = run_page("compare", runs=runs_home.other_seed)
    assert deleted == []
    assert "Permanently delete 1 run" in texts(app)
    assert app.button(key="compare:delete").disabled
    next(box for box in app.checkbox if box.label == "Yes, delete it for good").check().run()
    app.button(key="compare:delete").click().run()
    checked(app)
    assert deleted == [runs_home.other_seed]


def test_where_one_of_several_cannot_be_deleted_the_others_are_and_it_is_said_why(
    runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted: list[str] = []

    def delete(run_id: str) -> None:
        if run_id == runs_home.cnn:
            raise StorageError("Its folder may not be *written*.")
        deleted.append(run_id)

    monkeypatch.setattr("dashboard.compare.runs_table.delete_run", delete)
    chosen = [runs_home.cnn, runs_home.ffnn, runs_home.other_seed]
    app = run_page("compare", runs=",".join(chosen))
    next(box for box in app.checkbox if box.label == "Yes, delete all of these for good").check().run()
    app.button(key="compare:delete").click().run()
    checked(app)
    assert sorted(deleted) == sorted([runs_home.ffnn, runs_home.other_seed])
    (said,) = [each.value for each in app.error]
    first, reason = (rendered(line) for line in said.split("\n- "))
    assert first == "1 of 3 runs could not be deleted."
    assert reason == f"Quick CNN, 3 genres ({runs_home.cnn[:6]}): Its folder may not be *written*."
    assert query(app)["runs"] == runs_home.cnn
    assert not checked(app.run()).error  # it is told once
