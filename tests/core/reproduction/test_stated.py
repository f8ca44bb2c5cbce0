"""What is stated, and how a figure made again is compared with it."""

import re

import pytest

from core.cli.parser import build_parser
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.reproduction.recipes import EXCERPTS, FILES, MINI, RECIPES, SMALL_RECIPES
from core.reproduction.stated import (
    compare_with_stated,
    stated_by_clip,
    stated_fault_filtered,
    stated_on_small,
    stated_on_whole_clips,
)
from core.settings import REPOSITORY


def result(n_correct: int, n: int = 290) -> TestResult:
    return TestResult(
        n_correct=n_correct, n=n, interval=wilson_interval(n_correct, n), chance=0.1, protocol="fault-filtered"
    )


@pytest.mark.parametrize(
    ("n_correct", "verdict", "said"),
    [
        (165, "exact", "stated 165 of 290: the same"),
        (162, "within tolerance", "1.0 points less, within the 4"),
        (176, "within tolerance", "3.8 points more, within the 4"),
        (177, "different", "4.1 points more, which is more than the 4"),
        (153, "different", "4.1 points less, which is more than the 4"),
    ],
)
def test_a_figure_is_told_beside_the_stated_one(n_correct: int, verdict: str, said: str) -> None:
    agreement = compare_with_stated(result(n_correct), stated_fault_filtered("numeric-ffnn"))
    assert agreement is not None
    assert agreement.verdict == verdict
    assert said in agreement.text
    assert agreement.difference == pytest.approx((n_correct - 165) / 290)


def test_nothing_is_compared_with_what_is_not_stated() -> None:
    assert compare_with_stated(result(100), stated_fault_filtered("hybrid")) is None
    assert compare_with_stated(result(5, 8), stated_fault_filtered("numeric-ffnn")) is None


def test_the_readme_and_the_cards_state_the_same() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    titles = {name: RECIPES[name].title for name in ("study-cnn", "study-ffnn", "numeric-ffnn", "compact-cnn")}
    titles["numeric-ffnn+compact-cnn"] = "Numeric FFNN and Compact CNN"
    for recipe, title in titles.items():
        row = re.search(rf"^\| {re.escape(title)}[,|  ].*$", readme, re.MULTILINE)
        assert row is not None, title
        for stated in (stated_by_clip(recipe), stated_fault_filtered(recipe)):
            assert stated is not None
            assert f"{100 * stated.n_correct / stated.n:.1f} %" in row[0]
    for recipe in ("numeric-ffnn", "compact-cnn"):
        card = (REPOSITORY / "models" / "pretrained" / recipe / "README.md").read_text(encoding="utf-8")
        for stated in (stated_by_clip(recipe), stated_fault_filtered(recipe)):
            assert stated is not None
            assert f"{stated.n_correct} of {stated.n}" in card


def test_the_readme_and_the_card_state_the_same_of_trained_ears() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    card = (REPOSITORY / "models" / "pretrained" / "trained-ears" / "README.md").read_text(encoding="utf-8")
    for stated in (f("trained-ears") for f in (stated_by_clip, stated_fault_filtered, stated_on_whole_clips)):
        assert stated is not None
        assert f"| {100 * stated.n_correct / stated.n:.1f} % (" in readme
        assert f"{stated.n_correct} of {stated.n}" in card
    for name, recipe in SMALL_RECIPES.items():
        small = stated_on_small(name)
        assert small is not None
        assert f"| {recipe.title} | {100 * small.n_correct / small.n:.1f} % (" in readme


def test_the_help_names_every_file_and_the_tolerance(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["reproduce", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    for name in (*FILES, EXCERPTS, MINI):
        assert name in said
    assert "up to 4 points" in said
