"""The result to lead with: the best that is honest, which is seldom the newest or the highest."""

from collections.abc import Iterable

from core.evaluation.caution import FEWEST_TEST_CLIPS
from core.runs.comparing import is_presentable, is_telling
from core.runs.record import Run


def best_honest(runs: Iterable[Run]) -> Run | None:
    """The run whose accuracy may be led with; None where none was tested on clips enough.

    Recorded music goes before synthetic, a split that keeps artists apart before one that does not, more genres before
    fewer. Among those left the accuracy counts by the lower end of its 95 % interval, so that a high figure on few
    clips does not win; of equals the newer.

    Parameters
    ----------
    runs : iterable of Run
        Also unfinished ones.
    """
    return max((run for run in runs if is_telling(run)), key=_honesty, default=None)


def _honesty(run: Run) -> tuple[object, ...]:
    assert run.result is not None
    return (
        not run.synthetic,
        run.config.split.rules.is_strict,
        len(run.config.genres),
        run.result.interval[0],
        run.created_at,
    )


def why_behind(run: Run, best: Run) -> str:
    """Why a finished run does not take the place of the best honest one, in words that go on "because"; empty if it is.

    Parameters
    ----------
    run : Run
        Finished.
    best : Run
        From `best_honest` of runs among which it was.
    """
    if run.id == best.id or run.result is None or best.result is None:
        return ""
    rules = run.config.split.rules
    if rules.is_wrong:
        return "segments of one recording are on both sides of its split"
    if not is_presentable(run):
        return "a search ended it early"
    if not is_telling(run):
        return f"it was tested on {run.result.n:,} clips only, and {FEWEST_TEST_CLIPS} are the fewest to lead with"
    if run.synthetic and not best.synthetic:
        return "its music is synthetic"
    if best.config.split.rules.is_strict and not rules.is_strict:
        return "its split does not keep artists apart"
    if len(run.config.genres) < len(best.config.genres):
        return f"it tells {len(run.config.genres)} genres apart instead of {len(best.config.genres)}"
    return "the lower end of its interval is lower"
