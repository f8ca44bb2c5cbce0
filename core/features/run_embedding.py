"""What a trained network makes of clips just before it decides, as numeric features."""

from dataclasses import dataclass
from typing import ClassVar

from core.features.base import Features, require


@dataclass(frozen=True, kw_only=True)
class RunEmbedding(Features):
    """Input of a network's last layer, the mean over the parts of a clip that it sees.

    Not in the table of kinds: it is of a run, not of a front end, so that nothing is trained on it and no collection
    brings it.

    Attributes
    ----------
    run_id : str
        Of the run whose network it is.
    run_name : str
        The same for people; what is stored does not depend on it.
    n_units : int
        At least 1; of all members of a committee together.
    """

    kind: ClassVar[str] = "run-embedding"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float32"

    run_id: str
    run_name: str
    n_units: int

    def __post_init__(self) -> None:
        require(self.run_id.isalnum(), f"Expected the id of a run, got {self.run_id!r}.")
        require(self.n_units >= 1, f"Units: expected at least 1, got {self.n_units}.")

    @property
    def title(self) -> str:  # type: ignore[override]
        """Names the run."""
        return f"Embedding by {self.run_name}"

    @property
    def names(self) -> tuple[str, ...]:  # type: ignore[override]
        """``unit_001``, ``unit_002``, ..."""
        return tuple(f"unit_{number:03}" for number in range(1, self.n_units + 1))

    @property
    def shape(self) -> tuple[int, int]:
        """(units, 1)."""
        return self.n_units, 1

    @property
    def identity(self) -> str:
        """Names the run and the layer: what is stored of a run that is deleted can be found by it."""
        return f"{stored_names(self.run_id)}penultimate-v{self.code_version}"


def stored_names(run_id: str) -> str:
    """How the names of the folders begin that hold embeddings by a run."""
    return f"embedding-{run_id}-"
