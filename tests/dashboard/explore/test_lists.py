"""The list of clips stays short in a large collection, and any clip can be found in it."""

from dashboard.explore.clips import MAX_LISTED, listed_names

NAMES = tuple(f"{'Blues' if number % 2 else 'jazz'}.{number:05d}" for number in range(5 * MAX_LISTED))


def test_without_a_text_the_clips_around_the_chosen_one_are_listed():
    for place in (0, 10, 2_500, len(NAMES) - 1):
        listed = listed_names(NAMES, NAMES[place], "")
        assert len(listed) == MAX_LISTED
        assert NAMES[place] in listed
    assert listed_names(NAMES, NAMES[2_500], " ")[MAX_LISTED // 2] == NAMES[2_500]


def test_a_text_finds_clips_without_regard_to_case_and_keeps_the_chosen_one():
    assert listed_names(NAMES, NAMES[0], "blues.04999") == (NAMES[0], "Blues.04999")
    many = listed_names(NAMES, NAMES[0], "BLUES")
    assert len(many) == MAX_LISTED
    assert many[1] == "Blues.00001"
    assert listed_names(NAMES, NAMES[0], "no such") == (NAMES[0],)
