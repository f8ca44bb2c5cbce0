"""Looking at a collection through its features: maps, spread, correlation, ranking, outliers, mean spectrograms.

Conventions: a feature table has one row a clip, columns ``clip`` and ``genre``, then one column a feature. Features
of unlike units (Hz, dB, shares) are standardised before they are compared. No value is made up: a feature that is not a
number raises, and `complete_part` says what it left out.
"""

from core.exploration.correlation import correlation_matrix, strongest_pairs
from core.exploration.distributions import density_by_genre, distribution_by_genre
from core.exploration.maps import ClipMap, clip_map, neighbour_map, principal_map
from core.exploration.outliers import Outliers, Reason, find_outliers, reasons
from core.exploration.ranking import best_features, feature_ranking, pair_ranking
from core.exploration.spectra import MeanSpectrogram, mean_spectrogram
from core.exploration.tables import CompletePart, complete_part, stratified_sample, validate_features

__all__ = [
    "ClipMap",
    "CompletePart",
    "MeanSpectrogram",
    "Outliers",
    "Reason",
    "best_features",
    "clip_map",
    "complete_part",
    "correlation_matrix",
    "density_by_genre",
    "distribution_by_genre",
    "feature_ranking",
    "find_outliers",
    "mean_spectrogram",
    "neighbour_map",
    "pair_ranking",
    "principal_map",
    "reasons",
    "stratified_sample",
    "strongest_pairs",
    "validate_features",
]
