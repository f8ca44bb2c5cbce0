from dataclasses import replace

import pytest

from core.collections.clip_facts import gtzan_facts
from core.splits.config import SplitConfig
from dashboard.sentences.shipped import lower_headings, missing_collection, shipped_mark, shipped_note, what_to_get
from tests.dashboard.made_up import finished

RUN = replace(finished("CNN", 20), shipped=True)


def test_only_what_comes_with_genre_lab_is_marked() -> None:
    assert shipped_mark(RUN) == " · comes with Genre Lab"
    assert shipped_mark(finished("CNN", 20)) == ""


def test_a_strict_split_is_told_to_cost_accuracy() -> None:
    note = shipped_note([RUN])
    assert note.startswith(
        "This model comes with Genre Lab, trained on recorded music (Tiny, 2 genres) and tested on 40"
    )
    assert "strict" not in note
    strict = replace(RUN, config=replace(RUN.config, split=SplitConfig(protocol="fault-filtered")))
    assert "These 2 models come with Genre Lab" in shipped_note([strict, strict])
    assert "The accuracies are therefore lower than with a random split" in shipped_note([strict])


@pytest.mark.parametrize(
    ("shipped", "said"), [(False, "Import it again on Collections"), (True, "get or import GTZAN")]
)
def test_what_to_import_is_said(shipped: bool, said: str) -> None:
    assert said in missing_collection(replace(RUN, shipped=shipped))


def test_headings_of_a_card_stand_below_those_of_the_page() -> None:
    text = "# Title\n\n```\n# code\n```\n\n## Data\n#hash"
    assert lower_headings(text) == "#### Title\n\n```\n# code\n```\n\n##### Data\n#hash"


def test_what_would_be_heard_is_counted() -> None:
    assert what_to_get(["rock.00050"]) == "GTZAN would make this clip audible; GTZAN mini does not have it."
    assert what_to_get(["pop.00000"], unit="excerpt") == (
        "GTZAN would make this excerpt audible, and so would GTZAN mini."
    )
    assert what_to_get(["disco.00001", "rock.00050", "mine"]) == (
        "GTZAN would make 2 of these 3 clips audible, GTZAN mini, a tenth of its size, 1."
    )
    assert what_to_get(["rock.00050", "pop.00000"], are_rest=True).startswith(
        "GTZAN would make all of the other 2 clips"
    )
    assert what_to_get(["mine", "yours"]) == ""


def test_of_the_published_test_part_four_clips_are_in_the_excerpt() -> None:
    tested = [name for name, (_, facts) in gtzan_facts().items() if facts.partition == "test"]
    assert what_to_get(tested) == (
        "GTZAN would make all of these 290 clips audible, GTZAN mini, a tenth of its size, 4."
    )
