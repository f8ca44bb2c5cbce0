"""The study of a search: its trials in an SQLite file, written by Optuna as plain columns and JSON."""

import contextlib
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.errors import RunError, StorageError
from core.files import database_problem, make_database_file, storage_error
from core.jobs.progress import Progress
from core.jobs.watch import read_progress
from core.names import reason_of
from core.search.spec import SearchSpec, load_spec, search_folder, searches_dir
from core.settings import sqlite_uri

if TYPE_CHECKING:
    import optuna

TrialState = Literal["running", "open", "complete", "pruned", "failed"]
MIN_FOR_IMPORTANCE = 10
"""Complete trials below which the importance of settings says nothing."""
PRUNED_AT = "pruned at epoch "
_NAME = "search"
_STATES: dict[str, TrialState] = {
    "RUNNING": "running",
    "WAITING": "running",
    "COMPLETE": "complete",
    "PRUNED": "pruned",
    "FAIL": "failed",
}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One training of a search.

    Attributes
    ----------
    number : int
        From 1.
    state : {"running", "open", "complete", "pruned", "failed"}
        ``open`` where the search ended before the trial did: it is taken up when the search is resumed.
    values : dict
        Settings by path.
    value : float or None
        What it reached: accuracy 0 to 1, or loss in nats; of a pruned trial up to where it was ended.
    run_id : str
        Empty where none was started.
    n_epochs : int
        Reported so far.
    ended : str
        Why it was ended early: ``pruned at epoch 3``, or ``pruned at epoch 3, ended after 4`` where it trained on until
        it heeded that; empty where it was not.
    error : str
        Why it failed.
    """

    number: int
    state: TrialState
    values: dict[str, Any]
    value: float | None
    run_id: str = ""
    n_epochs: int = 0
    ended: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Search:
    """A search as it is now.

    Attributes
    ----------
    id : str
        Also of its job, and the group of its runs.
    spec : SearchSpec
    trials : tuple of Trial
        By number.
    elapsed_s : float
        Time used of the budget.
    progress : Progress or None
        Of the process that conducts it.
    """

    id: str
    spec: SearchSpec
    trials: tuple[Trial, ...]
    elapsed_s: float
    progress: Progress | None

    @property
    def best(self) -> Trial | None:
        """The trial that reached most; one that was ended early counts with what it reached until then."""
        done = [trial for trial in self.trials if trial.state in ("complete", "pruned") and trial.value is not None]
        if not done:
            return None
        sign = -1.0 if self.spec.objective == "accuracy" else 1.0
        return min(done, key=lambda trial: (sign * float(trial.value or 0.0), trial.number))

    @property
    def n_begun(self) -> int:
        """Trials that count: those that failed at impossible settings were never trained."""
        return sum(bool(trial.run_id) for trial in self.trials)

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self.progress is not None and not self.progress.ended


@contextlib.contextmanager
def study_errors(search_id: str) -> Iterator[None]:
    """Raise `RunError` where the study cannot be read or written."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except RuntimeError as error:
        if "table schema" not in str(error):
            raise
        # Optuna's own words say which version made it, and what to do.
        said = str(error).replace("$STORAGE_URL", f"'{_address(search_id)}'").replace("`$ ", "`")
        raise RunError(
            f"The study of {search_id} was made by another version of Optuna; nothing is lost. {said}"
        ) from error
    except (SQLAlchemyError, OSError, KeyError) as error:
        full = storage_error(error) if isinstance(error, OSError) else None
        if isinstance(full, StorageError):
            raise full from error
        if problem := database_problem(error):
            raise RunError(f"The study {search_folder(search_id) / 'study.db'} {problem}") from error
        raise RunError(
            f"The study of {search_id} does not respond as expected: {reason_of(error)}. "
            f"Check that the disk is not full; a damaged {search_folder(search_id)} can be deleted, its runs are kept."
        ) from error


def _address(search_id: str) -> str:
    return sqlite_uri(search_folder(search_id) / "study.db")


def open_study(search_id: str, spec: SearchSpec) -> "optuna.Study":
    """The study, made where there is none; with a sampler that goes on where the trials so far have led."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    search_folder(search_id).mkdir(parents=True, exist_ok=True)
    with study_errors(search_id):
        make_database_file(search_folder(search_id) / "study.db")
        study = optuna.create_study(
            storage=_address(search_id),
            study_name=_NAME,
            direction="maximize" if spec.objective == "accuracy" else "minimize",
            pruner=_pruner(spec),
            load_if_exists=True,
        )
        # Another stream of random numbers after a resume: the first one's would propose the first trials again.
        study.sampler = optuna.samplers.TPESampler(seed=spec.seed + len(study.get_trials(deepcopy=False)))
    return study


def _pruner(spec: SearchSpec) -> "optuna.pruners.BasePruner":
    import optuna

    if spec.pruner == "median":
        return optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=max(1, spec.config.epochs // 5))
    if spec.pruner == "hyperband":
        return optuna.pruners.HyperbandPruner(min_resource=1, max_resource=max(2, spec.config.epochs))
    return optuna.pruners.NopPruner()


def list_searches() -> tuple[str, ...]:
    """Ids of all searches, newest first."""
    folder = searches_dir()
    if not folder.is_dir():
        return ()
    return tuple(sorted((path.parent.name for path in folder.glob("*/search.json")), reverse=True))


def load_search(search_id: str) -> Search:
    """A search with its trials as they are now.

    Raises
    ------
    RunError
        There is none of that id, or its files are damaged.
    """
    spec = load_spec(search_id)
    trials: tuple[Trial, ...] = ()
    elapsed_s = 0.0
    progress = read_progress(search_id)
    is_conducted = progress is not None and not progress.ended
    if (search_folder(search_id) / "study.db").exists():
        import optuna

        with study_errors(search_id):
            try:
                study = optuna.load_study(study_name=_NAME, storage=_address(search_id))
                found = study.get_trials(deepcopy=False)
            except KeyError:
                found, elapsed_s = [], 0.0  # being made just now
            else:
                elapsed_s = float(study.user_attrs.get("elapsed_s", 0.0))
        trials = tuple(_trial(trial, is_conducted=is_conducted) for trial in found)
    return Search(id=search_id, spec=spec, trials=trials, elapsed_s=elapsed_s, progress=progress)


def _trial(trial: "optuna.trial.FrozenTrial", *, is_conducted: bool) -> Trial:
    state = _STATES[trial.state.name]
    return Trial(
        number=trial.number + 1,
        state="open" if state == "running" and not is_conducted else state,
        values=dict(trial.params),
        value=_value(trial),
        run_id=str(trial.user_attrs.get("run_id", "")),
        n_epochs=len(trial.intermediate_values),
        ended=_ended(str(trial.user_attrs.get("ended", "")), len(trial.intermediate_values)),
        error=str(trial.user_attrs.get("error", "")),
    )


def _ended(reason: str, n_epochs: int) -> str:
    """Why a trial was ended early, and after how many epochs it did, where it trained on for a moment."""
    epoch = reason.removeprefix(PRUNED_AT)
    return f"{reason}, ended after {n_epochs}" if epoch.isdigit() and n_epochs > int(epoch) else reason


def _value(trial: "optuna.trial.FrozenTrial") -> float | None:
    kept = trial.user_attrs.get("best")
    if trial.state.name == "COMPLETE":
        return trial.value
    return None if kept is None else float(kept)


def importances(search_id: str) -> dict[str, float]:
    """How much of the trials' differences each setting explains, largest first; shares that add up to 1.

    By functional ANOVA (Hutter, Hoos and Leyton-Brown 2014) over the complete trials; empty below `MIN_FOR_IMPORTANCE`
    of them, or where they all reached the same.
    """
    import optuna

    with study_errors(search_id):
        study = optuna.load_study(study_name=_NAME, storage=_address(search_id))
        complete = [trial for trial in study.get_trials(deepcopy=False) if trial.state.name == "COMPLETE"]
        if len(complete) < MIN_FOR_IMPORTANCE or len({trial.value for trial in complete}) < 2:
            return {}
        evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
        return dict(optuna.importance.get_param_importances(study, evaluator=evaluator))


def delete_search(search_id: str) -> None:
    """Remove a search that is not running; its runs are kept.

    Raises
    ------
    RunError
        It is running.
    """
    folder: Path = search_folder(search_id)
    progress = read_progress(search_id)
    if progress is not None and not progress.ended:
        raise RunError("This search is still running. Stop it first, then delete it.")
    shutil.rmtree(folder, ignore_errors=True)
