"""A search on the page: started once, its trials, the best of them, and its settings in the form."""

from typing import Any

import pytest

from core.clips.collection import Collection
from core.evaluation.metrics import wilson_interval
from core.experiments.groups import seed_configs
from core.jobs.reporter import ProgressReporter
from core.runs.writer import RunWriter, create_run
from core.search import conduct
from core.search.fields import change_fields
from core.search.spec import SearchSpec, load_spec, parse_ranges, save_spec
from core.search.study import load_search, open_study
from dashboard.sentences.wording import format_interval
from tests.core.conftest import _empty_store, empty_store
from tests.core.search.test_search import Trainer, trainer
from tests.pages.apps import chart_rows, checked, metrics, query, run_page, texts
from tests.pages.conftest import quick_config

__all__ = ["_empty_store", "empty_store", "trainer"]  # fixtures
pytestmark = pytest.mark.usefixtures("empty_store")
SEARCH = "search-20261122-120000-abc123"


def test_trials_the_best_and_what_mattered_are_shown(tiny_collection: Collection, trainer: Trainer) -> None:
    config = quick_config(tiny_collection, name="Quick CNN", epochs=4)
    ranges = parse_ranges(["learning_rate=4e-3:2e-2", "model.dropout=0:0.5"])
    save_spec(SEARCH, SearchSpec(config=config, ranges=ranges, n_trials=11, pruner="none"))
    conduct.conduct_search(SEARCH, ProgressReporter())
    search = load_search(SEARCH)
    best = search.best
    assert best is not None
    assert best.value is not None
    RunWriter(best.run_id).set_split_sizes({"train": 15, "validation": 8, "test": 5})

    app = run_page("train", view="Search", search=SEARCH)
    shown = metrics(app)
    assert shown["Best validation accuracy"] == f"{100 * best.value:.1f} %"
    assert (shown["Trials complete"], shown["Stopped early / failed"]) == ("11", "0 / 0")
    interval = format_interval(wilson_interval(round(best.value * 8), 8))
    assert f"On 8 validation clips, by clip, 95 % interval {interval}" in texts(app)
    table = app.dataframe[0].value
    assert table["Trial"].tolist() == list(range(1, 12))
    assert table["Learning rate"].tolist() == [trial.values["learning_rate"] for trial in search.trials]
    shares = chart_rows(app, 1)
    assert shares["setting"].tolist()[0] == "Learning rate"
    assert shares["share"].sum() == pytest.approx(1)

    link = next(link.proto for link in app.get("page_link") if link.proto.label.startswith("Edit and run"))
    assert link.query_string == f"reuse={best.run_id}"
    app.query_params["reuse"] = best.run_id
    app.run()
    checked(app)
    assert "view" not in query(app)  # the form, though the tab of the search was open
    assert app.select_slider(key="train:learning_rate").value == pytest.approx(best.values["learning_rate"])
    assert change_fields(config, best.values).learning_rate == best.values["learning_rate"]


def test_one_click_starts_one_search(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[SearchSpec, str]] = []

    def start(spec: SearchSpec, *, search_id: str) -> str:
        started.append((spec, search_id))
        return search_id

    monkeypatch.setattr("dashboard.train.form.search.start_search", start)
    config = quick_config(tiny_collection, name="Quick CNN")
    for changed in seed_configs(config, 2):
        create_run(changed, tiny_collection)
    app = run_page("train", view="Search")
    app.number_input(key="search:n_trials").set_value(7).run()
    app.number_input(key="search:learning_rate:high").set_value(0.05).run()

    app.number_input(key="search:learning_rate:high").set_value(0.00001).run()
    assert checked(app).error[0].value.startswith(r"learning\_rate: expected a range from low to high")
    drawn = [element for element in app.main if element.type != "flex_container"]
    order = [getattr(element, "key", None) if element.type == "number_input" else element.type for element in drawn]
    place = order.index("error")
    assert order[place - 1] == "search:learning_rate:high"
    app.number_input(key="search:minutes").set_value(90_000.0)
    app.number_input(key="search:learning_rate:high").set_value(0.05).run()
    assert [error.value for error in app.error] == ["Expected a budget between 0 and 43200 minutes, got 90000.0."]
    app.number_input(key="search:minutes").set_value(None).run()
    assert not checked(app).error  # the number of trials is limit enough
    assert app.number_input(key="search:minutes").value is None
    app.number_input(key="search:minutes").set_value(20.0).run()
    assert not checked(app).error

    def press() -> Any:
        return next(button for button in app.button if button.label == "Start search").click().run()

    press()
    spec, search_id = started[0]
    assert (spec.n_trials, spec.minutes, spec.config.name) == (7, 20.0, "Quick CNN")
    assert {item.path: item.high for item in spec.ranges} == {"learning_rate": 0.05, "model.dropout": 0.6}
    assert query(checked(app))["search"] == search_id


def test_a_search_that_used_its_budget_can_train_more(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    resumed: list[str] = []
    monkeypatch.setattr("dashboard.train.search_panel.resume_search", resumed.append)
    spec = SearchSpec(config=quick_config(tiny_collection), ranges=parse_ranges(["model.dropout=0:0.5"]), minutes=1.0)
    save_spec(SEARCH, spec)
    open_study(SEARCH, spec).set_user_attr("elapsed_s", 61.0)
    app = run_page("train", view="Search", search=SEARCH)
    assert "Resume" not in [button.label for button in app.button]  # it would train nothing
    assert app.button(key=f"search:more:{SEARCH}").disabled
    app.number_input(key=f"search:more-trials:{SEARCH}").set_value(6).run()
    app.button(key=f"search:more:{SEARCH}").click().run()
    assert not checked(app).error
    assert resumed == [SEARCH]
    assert (load_spec(SEARCH).n_trials, load_spec(SEARCH).minutes) == (6, None)
