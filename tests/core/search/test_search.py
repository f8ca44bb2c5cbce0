"""Searches: what is kept, what is ended early; and trials on a real cluster."""

import os
import signal
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from optuna.trial import TrialState

from core.clips.collection import Collection
from core.errors import ClusterError, ConfigError, RunError
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.extraction.extract import extract
from core.jobs.cluster.executor import cluster_executor
from core.jobs.progress import Progress
from core.jobs.reporter import ProgressReporter
from core.jobs.watch import read_progress
from core.queue.launch import create_checked_run, train_here
from core.recipe.config import TrainingConfig
from core.runs import store
from core.runs.liveness import job_id_of_run
from core.runs.record import EpochRecord
from core.runs.writer import RunWriter
from core.search import conduct, control
from core.search.cluster_place import ClusterPlace
from core.search.control import BudgetUsed, budget_used, extend_search
from core.search.fields import change_fields
from core.search.places import QueuePlace
from core.search.spec import SearchSpec, load_spec, parse_ranges, save_spec
from core.search.study import delete_search, importances, list_searches, load_search, open_study
from tests.core.conftest import SMALL_FFNN, SMALL_MEL, small_config
from tests.core.extraction.test_cluster import Cluster, cluster

__all__ = ["cluster"]  # a fixture
N_EPOCHS = 4


class Trainer(QueuePlace):
    """A place where trials are 'trained' at once: accuracy falls with the distance of the learning rate from 0.01.

    A trial whose learning rate is small goes on after its first epochs until it is stopped, or has been looked at
    `patience` times.
    """

    def __init__(self) -> None:
        self.patience = 3
        self._open: dict[str, int] = {}
        self.stopped: list[str] = []
        self.resumed: list[str] = []
        self.rates: dict[str, float] = {}
        self.die_at: int | None = None
        self.troubles: list[str] = []
        self.heeds = True

    @property
    def capacity(self) -> int:
        for run_id in list(self._open):
            self._open[run_id] += 1
            if self._open[run_id] > self.patience:
                self._end(run_id, stopped_early=False)
        return 1

    def start(self, config: TrainingConfig, *, group: str, tags: dict[str, str]) -> str:
        if self.die_at == len(self.rates):
            raise KeyboardInterrupt  # as if the conductor were killed
        run_id = create_checked_run(config, group=group, tags=tags)
        self.rates[run_id] = config.learning_rate
        accuracy = max(0.0, 1 - 50 * abs(config.learning_rate - 0.01))
        with RunWriter(run_id) as writer:
            for epoch in range(1, N_EPOCHS):
                writer.log_epoch(
                    EpochRecord(epoch=epoch, loss=1, accuracy=0.5, val_loss=1 - accuracy, val_accuracy=accuracy)
                )
            if config.learning_rate > 0.003:
                self._finish(writer, stopped_early=False)
            else:
                self._open[run_id] = 0
        return run_id

    def _finish(self, writer: RunWriter, *, stopped_early: bool) -> None:
        # The best of all tests belongs to the worst trial: whoever looked at it would choose that one.
        n_correct = 0 if self.rates[writer.run_id] > 0.009 else 10
        result = TestResult(
            n_correct=n_correct, n=10, interval=wilson_interval(n_correct, 10), chance=0.5, protocol="x"
        )
        writer.finish(result=result, best_epoch=1, stopped_early=stopped_early, training_s=1.0)

    def stop(self, run_id: str) -> None:
        self.stopped.append(run_id)
        if not self.heeds:
            return
        self._end(run_id, stopped_early=True)

    def _end(self, run_id: str, *, stopped_early: bool) -> None:
        del self._open[run_id]
        writer = RunWriter(run_id)
        writer._record["history"] = [vars(epoch) for epoch in store.get_run(run_id).history]
        self._finish(writer, stopped_early=stopped_early)

    def resume(self, run_id: str) -> None:
        self.resumed.append(run_id)

    def _go_on(self, run_id: str) -> None:
        self.resumed.append(run_id)
        with RunWriter(run_id):
            self._open[run_id] = 0

    def trouble(self) -> str:
        return self.troubles.pop(0) if self.troubles else ""

    def withdraw(self, run_id: str, reason: str) -> bool:
        self._open.pop(run_id)
        RunWriter(run_id).interrupt(reason)
        return True

    def end(self, run_id: str, reason: str) -> None:
        self.withdraw(run_id, reason)


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> Trainer:
    from contextlib import nullcontext

    place = Trainer()
    monkeypatch.setattr(conduct, "open_place", lambda _: nullcontext(place))
    monkeypatch.setattr(conduct, "POLL_S", 0.01)
    return place


@pytest.fixture
def hour_passes(trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the search, an hour passes as soon as it has begun a trial."""
    clock = SimpleNamespace(monotonic=lambda: 3600.0 if trainer.rates else 0.0, sleep=time.sleep)
    monkeypatch.setattr(conduct, "time", clock)


def prepared(collection: Collection, *ranges: str, **changes: Any) -> SearchSpec:
    config = small_config(collection, epochs=N_EPOCHS)
    given: dict[str, Any] = {"ranges": parse_ranges(ranges or ["learning_rate=1e-4:2e-2:log"]), "n_trials": 14}
    spec = SearchSpec(config=config, **(given | changes))
    save_spec("search-x", spec)
    return spec


@pytest.mark.usefixtures("empty_store")
def test_a_search_finds_the_best_and_ends_the_bad_early(tiny_collection: Collection, trainer: Trainer) -> None:
    spec = prepared(tiny_collection)
    result = conduct.conduct_search("search-x", ProgressReporter())
    search = load_search("search-x")
    assert result is not None
    assert len(search.trials) == result["n_trials"] == 14
    best = search.best
    assert best is not None
    accuracies = {trial.number: store.get_run(trial.run_id).history[0].val_accuracy for trial in search.trials}
    assert best.value == max(accuracies.values()) == accuracies[best.number]  # by validation alone
    assert trainer.stopped
    assert {trial.run_id for trial in search.trials if trial.state == "pruned"} == set(trainer.stopped)
    for trial in (trial for trial in search.trials if trial.state == "pruned"):
        assert trial.values["learning_rate"] <= 0.003
        assert trial.ended == f"pruned at epoch {N_EPOCHS - 1}"
        assert store.get_run(trial.run_id).stop_reason == f"pruned at epoch {N_EPOCHS - 1} by its search"
    assert all(not store.get_run(trial.run_id).stop_reason for trial in search.trials if trial.state == "complete")
    run = store.get_run(best.run_id)
    assert (run.group, run.group_kind, run.group_place) == ("search-x", "search", f"trial {best.number}")
    assert run.config.name == f"{spec.config.name}, trial {best.number}"
    assert replace(run.config, name=spec.config.name) == change_fields(spec.config, best.values)
    assert {run.config.seed for run in store.list_runs()} == {spec.config.seed}
    delete_search("search-x")
    assert list_searches() == ()
    assert len(store.list_runs()) == 14


@pytest.mark.usefixtures("empty_store")
def test_the_same_seed_searches_the_same_and_importance_is_shared_out(
    tiny_collection: Collection, trainer: Trainer
) -> None:
    prepared(tiny_collection, "learning_rate=4e-3:2e-2", "model.dropout=0:0.5", n_trials=12, pruner="none")
    conduct.conduct_search("search-x", ProgressReporter())
    first = load_search("search-x")
    shares = importances("search-x")
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["learning_rate"] > 0.7  # the dropout changes nothing here
    delete_search("search-x")
    prepared(tiny_collection, "learning_rate=4e-3:2e-2", "model.dropout=0:0.5", n_trials=3, pruner="none")
    conduct.conduct_search("search-x", ProgressReporter())
    assert [trial.values for trial in load_search("search-x").trials] == [trial.values for trial in first.trials[:3]]
    assert importances("search-x") == {}  # too few trials


@pytest.mark.usefixtures("empty_store")
def test_a_killed_search_goes_on_and_impossible_settings_cost_no_trial(
    tiny_collection: Collection, trainer: Trainer
) -> None:
    prepared(tiny_collection, "learning_rate=4e-3:2e-2", "model.filters.depth=1:4", n_trials=5)
    trainer.die_at = 2
    with pytest.raises(KeyboardInterrupt):
        conduct.conduct_search("search-x", ProgressReporter())
    before = load_search("search-x")
    assert sum(bool(trial.run_id) for trial in before.trials) == 2
    trainer.die_at = None
    assert conduct.conduct_search("search-x", ProgressReporter()) is not None
    after = load_search("search-x")
    assert sum(bool(trial.run_id) for trial in after.trials) == len(store.list_runs()) == 5
    assert [trial.values for trial in after.trials[: len(before.trials)]] == [trial.values for trial in before.trials]
    assert all("kernel" in trial.error for trial in after.trials if trial.values.get("model.filters.depth", 1) > 2)
    assert after.elapsed_s >= before.elapsed_s


@pytest.mark.usefixtures("empty_store", "hour_passes")
def test_a_search_ends_with_its_time_or_when_it_is_stopped(tiny_collection: Collection, trainer: Trainer) -> None:
    trainer.patience = 1_000_000
    prepared(tiny_collection, "learning_rate=1e-4:2e-3", n_trials=None, minutes=60, pruner="none")
    assert conduct.conduct_search("search-x", ProgressReporter()) is not None
    search = load_search("search-x")
    assert [trial.state for trial in search.trials] == ["pruned"]  # it would have trained for ever
    assert trainer.stopped == [search.trials[0].run_id]
    assert store.get_run(search.trials[0].run_id).stop_reason == "ended when its search was out of time"


@pytest.mark.usefixtures("empty_store")
def test_a_search_that_used_its_budget_is_extended(tiny_collection: Collection, trainer: Trainer) -> None:
    prepared(tiny_collection, "learning_rate=5e-3:2e-2", n_trials=2, minutes=60, pruner="none")
    conduct.conduct_search("search-x", ProgressReporter())
    before = load_search("search-x")
    assert (len(before.trials), budget_used(before)) == (2, BudgetUsed(time=False, trials=True))
    conduct.conduct_search("search-x", ProgressReporter())
    assert len(load_search("search-x").trials) == 2  # nothing is left to do
    spec = extend_search("search-x", n_trials=3)
    assert (spec.n_trials, spec.minutes) == (5, 60)
    assert load_spec("search-x") == spec
    conduct.conduct_search("search-x", ProgressReporter())
    after = load_search("search-x")
    assert len(after.trials) == 5
    assert after.trials[:2] == before.trials
    assert len(set(trainer.rates.values())) == 5
    # More minutes lift a number of trials that is used up, and count from the time used.
    longer = extend_search("search-x", minutes=30)
    assert longer.n_trials is None
    assert longer.minutes == pytest.approx(30 + after.elapsed_s / 60)


def test_a_search_is_extended_by_something_and_only_where_it_does_not_run(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(tiny_collection, "learning_rate=5e-3:2e-2", n_trials=2)
    for given in ({}, {"minutes": 0.0}, {"n_trials": -1}, {"minutes": float("nan")}):
        with pytest.raises(ConfigError, match="to extend a search by"):
            extend_search("search-x", **given)
    monkeypatch.setattr("core.search.study.read_progress", lambda _: Progress(state="running", phase="Searching"))
    with pytest.raises(RunError, match="still running"):
        extend_search("search-x", n_trials=1)
    assert load_spec("search-x").n_trials == 2


@pytest.mark.usefixtures("empty_store")
def test_a_pruned_trial_says_after_how_many_epochs_it_ended(tiny_collection: Collection, trainer: Trainer) -> None:
    prepared(tiny_collection, "learning_rate=5e-3:2e-2", n_trials=1)
    study = open_study("search-x", load_spec("search-x"))
    trial = study.ask()
    for epoch in range(1, 50):
        trial.report(0.5, epoch)
    trial.set_user_attr("ended", "pruned at epoch 44")
    study.tell(trial, state=TrialState.PRUNED)
    (found,) = load_search("search-x").trials
    assert (found.n_epochs, found.ended) == (49, "pruned at epoch 44, ended after 49")


@pytest.mark.usefixtures("empty_store", "hour_passes")
def test_what_does_not_heed_the_end_is_ended_by_force(
    tiny_collection: Collection, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer.patience, trainer.heeds = 1_000_000, False
    monkeypatch.setattr(conduct, "GRACE_S", 0.0)
    training = Progress(state="running", phase="Training")
    monkeypatch.setattr(conduct, "read_progress", lambda _: training if trainer._open else None)
    prepared(tiny_collection, "learning_rate=1e-4:2e-3", n_trials=None, minutes=60, pruner="none")
    assert conduct.conduct_search("search-x", ProgressReporter()) is not None
    (trial,) = load_search("search-x").trials
    assert trial.state == "failed"
    assert "so it was killed" in trial.error
    assert store.get_run(trial.run_id).status == "interrupted"


@pytest.mark.usefixtures("empty_store")
def test_trials_of_a_lost_cluster_are_left_open_and_taken_up(tiny_collection: Collection, trainer: Trainer) -> None:
    trainer.patience = 1_000_000
    prepared(tiny_collection, "learning_rate=1e-4:2e-3", n_trials=3, pruner="none")
    trainer.troubles = ["", "The scheduler no longer responds.", "The scheduler no longer responds."]
    with pytest.raises(ClusterError, match=r"no longer responds\. Start it again with its workers, then resume"):
        conduct.conduct_search("search-x", ProgressReporter())
    (trial,) = load_search("search-x").trials
    assert trial.state == "open"
    run = store.get_run(trial.run_id)
    assert (run.status, run.error) == (
        "interrupted",
        "No worker had started it. The scheduler no longer responds.",
    )
    # Resumed, it is the first to go on, and counts among the three.
    trainer.troubles, trainer.patience = [], 1
    trainer.resume = lambda run_id: trainer._go_on(run_id)  # type: ignore[method-assign]
    assert conduct.conduct_search("search-x", ProgressReporter()) is not None
    search = load_search("search-x")
    assert [trial.state for trial in search.trials] == ["complete"] * 3
    assert search.trials[0].run_id == trial.run_id
    assert len(store.list_runs()) == 3


@pytest.mark.usefixtures("empty_store")
def test_a_run_begun_as_the_search_was_killed_is_found_again(
    tiny_collection: Collection, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(tiny_collection, "learning_rate=4e-3:2e-2", n_trials=2)
    start = trainer.start

    def start_and_die(*given: Any, **named: Any) -> str:
        start(*given, **named)
        raise KeyboardInterrupt  # the run is there, and the study does not know its id

    monkeypatch.setattr(trainer, "start", start_and_die)
    with pytest.raises(KeyboardInterrupt):
        conduct.conduct_search("search-x", ProgressReporter())
    monkeypatch.setattr(trainer, "start", start)
    (begun,) = store.list_runs()
    conduct.conduct_search("search-x", ProgressReporter())
    search = load_search("search-x")
    assert [trial.state for trial in search.trials] == ["complete", "complete"]
    assert search.trials[0].run_id == begun.id
    assert len(store.list_runs()) == 2


def test_the_same_search_is_not_begun_twice(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = prepared(tiny_collection)
    delete_search("search-x")
    started: list[str] = []
    monkeypatch.setattr(control, "start_job", lambda job_id, _: started.append(job_id))
    monkeypatch.setattr(control, "read_progress", lambda job_id: Progress(state=state) if job_id in started else None)
    state: Any = "running"
    first = control.start_search(spec)
    assert control.start_search(spec) == first  # another tab
    other = control.start_search(replace(spec, seed=7))
    assert started == [first, other]
    state = "done"
    assert control.start_search(spec, search_id="search-later") == "search-later"
    assert control.start_search(spec, search_id="search-later") == "search-later"  # a double click
    assert started == [first, other, "search-later"]


class KillInTraining(ProgressReporter):
    """Kills a worker once a trial's training runs."""

    def __init__(self, victim: int) -> None:
        super().__init__()
        self._victim, self.killed = victim, False

    def advance(self, done: float, **_: object) -> None:
        under_way = [read_progress(job_id_of_run(run.id)) for run in store.list_runs()]
        if not self.killed and any(now is not None and not now.ended for now in under_way):
            os.kill(self._victim, signal.SIGKILL)
            self.killed = True


@pytest.mark.usefixtures("empty_store")
def test_trials_are_trained_on_the_workers_of_a_cluster(
    tiny_collection: Collection, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    with cluster_executor(cluster.address) as executor:
        victim = executor.submit(os.getppid).result()
    started = []
    submit = ClusterPlace._submit
    monkeypatch.setattr(ClusterPlace, "_submit", lambda *given: (started.append(given[1]), submit(*given)))
    config = small_config(tiny_collection, model=SMALL_FFNN, epochs=2)
    ranges = parse_ranges(["learning_rate=1e-3:1e-2:log"])
    spec = SearchSpec(config=config, ranges=ranges, n_trials=2, dask_address=cluster.address, pruner="none")
    save_spec("search-x", spec)
    reporter = KillInTraining(victim)
    conduct.conduct_search("search-x", reporter)
    assert reporter.killed
    search = load_search("search-x")
    assert [trial.state for trial in search.trials] == ["complete", "complete"]
    for trial in search.trials:
        run = store.get_run(trial.run_id)
        here = train_here(run.config)
        assert [epoch.val_loss for epoch in run.history] == [epoch.val_loss for epoch in here.history]
        assert run.status == "finished"
        assert len(run.history) == 2
        assert trial.value == max(epoch.val_accuracy for epoch in run.history)
    assert started == [trial.run_id for trial in search.trials]
