"""Feature tables made up for the tests."""

import numpy as np
import pandas as pd


def table_of(genres: list[str] | None = None, **features: list[float]) -> pd.DataFrame:
    """One row a clip; genres alternate where none are given."""
    n_clips = len(next(iter(features.values())))
    names = [f"clip{number}" for number in range(n_clips)]
    own = genres or ["a" if number % 2 else "b" for number in range(n_clips)]
    return pd.DataFrame({"clip": names, "genre": own, **features})


def clouds(n_per_genre: int, centres: dict[str, list[float]], *, seed: int = 0) -> pd.DataFrame:
    """Clips scattered with standard deviation 1 about the centre of their genre; features ``x0``, ``x1`` and so on."""
    rng = np.random.default_rng(seed)
    genres = np.repeat(list(centres), n_per_genre)
    values = rng.normal(size=(len(genres), len(next(iter(centres.values())))))
    values += np.array([centres[genre] for genre in genres])
    table = pd.DataFrame(values, columns=[f"x{place}" for place in range(values.shape[1])])
    table.insert(0, "clip", [f"{genre}.{number:04d}" for number, genre in enumerate(genres)])
    table.insert(1, "genre", genres)
    return table
