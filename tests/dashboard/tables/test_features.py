import pandas as pd

from core.clips.clip import Clip
from core.exploration.outliers import Reason
from dashboard.sentences.outliers import reasons_text
from dashboard.tables.features import DISTANCE, FEATURE, unusual_figures, with_labels


def test_a_clip_is_measured_in_deviations_of_its_genre() -> None:
    # Of 0, 0, 3, 3 the mean is 1.5 and the deviation 1.5; a feature that never changes says nothing.
    table = pd.DataFrame(
        {"clip": list("abcd"), "genre": ["blues"] * 4, "tempo": [0.0, 0.0, 3.0, 3.0], "flat": [1.0] * 4}
    )
    ranked = unusual_figures(table, Clip("c", "blues", None, 30.0, 1, 1))
    assert ranked[FEATURE].tolist() == ["Tempo"]
    assert ranked[DISTANCE].tolist() == [1.0]
    assert unusual_figures(table.head(2), Clip("a", "blues", None, 30.0, 1, 1)).empty


def test_reasons_are_told_with_side_and_values() -> None:
    tempo = Reason("tempo", 3.1, 172.0, 116.0)
    assert reasons_text((tempo,)) == "Tempo: 3.1 deviations above its genre (172.0 against 116.0 BPM)"
    low = Reason("tempo", -1.2, 80.0, 116.0)
    assert reasons_text((low,)).startswith("An unusual combination: no single feature is far from the median.")
    assert reasons_text((tempo, low)).endswith("; Tempo: 1.2 deviations below its genre (80.00 against 116.0 BPM)")


def test_a_ranking_names_its_features() -> None:
    assert with_labels(pd.DataFrame({"feature": ["tempo"], "f": [1.0]}))["feature"].tolist() == ["Tempo"]
