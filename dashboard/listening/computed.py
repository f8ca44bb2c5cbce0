"""The addresses of what is computed when the browser asks for it: pictures with any parameters, rebuilt clips."""

from typing import Any

from dashboard.sounds import PREFIX, below_base


def routes() -> list[Any]:
    """Both kinds of address, for the server."""
    from starlette.routing import Route

    below = below_base(PREFIX)
    return [
        Route(f"{below}/look/{{sealed}}", _look, methods=["GET", "HEAD"]),
        Route(f"{below}/rebuilt/{{sealed}}", _rebuilt, methods=["GET", "HEAD"]),
    ]


# The libraries behind them would keep the server from answering at first.


def _look(request: Any) -> Any:
    from dashboard.listening.looks import answer_look

    return answer_look(request)


def _rebuilt(request: Any) -> Any:
    from dashboard.listening.rebuilt import answer_rebuilt

    return answer_rebuilt(request)
