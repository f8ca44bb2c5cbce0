"""The order of the trainings that wait, and that they go on."""

from core.jobs.waiting import Place
from core.queue import control, dispatch
from core.queue.record import places
from dashboard.access import changing, may_change

move = changing(control.move)
set_n_at_once = changing(control.set_n_at_once)
dismiss_note = changing(control.dismiss_note)


def keep_moving() -> None:
    """Move the queue on, as every look at it does; who only looks moves nothing."""
    if may_change():
        dispatch.keep_moving()


def watched_places() -> tuple[Place, ...]:
    """The queue as it is now; its supervisor is started again where that was killed, unless one may only look."""
    return dispatch.watched_places() if may_change() else places()
