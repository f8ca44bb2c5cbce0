"""What can be said of a published matrix beside runs; plain text."""

from core.evaluation.verdict.records import Verdict


def without_clips_sentence(verdict: Verdict, n_runs: int, published: list[str]) -> str:
    """Why a published matrix is not compared clip by clip, and what is held against it all the same.

    Parameters
    ----------
    verdict : Verdict
        On runs and others.
    n_runs : int
        The first of its standings are runs.
    published : list of str
        Names of those whose matrix alone is known.
    """
    names = " and ".join(published)
    said = (
        f"Of {names} only the matrix is known, not what was said of each clip: not compared clip by clip, but by "
        "accuracy, chance, kappa, bits and genre, each on its own clips."
    )
    known = {frozenset(each.genres) for each in verdict.standings if each.name in published}
    others = [each.name for each in verdict.standings[:n_runs] if frozenset(each.genres) not in known]
    if others:
        said += (
            f" {', '.join(others)} {'knows' if len(others) == 1 else 'know'} other genres: those accuracies are no "
            "measure of each other, bits are."
        )
    return said
