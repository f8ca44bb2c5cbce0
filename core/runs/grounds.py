"""On what ground runs stand: why two were tested on different clips, and which clips of a run belong together."""

from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.splits.protocols import protocol_title


def why_not_comparable(a: Run, b: Run) -> str:
    """What the two runs differ in that makes their test clips different, in words that go on a sentence."""
    reasons = []
    # The fingerprint is of the clips of the chosen genres only.
    same_genres = a.config.genres == b.config.genres
    if a.config.collection_id == b.config.collection_id and a.config.corrected_labels != b.config.corrected_labels:
        reasons.append(f"their labels differ ({labels_text(a)} and {labels_text(b)})")
    elif a.config.collection_id != b.config.collection_id or (
        same_genres and a.collection_fingerprint != b.collection_fingerprint
    ):
        reasons.append("their collections differ")
    if not same_genres:
        reasons.append("they were trained on different genres")
    reasons += _split_reasons(a.config, b.config)
    return " and ".join(reasons) or "some clips were left out of one of the runs"


def labels_text(run: Run) -> str:
    """Which labels a run was trained and tested on, in words."""
    n = len(run.config.corrected_labels)
    return f"{n:,} of them corrected" if n else "as in the collection"


def _split_reasons(a: TrainingConfig, b: TrainingConfig) -> list[str]:
    """In what the two splits differ so that other clips are tested."""
    one, other = a.split, b.split
    if one.ground(a.seed) == other.ground(b.seed):
        return []
    if one.key != other.key:
        titles = [protocol_title(split.key).lower() for split in (one, other)]
        return [f"they were split by different protocols ({titles[0]} and {titles[1]})"]
    if one.rules.takes_file:
        return ["they were split by different files"]
    if one.n_folds != other.n_folds:
        return ["only one of them uses folds, or their numbers of folds differ"]
    reasons = []
    if one.n_excerpts != other.n_excerpts:
        reasons.append("they cut clips into different numbers of excerpts")
    if one.n_folds is not None and one.fold != other.fold:
        reasons.append(f"they test different folds ({one.fold} and {other.fold}); pool the folds of a group instead")
    seeds = [split.seed if split.seed is not None else config.seed for split, config in ((one, a), (other, b))]
    if seeds[0] != seeds[1]:
        reasons.append("their splits have different seeds")
    if (one.test_fraction, one.validation_fraction) != (other.test_fraction, other.validation_fraction):
        reasons.append("their training, validation and test sets have different sizes")
    return reasons
