"""The Pareto front of accuracy against cost."""

from collections.abc import Sequence


def pareto_front(costs: Sequence[float], accuracies: Sequence[float]) -> tuple[int, ...]:
    """Places of those that nothing else beats: no other is as cheap and more accurate, or as accurate and cheaper.

    Parameters
    ----------
    costs, accuracies : sequence of float
        Of the same answerers, in the same order.

    Returns
    -------
    tuple of int
        From the cheapest to the dearest; what is alike in both stands side by side.

    Examples
    --------
    >>> pareto_front([10, 20, 30, 40], [0.5, 0.4, 0.7, 0.7])
    (0, 2)
    """
    found: list[int] = []
    for place in sorted(range(len(costs)), key=lambda place: (costs[place], -accuracies[place])):
        if found:
            cost, accuracy = costs[found[-1]], accuracies[found[-1]]
            is_alike = costs[place] == cost and accuracies[place] == accuracy
            if accuracies[place] <= accuracy and not is_alike:
                continue
        found.append(place)
    return tuple(found)
