"""Pages as the work grows: processor time of the server for each action, and its memory over many visits.

The home has 20,000 clips in 100 genres and 500 runs (`benchmarks.made_home`). A page is opened once and drawn again as
any click on it would; some clicks are made besides. That is done by Streamlit's AppTest in a process that has loaded
the libraries; what AppTest itself takes is counted too, and so the figures are a little too large. Visits are made to a
real server over its websocket, several at a time.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.made_home import make_home
from benchmarks.timing import Result

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

WARM_S, COLD_S = 0.5, 2.0
N_CLIPS, N_GENRES, N_RUNS = 20_000, 100, 500
QUICK = {"n_clips": 400, "n_genres": 8, "n_runs": 6}
N_VISITS, N_VISITS_QUICK, AT_ONCE = 1_000, 24, 4
MOST_GROWTH = 0.1
"""By so much of itself the memory may grow in the second half of the visits."""
N_WARM = 3
_LIMIT_S = 1800.0
_ROOT = Path(__file__).resolve().parent.parent
_VIEWS = ("map", "spread", "pairs", "correlation", "ranking", "outliers", "counts", "table")


@dataclass(frozen=True)
class Action:
    """Processor seconds of one action: the first time, and the median of later ones."""

    name: str
    cold_s: float
    warm_s: float


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    size = QUICK if quick else {"n_clips": N_CLIPS, "n_genres": N_GENRES, "n_runs": N_RUNS}
    with tempfile.TemporaryDirectory(prefix="genre-lab-pages-") as home:
        told = _in_process("make", home, json.dumps(size))
        for values in _in_process("act", home, told["collection_id"])["actions"]:
            action = Action(**values)
            yield Result(
                name=action.name,
                ours_s=action.warm_s,
                other="the first time",
                other_s=action.cold_s,
                goal=f"under {WARM_S:g} s, the first time {COLD_S:g} s",
                met=action.warm_s < WARM_S and action.cold_s < COLD_S,
            )
        yield _memory(Path(home), told["collection_id"], N_VISITS_QUICK if quick else N_VISITS)


def _in_process(step: str, home: str, argument: str) -> dict[str, Any]:
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.pages", step, argument],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=_LIMIT_S,
        cwd=_ROOT,
        env=_environment(home),
    )
    told: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return told


def _environment(home: str | Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    return kept | {"GENRE_LAB_HOME": str(home), "GENRE_LAB_MEASURE": "0"}


def make(size: str) -> dict[str, Any]:
    """Fill the home in force."""
    collection, _ = make_home(Path(os.environ["GENRE_LAB_HOME"]), **json.loads(size))
    return {"collection_id": collection.id}


def act(collection_id: str) -> dict[str, Any]:
    """Make every action a few times."""
    import altair  # noqa: F401  the libraries that pages load, and a first page, are not the work that grows
    import mlflow  # noqa: F401
    import sklearn.ensemble  # noqa: F401

    _open("gallery")
    of_collection = {"collection": collection_id}
    openings: list[tuple[str, str, dict[str, str]]] = [
        ("Overview", "overview", {}),
        *((f"Guide, {step}", "guide", of_collection | {"step": step}) for step in ("listen", "numbers", "cnn", "leak")),
        ("Collections, Details", "collections", of_collection),
        ("Collections, Quality", "collections", of_collection | {"tab": "Quality"}),
        *((f"Explore, {view}", "explore", of_collection | {"view": view}) for view in _VIEWS),
        ("Train", "train", of_collection),
        ("Compare, Runs", "compare", {}),
        ("Compare, Groups", "compare", {"tab": "Groups"}),
        ("Compare, Leak meter", "compare", {"tab": "Leak meter"}),
        ("Confusion", "confusion", {}),
        *((f"Human?, {tab}", "human", {"tab": tab}) for tab in ("Blind quiz", "Kinship", "Family tree", "Adviser")),
        ("Classify", "classify", {}),
    ]
    actions = [_opened(title, page, query) for title, page, query in openings]
    train, compare, confusion = _open("train", **of_collection), _open("compare"), _open("confusion")
    actions += [
        _timed("Train: move a slider", lambda: _move_slider(train)),
        _timed("Compare: find runs", lambda: _type_further(compare)),
        _timed("Confusion: change the order", lambda: _change_order(confusion)),
    ]
    return {"actions": [asdict(action) for action in actions]}


def _open(page: str, **query: str) -> "AppTest":
    """A page in a session of its own."""
    from streamlit.testing.v1 import AppTest

    # The script that stands around every page: `dashboard/app.py`, the server, draws nothing by itself.
    app = AppTest.from_file(str(_ROOT / "dashboard" / "frame.py"), default_timeout=_LIMIT_S)
    for name, value in query.items():
        app.query_params[name] = value
    return _checked(app.switch_page(f"../pages/{page}.py").run())


def _checked(app: "AppTest") -> "AppTest":
    """The same page, after making sure that it was drawn, and without an error."""
    if app.exception:
        raise SystemExit("; ".join(element.value for element in app.exception))
    if not app.title:
        raise SystemExit("Nothing was drawn: expected a page with a title.")
    return app


def _move_slider(app: "AppTest") -> None:
    slider = app.slider[0]
    step = slider.step or 1
    moved = slider.value + step if slider.value + step <= slider.max else slider.value - step
    _checked(slider.set_value(moved).run())


def _type_further(app: "AppTest") -> None:
    finder = app.text_input(key="compare:text")
    _checked(finder.set_value("made ffnn"[: 1 + len(finder.value or "") % 9]).run())


def _change_order(app: "AppTest") -> None:
    order = app.button_group(key="confusion:order")
    _checked(order.set_value("name" if order.value == "similarity" else "similarity").run())


def _opened(title: str, page: str, query: dict[str, str]) -> Action:
    """A page opened for the first time, then drawn again in the same session."""
    began_s = time.process_time()
    app = _open(page, **query)
    cold_s = time.process_time() - began_s
    return Action(title, cold_s, median(_processor_s(lambda: _checked(app.run())) for _ in range(N_WARM)))


def _timed(name: str, work: Callable[[], object]) -> Action:
    cold_s, *later_s = (_processor_s(work) for _ in range(1 + N_WARM))
    return Action(name, cold_s, median(later_s))


def _processor_s(work: Callable[[], object]) -> float:
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


def _memory(home: Path, collection_id: str, n_visits: int) -> Result:
    """Memory of a server after many visits by new visitors, compared with that after half of them."""
    curve = asyncio.run(visit_often(home, collection_id, n_visits))
    half, last = curve[len(curve) // 2], curve[-1]
    grown = last / half - 1
    told = ", ".join(f"{value:.2f}" for value in curve[:: max(1, len(curve) // 5)])
    return Result(
        name=f"Memory of the server after {n_visits:,} visits",
        ours_s=last,
        unit="GiB",
        other=f"after every fifth of them {told} GiB",
        goal=f"in the second half at most {100 * MOST_GROWTH:.0f} % more",
        met=grown <= MOST_GROWTH,
    )


async def visit_often(home: Path, collection_id: str, n_visits: int) -> list[float]:
    """GiB of a server's memory after every tenth of so many visits to all pages, `AT_ONCE` at a time."""
    with closing(socket.socket()) as free:
        free.bind(("localhost", 0))
        port = int(free.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port),
         "--server.headless", "true"],
        cwd=_ROOT, env=_environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    chosen = f"collection={collection_id}"
    addresses = [
        *((page, "") for page in ("overview", "compare", "confusion", "classify")),
        *((page, chosen) for page in ("train", "collections")),
        *(("explore", f"{chosen}&view={view}") for view in ("map", "pairs", "spread", "table")),
    ]
    try:
        await _answers(port)
        process, curve, n_done = psutil.Process(server.pid), [], 0
        while n_done < n_visits:
            await asyncio.gather(
                *(visit(port, *addresses[(n_done + place) % len(addresses)]) for place in range(AT_ONCE))
            )
            n_done += AT_ONCE
            if n_done * 10 >= (len(curve) + 1) * n_visits:
                curve.append(process.memory_info().rss / 2**30)
        return curve
    finally:
        server.terminate()
        server.wait(timeout=60)


async def _answers(port: int) -> None:
    """Wait until the server listens."""
    deadline_s = time.monotonic() + 120
    while True:
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline_s:
                raise
            await asyncio.sleep(0.2)
        else:
            return


async def visit(port: int, page: str, query: str) -> int:
    """Open a page as a new visitor, wait until it is drawn and leave; returns the bytes received."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from tornado.httpclient import HTTPRequest
    from tornado.websocket import websocket_connect

    request = HTTPRequest(f"ws://localhost:{port}/_stcore/stream", headers={"Origin": f"http://localhost:{port}"})
    socket_ = await websocket_connect(request, max_message_size=2**28, subprotocols=["streamlit"])
    asked = BackMsg()
    asked.rerun_script.page_name, asked.rerun_script.query_string = page, query
    await socket_.write_message(asked.SerializeToString(), binary=True)
    n_bytes = 0
    while (received := await asyncio.wait_for(socket_.read_message(), 120)) is not None:
        n_bytes += len(received)
        if ForwardMsg.FromString(received).WhichOneof("type") == "script_finished":
            break
    socket_.close()
    return n_bytes


STEPS: dict[str, Callable[[str], dict[str, Any]]] = {"make": make, "act": act}


if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](sys.argv[2])))
