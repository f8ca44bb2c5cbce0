from dataclasses import replace
from typing import Any

from core.evaluation.compare import PairedResult
from core.experiments.study import STUDY, StudyRow
from core.runs.grounds import why_not_comparable
from core.runs.record import Run
from core.splits.config import SplitConfig
from dashboard.sentences.comparison import (
    defect_sentence,
    few_clips_note,
    lead_sentence,
)
from tests.dashboard.made_up import finished


def paired(both: int, only_a: int, only_b: int, neither: int, p_value: float) -> PairedResult:
    return PairedResult(n_both=both, n_only_a=only_a, n_only_b=only_b, n_neither=neither, p_value=p_value)


def test_it_is_said_why_runs_were_tested_on_different_clips() -> None:
    a = finished("My CNN", 30)
    other_seed = replace(a, config=replace(a.config, seed=1))
    other_genres = replace(a, config=replace(a.config, genres=("blues", "rock")), collection_fingerprint="g")
    other_clips = replace(a, collection_fingerprint="g")
    other_sizes = replace(a, config=replace(a.config, split=SplitConfig(test_fraction=0.3)))
    assert why_not_comparable(a, other_seed) == "their splits have different seeds"
    assert why_not_comparable(a, other_genres) == "they were trained on different genres"
    assert why_not_comparable(a, other_clips) == "their collections differ"
    assert why_not_comparable(a, other_sizes) == "their training, validation and test sets have different sizes"


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


def test_the_lead_says_who_how_far_and_whether_it_may_be_chance() -> None:
    near, far = finished("My CNN", 22), finished("My CNN", 36)
    ffnn = finished("My FFNN", 20)
    assert lead_sentence(0.05, near, ffnn) == (
        "The CNN is 5.0 points ahead; the intervals overlap, so it may be due to chance. Compare has the paired test."
    )
    assert lead_sentence(0.4, far, ffnn).startswith("The CNN is 40.0 points ahead; the intervals do not overlap.")
    assert lead_sentence(-0.05, ffnn, near).startswith("The FFNN is 5.0 points ahead;")
    assert lead_sentence(0.0, ffnn, ffnn) == "Both classify the same number of test clips correctly."


def test_the_effect_of_the_resize_is_told_with_its_sign() -> None:
    # Agresti and Min: n + 2 and half a clip more in each count give (30.5 - 10.5) / 102 with a deviation of 0.0595.
    text = defect_sentence(paired(50, 30, 10, 10, 0.0022))
    assert text == (
        "Padded in time minus resized: +20.0 points (95 % interval +7.9 to +31.3, n = 100; correct only when padded: "
        "30, only when resized: 10; exact McNemar test, p < 0.01). The defect cost accuracy, by more than chance would "
        "explain."
    )
    worse = defect_sentence(paired(50, 10, 30, 10, 0.0022))
    assert "\N{MINUS SIGN}20.0 points (95 % interval \N{MINUS SIGN}31.3 to \N{MINUS SIGN}7.9" in worse
    assert worse.endswith("The resized spectrograms are better, by more than chance would explain.")
    assert defect_sentence(paired(50, 4, 2, 44, 0.69)).endswith("p = 0.69). The difference may be due to chance.")


def test_a_result_on_far_fewer_clips_than_the_study_s_is_marked() -> None:
    few, enough = finished("CNN", 4, 4), finished("CNN", 20, 20)
    pair = STUDY[3]
    assert pair.n == 40
    said = few_clips_note([StudyRow(pair, few, None), StudyRow(STUDY[0], None, None)])
    assert said.startswith("Far fewer test clips than in the study: CNN, metal and classical, 4 here against 40.")
    assert few_clips_note([StudyRow(pair, enough, few)]) == ""
