"""Results of songs that nobody judged."""

import numpy as np

from core.classifying.result import RunVerdict, SongResult
from core.classifying.tags import FileTags

GENRES = ("blues", "hip hop", "jazz", "rock")


def made_results(n_songs: int, *, run_ids: tuple[str, ...] = ("a" * 32, "b" * 32)) -> list[SongResult]:
    """Songs of two runs; every tenth failed, every fourth has a tag."""
    rng = np.random.default_rng(7)
    results = []
    for number in range(n_songs):
        name = f"/music/{number % 20:02d}/song {number:04d}.mp3"
        if number % 10 == 9:
            results.append(SongResult(song=name, error="The file cannot be read as sound."))
            continue
        verdicts = []
        for run_id in run_ids:
            values = rng.dirichlet(np.ones(len(GENRES)) / 2)
            verdicts.append(RunVerdict(run_id, dict(zip(GENRES, values.tolist(), strict=True))))
        tags = FileTags(genre="Hip-Hop", title=f"Title {number}") if number % 4 == 0 else FileTags()
        results.append(SongResult(song=name, verdicts=tuple(verdicts), duration_s=180.0 + number, tags=tags))
    return results
