"""How long a phase of a job will still take, said once it is known and without jumps."""

from collections import deque
from dataclasses import dataclass, field
from math import exp

_KNOWN_AFTER_S = 3.0
"""Seconds that the work itself must have taken, its start left out, before anything is said of its end."""
_KNOWN_AFTER_STEPS = 3
_PACE_OVER_S = 15.0
"""The pace is that of the last so many seconds, or of the last step where one takes longer."""
_MARK_EVERY_S = 0.5
_SMOOTHED_OVER_S = 5.0


@dataclass
class RemainingTime:
    """Estimate of the seconds to the end of one phase.

    What comes before the first step that is done (processes start, TensorFlow traces its graph) is no measure of the
    steps after it: the pace is counted from there on. Nothing is said before some steps have followed, and then the
    predicted end moves gradually to where the latest pace puts it.

    Parameters
    ----------
    already : float
        Done of the phase at another time.
    """

    already: float = 0.0
    _marks: deque[tuple[float, float]] = field(default_factory=deque, init=False)
    _began: float = field(default=0.0, init=False)
    _last: float = field(default=0.0, init=False)
    _n_steps: int = field(default=0, init=False)
    _end: float | None = field(default=None, init=False)
    _updated: float = field(default=0.0, init=False)

    def update(self, done: float, total: float, *, now: float) -> float | None:
        """Seconds left; None while unknown.

        Parameters
        ----------
        done, total : float
            Of the phase, in any unit.
        now : float
            Seconds of a clock that only goes forward.
        """
        if done <= self.already or not total:
            return None
        if not self._marks:
            self._marks.append((now, done))
            self._began, self._last = now, done
            return None
        self._n_steps += done > self._last
        self._last = done
        step_s = self._step_s(now, done)
        if self._n_steps < _KNOWN_AFTER_STEPS or now - self._began < _KNOWN_AFTER_S:
            return None
        predicted = now + step_s * (total - done)
        if self._end is None:
            self._end = predicted
        else:
            self._end += (1 - exp((self._updated - now) / _SMOOTHED_OVER_S)) * (predicted - self._end)
        self._updated = now
        return max(0.0, self._end - now) if done < total else 0.0

    def _step_s(self, now: float, done: float) -> float:
        """Seconds that a unit takes at the latest pace."""
        while len(self._marks) > 1 and now - self._marks[1][0] >= _PACE_OVER_S and done > self._marks[1][1]:
            self._marks.popleft()
        then, done_then = self._marks[0]
        if now - self._marks[-1][0] >= _MARK_EVERY_S:
            self._marks.append((now, done))
        return (now - then) / (done - done_then) if done > done_then else 0.0
