"""Conducting a search: propose settings, have them trained, end what does badly, until the budget is used.

The conductor is light: it trains nothing itself. Each trial is a run of its own in a process of its own. Killed, it is
started again on the same study: trials whose runs went on meanwhile are taken up where they are, interrupted ones are
resumed. So are those that a stop, or a cluster that was lost, has left open.
"""

import logging
import time
from math import ceil
from typing import TYPE_CHECKING, Any

from core.errors import ClusterError, ConfigError, GenreLabError, RunError, SplitError
from core.jobs.reporter import ProgressReporter
from core.jobs.watch import read_progress
from core.queue.launch import check_training
from core.recipe.config import TrainingConfig
from core.runs.liveness import job_id_of_run
from core.runs.record import Run
from core.runs.store import get_run, list_runs
from core.runs.tags import GROUP_KIND_TAG, GROUP_LABEL_TAG, GROUP_PLACE_TAG
from core.runs.writer import note_stop_reason
from core.search.fields import change_fields
from core.search.places import Place, open_place
from core.search.spec import Range, SearchSpec, load_spec
from core.search.study import PRUNED_AT, open_study, study_errors

if TYPE_CHECKING:
    import optuna

POLL_S = 0.7
_LOOK_S = 15.0
"""A trial whose job tells nothing new is looked up in the run store all the same."""
_UNREADABLE_S = 60.0
"""A run that cannot be read for so long is given up: it was deleted, or its record is damaged."""
_MOST_IMPOSSIBLE = 200
GRACE_S = 60.0
"""A training that has not heeded for so long that it is to end is ended by force: a fit in one go cannot be stopped."""
_log = logging.getLogger(__name__)


def conduct_search(search_id: str, reporter: ProgressReporter) -> dict[str, Any] | None:
    """Conduct a search to the end of its budget.

    Returns
    -------
    dict or None
        ``n_trials``, and ``best`` with number, value and run of the best trial; None when stopped.
    """
    spec = load_spec(search_id)
    reporter.phase("Searching", total=1.0, detail="Starting")
    with open_place(spec.dask_address) as place:
        return _Conductor(search_id, spec, place, reporter).conduct()


class _Conductor:
    def __init__(self, search_id: str, spec: SearchSpec, place: Place, reporter: ProgressReporter) -> None:
        self._id = search_id
        self._spec = spec
        self._place = place
        self._reporter = reporter
        self._study = open_study(search_id, spec)
        self._earlier_s = float(self._study.user_attrs.get("elapsed_s", 0.0))
        self._started = time.monotonic()
        self._under_way: dict[int, optuna.Trial] = {}
        self._shares: dict[int, float] = {}
        self._looks: dict[int, tuple[tuple[Any, ...], float]] = {}
        self._unreadable: dict[int, float] = {}
        self._stopping_since: float | None = None
        self._trouble = ""
        self._n_impossible = 0

    def conduct(self) -> dict[str, Any] | None:
        with study_errors(self._id):
            self._take_up()
            reporter = self._reporter
            reporter.phase("Searching", total=1.0, already=self._fraction())
            while True:
                self._heed_trouble()
                self._collect()
                if self._stopping_since is None and (reporter.stop_requested or self._time_is_up()):
                    self._stop_all()
                if self._stopping_since is None and not self._trouble:
                    self._fill()
                if not self._under_way and not self._waits_for_workers():
                    break
                self._end_late()
                self._tell_where()
                time.sleep(POLL_S)
            self._note_time()
        if self._trouble and self._stopping_since is None and self._is_unfinished():
            raise ClusterError(
                f"{self._trouble} Start it again with its workers, then resume the search: finished trials are kept, "
                "the others are continued."
            )
        return None if reporter.stop_requested else self._result()

    def _is_unfinished(self) -> bool:
        from optuna.trial import TrialState

        return bool(self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))) or not self._budget_is_used()

    def _waits_for_workers(self) -> bool:
        """Whether a cluster has lost its workers just now, and may get them back."""
        return (
            self._stopping_since is None
            and not self._trouble
            and self._place.capacity == 0
            and not self._budget_is_used()
        )

    def _heed_trouble(self) -> None:
        """Take back what cannot be begun any more, and take it up again where the trouble is over."""
        before, self._trouble = self._trouble, self._place.trouble()
        if before and not self._trouble and self._stopping_since is None:
            self._take_up()
        elif self._trouble and not before:
            _log.warning("%s", self._trouble)
            for trial in self._under_way.values():
                self._place.withdraw(str(trial.user_attrs["run_id"]), f"No worker had started it. {self._trouble}")

    # --- budget

    @property
    def _elapsed_s(self) -> float:
        return self._earlier_s + time.monotonic() - self._started

    def _note_time(self) -> None:
        self._study.set_user_attr("elapsed_s", self._elapsed_s)

    def _time_is_up(self) -> bool:
        return self._spec.seconds is not None and self._elapsed_s >= self._spec.seconds

    def _n_started(self) -> int:
        """Trials that count: those that failed at impossible settings were never trained."""
        return sum("run_id" in trial.user_attrs for trial in self._study.get_trials(deepcopy=False))

    def _fraction(self) -> float:
        shares = [0.0]
        if self._spec.seconds is not None:
            shares.append(self._elapsed_s / self._spec.seconds)
        if self._spec.n_trials is not None:
            done = self._n_started() - len(self._under_way) + sum(self._shares.values())
            shares.append(done / self._spec.n_trials)
        return min(0.999, max(shares))

    def _tell_where(self) -> None:
        self._note_time()
        n = self._n_started()
        of = "" if self._spec.n_trials is None else f" of {self._spec.n_trials}"
        ending = "" if self._stopping_since is None else ", ending"
        trouble = f". {self._trouble} Running trials continue." if self._trouble else ""
        self._reporter.advance(self._fraction(), detail=f"Trial {n}{of}{ending}{trouble}")

    # --- trials

    def _take_up(self) -> None:
        """Trials that were left open: by an earlier process of this search, or by a cluster that was lost."""
        import optuna

        for frozen in self._study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
            if frozen.number in self._under_way:
                continue
            trial = optuna.Trial(self._study, frozen._trial_id)
            reason = self._taken_up(trial, str(frozen.user_attrs.get("run_id", "")))
            if reason:
                self._fail(trial, reason)
            else:
                self._under_way[frozen.number] = trial

    def _taken_up(self, trial: "optuna.Trial", run_id: str) -> str:
        """Why a trial that was left open cannot be taken up; empty where it is."""
        try:
            run = get_run(run_id) if run_id else self._lost_run(trial.number)
            if run is None:
                return "The search ended before its run was started."
            trial.set_user_attr("run_id", run.id)
            if run.status == "interrupted" and self._time_is_up():
                return f"The time limit was reached before it was resumed. {run.error}".strip()
            if run.status == "interrupted":
                self._place.resume(run.id)
        except GenreLabError as error:
            return str(error)
        return ""

    def _lost_run(self, number: int) -> Run | None:
        """The run of a trial that was begun just before the search was killed, which could not note it."""
        place = f"trial {number + 1}"
        return next((run for run in list_runs() if run.group == self._id and run.group_place == place), None)

    def _fill(self) -> None:
        while len(self._under_way) < self._place.capacity and not self._budget_is_used():
            trial = self._study.ask()
            try:
                config = self._config(trial)
                check_training(config)
            except (ConfigError, SplitError) as error:
                self._fail(trial, str(error))
                self._n_impossible += 1
                if self._n_impossible >= _MOST_IMPOSSIBLE:
                    raise ConfigError(
                        f"{_MOST_IMPOSSIBLE} combinations from these ranges are impossible. The last error: {error}"
                    ) from error
                continue
            number = trial.number + 1
            tags = {
                GROUP_KIND_TAG: "search",
                GROUP_LABEL_TAG: f"{self._spec.config.name}, search"[:400],
                GROUP_PLACE_TAG: f"trial {number}",
            }
            trial.set_user_attr("run_id", self._place.start(config, group=self._id, tags=tags))
            self._under_way[trial.number] = trial

    def _budget_is_used(self) -> bool:
        return self._time_is_up() or (self._spec.n_trials is not None and self._n_started() >= self._spec.n_trials)

    def _config(self, trial: "optuna.Trial") -> TrainingConfig:
        return change_fields(self._spec.config, {item.path: _suggest(trial, item) for item in self._spec.ranges})

    def _collect(self) -> None:
        """Report new epochs, end what does badly, and note the trials that have ended."""
        for number, trial in list(self._under_way.items()):
            run_id = str(trial.user_attrs["run_id"])
            if not self._has_news(number, run_id):
                continue
            try:
                run = get_run(run_id)
            except RunError as error:
                self._note_unreadable(number, trial, error)
                continue
            self._unreadable.pop(number, None)
            self._report(trial, run)
            self._shares[number] = min(1.0, len(run.history) / run.config.epochs)
            problem = self._place.problem(run_id)
            if run.status in ("running", "queued") and not problem:
                self._prune(trial, run)
                continue
            if run.status == "interrupted" and not problem and not self._trouble and self._place.holds(run_id):
                continue  # its worker was lost, another one will train it on
            self._forget(number)
            if run.status == "interrupted" and self._is_left_open():
                continue
            self._note_end(trial, run, problem)

    def _is_left_open(self) -> bool:
        """Whether an interrupted trial is no failure, and is taken up when the search is resumed."""
        return bool(self._trouble) or (self._stopping_since is not None and self._reporter.stop_requested)

    def _forget(self, number: int) -> None:
        del self._under_way[number]
        for known in (self._shares, self._looks, self._unreadable):
            known.pop(number, None)

    def _has_news(self, number: int, run_id: str) -> bool:
        """Whether the run store is to be asked: the job's own file, which costs little, tells of another epoch."""
        progress = read_progress(job_id_of_run(run_id))
        if progress is None or progress.ended:
            return True
        # Counted up as the next epoch begins: the figures of the one before are in the store by then.
        epoch = ceil(round(progress.fraction * self._spec.config.epochs, 6))
        news, now = (progress.phase, progress.started_at, epoch), time.monotonic()
        before, looked_at = self._looks.get(number, ((), -_LOOK_S))
        if news == before and now - looked_at < _LOOK_S:
            return False
        self._looks[number] = (news, now)
        return True

    def _note_unreadable(self, number: int, trial: "optuna.Trial", error: RunError) -> None:
        """A store that does not answer is asked again; a run that is gone fails its trial."""
        since = self._unreadable.setdefault(number, time.monotonic())
        self._looks.pop(number, None)
        if time.monotonic() - since < _UNREADABLE_S:
            return
        _log.warning("Trial %d is given up: %s", number + 1, error)
        self._forget(number)
        self._fail(trial, str(error))

    def _report(self, trial: "optuna.Trial", run: Run) -> None:
        known = len(self._study.get_trials(deepcopy=False)[trial.number].intermediate_values)
        if len(run.history) <= known:
            return
        for epoch in run.history[known:]:
            value = epoch.val_accuracy if self._spec.objective == "accuracy" else epoch.val_loss
            if value is not None:
                trial.report(value, epoch.epoch)
        trial.set_user_attr("best", best_value(run, self._spec))

    def _prune(self, trial: "optuna.Trial", run: Run) -> None:
        if "ended" in trial.user_attrs or not run.history or len(run.history) >= run.config.epochs:
            return
        if trial.should_prune():
            self._end_early(trial, f"{PRUNED_AT}{len(run.history)}")

    def _end_early(self, trial: "optuna.Trial", reason: str) -> None:
        """Have a trial end with what it has; why is kept with it and with its run."""
        run_id = str(trial.user_attrs["run_id"])
        trial.set_user_attr("ended", reason)
        try:
            note_stop_reason(run_id, f"{reason} by its search" if reason.startswith("pruned") else reason)
            self._place.stop(run_id)
        except GenreLabError as error:
            _log.warning("Run %s could not be ended early: %s", run_id, error)

    def _note_end(self, trial: "optuna.Trial", run: Run, problem: str) -> None:
        from optuna.trial import TrialState

        value = best_value(run, self._spec)
        if value is None or run.status != "finished":
            self._fail(trial, problem or run.error or f"The run is {run.status}.")
        elif run.stopped_early and "ended" in trial.user_attrs:
            self._study.tell(trial, state=TrialState.PRUNED)
        else:
            self._study.tell(trial, value)

    def _fail(self, trial: "optuna.Trial", reason: str) -> None:
        from optuna.trial import TrialState

        trial.set_user_attr("error", reason[:500])
        self._study.tell(trial, state=TrialState.FAIL)

    def _stop_all(self) -> None:
        self._stopping_since = time.monotonic()
        why = "stopped" if self._reporter.stop_requested else "out of time"
        for trial in self._under_way.values():
            if "ended" not in trial.user_attrs:
                self._end_early(trial, f"ended when its search was {why}")

    def _end_late(self) -> None:
        """End by force what trains on long after it was to end, so that the budget holds."""
        if self._stopping_since is None or time.monotonic() - self._stopping_since < GRACE_S:
            return
        for trial in self._under_way.values():
            run_id = str(trial.user_attrs["run_id"])
            progress = read_progress(job_id_of_run(run_id))
            if progress is not None and not progress.ended and progress.phase == "Training":
                reason = f"Its search ended, but it did not stop within {GRACE_S:.0f} s, so it was killed."
                try:
                    self._place.end(run_id, reason)
                except GenreLabError as error:
                    _log.warning("Run %s could not be ended: %s", run_id, error)

    def _result(self) -> dict[str, Any]:
        from core.search.study import load_search

        search = load_search(self._id)
        best = search.best
        found = None if best is None else {"number": best.number, "value": best.value, "run_id": best.run_id}
        return {"search_id": self._id, "n_trials": len(search.trials), "best": found}


def best_value(run: Run, spec: SearchSpec) -> float | None:
    """What a run reached on its validation part; None before its first epoch."""
    if spec.objective == "accuracy":
        return max((epoch.val_accuracy for epoch in run.history if epoch.val_accuracy is not None), default=None)
    return min((epoch.val_loss for epoch in run.history if epoch.val_loss is not None), default=None)


def _suggest(trial: "optuna.Trial", item: Range) -> Any:
    if item.options:
        return trial.suggest_categorical(item.path, item.options)
    assert item.low is not None
    assert item.high is not None
    if item.is_whole:
        return trial.suggest_int(item.path, int(item.low), int(item.high), log=item.log)
    return trial.suggest_float(item.path, float(item.low), float(item.high), log=item.log)
