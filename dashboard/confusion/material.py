"""What finished runs said of their test clips, loaded once for all visitors.

It never changes but for a run's temperature, which is part of the keys (`core.runs.temperature.temperature_stamp`).
"""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.evaluation.confusion.cells import verdict_rows
from core.evaluation.confusion.matrices import SummedMatrix, sum_matrices
from core.evaluation.confusion.two import PairedVerdicts, pair_verdicts
from core.evaluation.predictions import Predictions
from core.runs.same_clips import require_same_clips
from core.runs.store import get_run
from core.runs.temperature import temperature_stamp
from dashboard.services import shared_predictions

Stamps = tuple[tuple[int, ...], ...]


def stamps_of(*run_ids: str) -> Stamps:
    """Change whenever the temperature of one of these runs does."""
    return tuple(map(temperature_stamp, run_ids))


def tested(run_id: str) -> Predictions:
    """Test probabilities of a finished run."""
    return shared_predictions(run_id)


def probabilities_of(run_id: str, clip: str) -> dict[str, float] | None:
    """Probability of each genre, 0 to 1, that a run gives a clip; None where it was not tested on it."""
    place = _places(run_id).get(clip)
    if place is None:
        return None
    predictions = tested(run_id)
    row = predictions.table.iloc[place]
    return {genre: float(row[genre]) for genre in predictions.genres}


def rows_of(run_ids: tuple[str, ...]) -> pd.DataFrame:
    """See `verdict_rows`."""
    return _rows(run_ids, stamps_of(*run_ids))


def summed(run_ids: tuple[str, ...]) -> SummedMatrix:
    """See `sum_matrices`; of one run it is its own matrix."""
    return _summed(run_ids, stamps_of(*run_ids))


def pair_of(first: str, second: str) -> PairedVerdicts:
    """See `pair_verdicts`; `RunError` where clips of one name may be different ones."""
    return _pair(first, second, stamps_of(first, second))


# No copies for each visitor: 20,000 clips of 100 genres would be copied at each click. Use them, do not change them.


@st.cache_resource(max_entries=12, show_spinner=False)
def _places(run_id: str) -> Mapping[str, int]:
    return {str(name): place for place, name in enumerate(tested(run_id).table["clip"].tolist())}


@st.cache_resource(max_entries=12, show_spinner=False)
def _rows(run_ids: tuple[str, ...], stamps: Stamps) -> pd.DataFrame:
    return verdict_rows([tested(run_id) for run_id in run_ids])


@st.cache_resource(max_entries=12, show_spinner=False)
def _summed(run_ids: tuple[str, ...], stamps: Stamps) -> SummedMatrix:
    return sum_matrices([tested(run_id) for run_id in run_ids])


@st.cache_resource(max_entries=12, show_spinner=False)
def _pair(first: str, second: str, stamps: Stamps) -> PairedVerdicts:
    require_same_clips(get_run(first), get_run(second), tested(first), tested(second))
    return pair_verdicts(tested(first), tested(second))
