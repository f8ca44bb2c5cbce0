from dataclasses import replace

import pandas as pd

from core.experiments.groups import RunGroup
from dashboard.tables.runs import cost_table, members_frame, recent_frame, runs_frame
from tests.dashboard.made_up import epochs, finished

CNN = replace(
    finished("My CNN", 20), history=epochs(4), training_s=42.0, n_parameters=2463114, split_sizes={"test": 40}
)
WAITING = replace(finished("FFNN", 20), status="queued", result=None)


def test_all_runs_are_tabled_by_their_id_in_full_precision() -> None:
    frame = runs_frame([CNN, WAITING])
    assert frame.index.tolist() == [CNN.id, WAITING.id]
    assert frame.index.name == "run"
    row = frame.loc[CNN.id]
    assert (row["name"], row["model"], row["split"], row["status"]) == ("My CNN", "CNN", "By clip", "finished")
    assert (row["accuracy_percent"], row["n_test"], row["chance_percent"]) == (50.0, 40, 50.0)
    # Wilson's interval of 20 of 40 is symmetrical about a half.
    assert row["interval"] == "35 to 65 %"
    assert round(row["interval_low_percent"] + row["interval_high_percent"], 9) == 100.0
    assert (row["epochs"], row["epochs_planned"], row["n_parameters"]) == (4, CNN.config.epochs, 2463114)
    assert (row["genres"], row["n_genres"], row["origin"]) == ("blues, jazz", 2, "own")
    assert row["created"] == pd.Timestamp("1970-01-01")
    waiting = frame.loc[WAITING.id]
    assert waiting["interval"] == ""
    assert waiting[["accuracy_percent", "n_test", "training_s", "n_parameters"]].isna().all()


def test_members_of_a_group_stand_at_their_places() -> None:
    runs = tuple(replace(run, group_place=place) for run, place in ((CNN, "1 of 2"), (WAITING, "2 of 2")))
    frame = members_frame(RunGroup("g", "folds", "2 folds", runs))
    assert frame["Fold"].tolist() == ["1 of 2", "2 of 2"]
    assert frame["Test accuracy"].tolist() == ["50.0 %", "–"]
    assert frame["Correct"].tolist() == ["20 of 40", "–"]
    assert members_frame(RunGroup("g", "search", "Trials", runs)).columns[0] == "Run"


def test_cost_is_told_by_epoch() -> None:
    row = cost_table([CNN]).iloc[0]
    assert (row["Training time"], row["Epochs"], row["An epoch"]) == ("42 s", "4", "10 s")
    assert row["Parameters"] == "2,463,114"
    row = cost_table([replace(CNN, history=(), training_s=None, n_parameters=0)]).iloc[0]
    assert (row["Training time"], row["Epochs"], row["An epoch"], row["Parameters"]) == ("–", "–", "–", "–")


def test_the_latest_runs_never_lack_interval_and_number() -> None:
    frame = recent_frame([CNN, replace(WAITING, synthetic=True), replace(CNN, shipped=True)])
    assert frame["Test accuracy"].tolist() == [50.0, pd.NA, 50.0]
    assert frame["n"].tolist() == [40, pd.NA, 40]
    assert frame["95 % interval"].tolist() == ["35 to 65 %", "–", "35 to 65 %"]
    assert frame["Music"].tolist() == ["recorded", "synthetic", "recorded"]
    assert frame["Status"].tolist() == ["finished", "queued", "comes with Genre Lab"]
