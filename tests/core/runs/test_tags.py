"""Texts laid over several tags."""

import pytest

from core.errors import RunError
from core.runs.tags import read_text_tags, write_text_tags


@pytest.mark.parametrize("n_epochs", [0, 3, 1000])
def test_a_record_of_any_length_reads_back_the_same(n_epochs: int) -> None:
    values = {"history": [{"epoch": n, "loss": n / 7} for n in range(n_epochs)], "name": "Größe, 日本: 1"}
    tags = write_text_tags("t", values)
    assert read_text_tags("t", tags) == values
    assert max(len(text) for text in tags.values()) < 5000  # older MLflow servers cut there
    assert len(tags) < 100  # MLflow takes so many in one call


def test_parts_of_two_writings_are_not_taken_for_one() -> None:
    old = write_text_tags("t", {"x": "a" * 9000})
    new = write_text_tags("t", {"x": "b" * 9000})
    with pytest.raises(RunError, match="checksum"):
        read_text_tags("t", {**old, "t.1": new["t.1"]})


@pytest.mark.parametrize("tags", [{}, {"t": "nonsense"}, {"t": "2:00000000:{"}, {"t": "1:2144df1c:0"}])
def test_damaged_tags_are_named(tags: dict[str, str]) -> None:
    with pytest.raises(RunError, match="tag t of the run"):
        read_text_tags("t", tags)
