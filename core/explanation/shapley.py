"""Exact Shapley values of a game of few players.

Conventions: a set of players is a number whose bits say who is in it: player 0 is bit 0. ``values[coalition]`` is what
the set achieves.

References
----------
L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II (1953).
S. M. Lundberg and S.-I. Lee, "A unified approach to interpreting model predictions", NeurIPS (2017).
"""

from math import factorial

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError


def shapley_values(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each player adds to the result, on average over all orders in which they might come.

    Parameters
    ----------
    values : array, shape (2 ** players,)
        Of every set, from the empty one to that of all.

    Returns
    -------
    array, shape (players,)
        They sum to ``values[-1] - values[0]``.

    Examples
    --------
    >>> shapley_values(np.array([0.0, 1.0, 0.0, 3.0])).tolist()
    [2.0, 1.0]
    """
    n_players = len(values).bit_length() - 1
    if len(values) != 2**n_players or n_players < 1:
        raise ConfigError(f"Expected the values of 2, 4, 8, ... sets of players, got {len(values)}.")
    sets = np.arange(len(values))
    sizes = np.bitwise_count(sets).astype(int)
    # The share of orders in which exactly these come before a player.
    weights = np.array([factorial(size) * factorial(n_players - size - 1) for size in range(n_players)])
    weights = weights / factorial(n_players)
    shares = np.empty(n_players)
    for player in range(n_players):
        without = sets[(sets >> player) & 1 == 0]
        shares[player] = weights[sizes[without]] @ (values[without | (1 << player)] - values[without])
    return shares
