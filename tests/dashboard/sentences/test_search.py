from dataclasses import replace
from typing import Any

from core.recipe.config import TrainingConfig
from core.search.fields import searchable_fields
from core.search.spec import Range, SearchSpec
from core.search.study import Search, Trial
from dashboard.sentences.search import search_label, setting_titles, settings_text, value_text
from dashboard.tables.search import trials_frame

SPEC = SearchSpec(
    config=TrainingConfig(collection_id="tiny", genres=("blues", "jazz")),
    ranges=(Range(path="learning_rate", low=1e-4, high=1e-2, log=True),),
    n_trials=2,
)
TITLE = next(field.title for field in searchable_fields(SPEC.config) if field.path == "learning_rate")


def test_what_a_trial_reached_is_a_percentage_or_a_loss() -> None:
    assert value_text(SPEC, 0.625) == "62.5 %"
    assert value_text(replace(SPEC, objective="loss"), 0.625) == "0.625"
    assert value_text(SPEC, None) == "–"


def test_settings_are_called_as_in_the_form() -> None:
    assert setting_titles(SPEC) == {"learning_rate": TITLE}
    assert settings_text(SPEC, {"learning_rate": 0.00123456}) == f"{TITLE} 0.00123"


def test_a_search_is_known_by_when_it_began() -> None:
    assert search_label("search-20260304-150233-1f3a9c") == "2026-03-04 15:02 (1f3a9c)"
    assert search_label("odd") == "odd"


def trial(number: int, **values: Any) -> Trial:
    given = {"state": "complete", "values": {}, "value": None, "run_id": "", "n_epochs": 0, "ended": "", "error": ""}
    return Trial(number=number, **(given | values))


def search(spec: SearchSpec, *trials: Trial) -> Search:
    return Search(id="search", spec=spec, trials=trials, elapsed_s=1.0, progress=None)


def test_trials_are_tabled_with_state_value_and_reason() -> None:
    first = trial(1, values={"learning_rate": 0.001}, value=0.75, run_id="run1", n_epochs=4)
    frame = trials_frame(
        search(
            SPEC,
            first,
            trial(2, state="open", values={"learning_rate": 0.002}, run_id="run2", n_epochs=1),
            trial(3, state="failed", error="no memory"),
            trial(4, state="pruned", value=0.5, ended="pruned at epoch 3"),
        )
    )
    assert frame["State"].tolist() == ["complete", "unfinished", "failed", "stopped early"]
    assert frame["Reached"].dropna().tolist() == [75.0, 50.0]
    assert frame["Note"].tolist() == ["", "continued when the search is resumed", "no memory", "pruned at epoch 3"]
    assert frame[TITLE].dropna().tolist() == [0.001, 0.002]
    assert trials_frame(search(replace(SPEC, objective="loss"), first))["Reached"].tolist() == [0.75]
