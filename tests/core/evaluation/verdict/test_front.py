"""What nothing beats in accuracy and cost."""

from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.verdict.front import pareto_front

points = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), max_size=12)


@given(points)
def test_on_the_front_is_what_no_other_beats(pairs: list[tuple[int, int]]) -> None:
    def is_beaten(cost: int, accuracy: int) -> bool:
        return any(other <= cost and right >= accuracy and (other, right) != (cost, accuracy) for other, right in pairs)

    found = pareto_front([cost for cost, _ in pairs], [accuracy for _, accuracy in pairs])
    assert sorted(found) == [place for place, pair in enumerate(pairs) if not is_beaten(*pair)]
    assert [pairs[place][0] for place in found] == sorted(pairs[place][0] for place in found)


def test_the_cheapest_and_the_most_accurate_are_on_it() -> None:
    assert pareto_front([8, 1, 20], [0.57, 0.64, 0.77]) == (1, 2)
    assert pareto_front([], []) == ()
