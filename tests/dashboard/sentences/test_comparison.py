from dataclasses import replace
from typing import Any

from core.evaluation.compare import PairedResult
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.models.architectures import CnnConfig, FfnnConfig
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.splits.config import SplitConfig
from dashboard.sentences.comparison import comparison_sentence, intervals_overlap, why_not_comparable


def finished(name: str, n_correct: int, n: int = 40, **changes: Any) -> Run:
    model = CnnConfig() if "CNN" in name else FfnnConfig()
    config = TrainingConfig(collection_id="tiny", genres=("blues", "jazz"), model=model, name=name)
    result = TestResult(
        n_correct=n_correct, n=n, interval=wilson_interval(n_correct, n), chance=0.5, protocol="by clip"
    )
    run = Run(
        id=f"{name:a<32}".replace(" ", ""),
        status="finished",
        created_at=0.0,
        config=config,
        collection_title="Tiny",
        collection_fingerprint="f",
        synthetic=False,
        result=result,
    )
    return replace(run, **changes)


def paired(both: int, only_a: int, only_b: int, neither: int, p_value: float) -> PairedResult:
    return PairedResult(n_both=both, n_only_a=only_a, n_only_b=only_b, n_neither=neither, p_value=p_value)


def test_a_small_difference_is_called_chance() -> None:
    a, b = finished("My CNN", 22), finished("My FFNN", 20)
    text = comparison_sentence(a, b, paired(18, 4, 2, 16, 0.69))
    assert text.startswith("**The difference may be due to chance.**")
    assert "My CNN is correct for 55.0 % and My FFNN for 50.0 %" in text
    assert "Only My CNN classified 4 clips correctly, only My FFNN 2 (exact McNemar test, p = 0.69)" in text
    assert "intervals overlap" in text


def test_a_large_difference_names_the_better_one() -> None:
    a, b = finished("My CNN", 4), finished("My FFNN", 36)
    assert not intervals_overlap(a, b)
    text = comparison_sentence(a, b, paired(4, 0, 32, 4, 1e-9))
    assert text.startswith("**My FFNN is better, by more than chance would explain.**")
    assert "p < 0.01" in text
    assert "do not overlap" in text


def test_ties_are_told_apart_from_equal_judgements() -> None:
    a, b = finished("My CNN", 20), finished("My FFNN", 20)
    assert comparison_sentence(a, b, paired(15, 5, 5, 15, 1.0)).startswith("**A tie.**")
    assert comparison_sentence(a, b, paired(20, 0, 0, 20, 1.0)).startswith("**No difference.**")


def test_runs_with_other_test_clips_are_not_compared() -> None:
    a = finished("My CNN", 30)
    other_seed = replace(a, config=replace(a.config, seed=1))
    other_genres = replace(a, config=replace(a.config, genres=("blues", "rock")), collection_fingerprint="g")
    other_clips = replace(a, collection_fingerprint="g")
    other_sizes = replace(a, config=replace(a.config, split=SplitConfig(test_fraction=0.3)))
    assert why_not_comparable(a, other_seed) == "their splits have different seeds"
    assert why_not_comparable(a, other_genres) == "they were trained on different genres"
    assert why_not_comparable(a, other_clips) == "their collections differ"
    assert why_not_comparable(a, other_sizes) == "their training, validation and test sets have different sizes"
    assert comparison_sentence(a, other_seed, None).startswith("**Not comparable.**")
    assert "better" not in comparison_sentence(a, other_seed, None)


def test_protocols_and_folds_are_named_as_the_reason() -> None:
    def with_split(**values: Any) -> Run:
        a = finished("My CNN", 30)
        return replace(a, config=replace(a.config, split=SplitConfig(**values)))

    by_clip, by_artist = with_split(), with_split(protocol="artist")
    assert why_not_comparable(by_clip, by_artist) == "they were split by different protocols (by clip and by artist)"
    folds = [with_split(n_folds=5, fold=fold) for fold in (1, 2)]
    assert why_not_comparable(*folds).startswith("they test different folds (1 and 2)")
    assert "only one of them uses folds" in why_not_comparable(by_clip, folds[0])
    filtered = [replace(run, config=replace(run.config, seed=seed)) for seed, run in enumerate(
        [with_split(protocol="fault-filtered")] * 2)]  # fmt: skip
    assert why_not_comparable(*filtered) == "some clips were left out of one of the runs"
