import pytest

from core.experiments.aggregate import LeakRow
from dashboard.sentences.leak import inflation_text, leak_sentence, protocol_titles, size_note


def row(protocol: str, n_correct: int, interval: tuple[float, float], **values: object) -> LeakRow:
    given = {"n": 100, "inflation": 0.0, "runs": ("r",), "words": protocol, "n_train": 640} | values
    return LeakRow(protocol=protocol, n_correct=n_correct, interval=interval, **given)  # type: ignore[arg-type]


STRICTEST = row("artist", 60, (0.50, 0.69))
BASE = "60.0 % of 100 clips (95 % interval 50 to 69 %) divided by artist"


def test_inflation_is_told_in_points_with_both_accuracies() -> None:
    loose = row("clip", 90, (0.83, 0.94), inflation=0.3)
    assert leak_sentence([loose, STRICTEST]) == (
        "**30.0 points of inflation.** Divided by clip the same recipe scores 90.0 % (95 % interval 83 to 94 %, "
        f"n = 100), but {BASE}. The intervals do not overlap."
    )


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([], f"So far, the recipe has been trained under one protocol only: {BASE}."),
        (
            [row("clip", 55, (0.45, 0.64), inflation=-0.05)],
            f"No protocol scores above the strictest: {BASE}. The intervals overlap, so some of the difference may be "
            "due to chance.",
        ),
    ],
)
def test_without_inflation_none_is_claimed(rows: list[LeakRow], text: str) -> None:
    assert leak_sentence([*rows, STRICTEST]) == text


def test_a_smaller_training_set_is_named_as_another_cause() -> None:
    loose = row("clip", 90, (0.83, 0.94), inflation=0.3, n_train=800)
    assert size_note([loose, STRICTEST]) == (
        "Part of the difference comes from the size of the training set: divided by artist it has 640 clips, divided "
        "by clip 800."
    )
    assert size_note([row("clip", 90, (0.83, 0.94), inflation=0.3, n_train=704), STRICTEST]) == ""
    cut = row("clip", 90, (0.83, 0.94), inflation=0.3, unit="excerpt")
    assert size_note([cut, STRICTEST]).startswith("With excerpts, the model sees less at a time")


def test_points_and_protocols_within_a_sentence() -> None:
    assert inflation_text(0.254) == "+25.4 points"
    assert inflation_text(-0.01) == "\N{MINUS SIGN}1.0 points"
    assert protocol_titles(["clip", "artist"]) == "by clip, by artist"
