"""How far a job is."""

from dataclasses import dataclass
from typing import Any, Literal

JobState = Literal["starting", "running", "done", "stopped", "failed", "interrupted"]
ENDED: tuple[JobState, ...] = ("done", "stopped", "failed", "interrupted")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where a job is.

    Attributes
    ----------
    state : JobState
    phase : str
        What it is doing now, for people: ``"Extracting mel spectrograms"``.
    done, total : float
        Of the phase, in any unit; total 0 while unknown.
    remaining_s : float or None
        Estimated seconds to the end of the job; None while unknown.
    detail : str
        One further line for people, or the error message of a failed job.
    result : dict
        What the job made, when done.
    host : str
        Machine on which the child runs.
    memory_bytes, oom_kills : int
        Memory of the child; processes that the kernel had ended for lack of memory when the child began.
    pid, process_identity, process_created : int, str, float
        Identify the child: its number, what `process.process_identity` and `process.process_created` told of it.
    started_at, updated_at : float
        Unix time.
    """

    state: JobState = "starting"
    phase: str = "Starting"
    done: float = 0.0
    total: float = 0.0
    remaining_s: float | None = None
    detail: str = ""
    result: dict[str, Any] | None = None
    host: str = ""
    memory_bytes: int = 0
    oom_kills: int = 0
    pid: int = 0
    process_identity: str = ""
    process_created: float = 0.0
    started_at: float = 0.0
    updated_at: float = 0.0

    @property
    def fraction(self) -> float:
        """Share of the phase that is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED
