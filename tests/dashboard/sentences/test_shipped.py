from dataclasses import replace

import pytest

from core.splits.config import SplitConfig
from dashboard.sentences.shipped import lower_headings, missing_collection, shipped_mark, shipped_note
from tests.dashboard.made_up import finished

RUN = replace(finished("CNN", 20), shipped=True)


def test_only_what_comes_with_genre_lab_is_marked() -> None:
    assert shipped_mark(RUN) == " · comes with Genre Lab"
    assert shipped_mark(finished("CNN", 20)) == ""


def test_a_strict_split_is_told_to_cost_accuracy() -> None:
    note = shipped_note([RUN])
    assert note.startswith("1 model comes with Genre Lab, trained on recorded music (Tiny, 2 genres) and tested on 40")
    assert "strict" not in note
    strict = replace(RUN, config=replace(RUN.config, split=SplitConfig(protocol="fault-filtered")))
    assert "2 models come with Genre Lab" in shipped_note([strict, strict])
    assert "The accuracies are therefore lower than with a random split" in shipped_note([strict])


@pytest.mark.parametrize(
    ("shipped", "said"), [(False, "Import it again on Collections"), (True, "get or import GTZAN")]
)
def test_what_to_import_is_said(shipped: bool, said: str) -> None:
    assert said in missing_collection(replace(RUN, shipped=shipped))


def test_headings_of_a_card_stand_below_those_of_the_page() -> None:
    text = "# Title\n\n```\n# code\n```\n\n## Data\n#hash"
    assert lower_headings(text) == "#### Title\n\n```\n# code\n```\n\n##### Data\n#hash"
