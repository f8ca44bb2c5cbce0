"""The player as a Streamlit component: what Python tells the script, which does everything else in the browser.

The script keeps one sound for the whole tab (``scripts/deck.js``): it goes on when a page is drawn again or another one
is opened, and a second one ends it. Nothing is fetched of a sound before it is played.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import streamlit as st

from dashboard.listening.scripts import STYLE, script_address
from dashboard.sounds import below_base

T = TypeVar("T")
_NAME = "genre_lab_player"
_HTML = '<div class="listening"></div>'
_SCRIPT = """
export default function (component) {
  const module = import(new URL(component.data.script, window.location.origin));
  let isGone = false;
  module.then((player) => { if (!isGone) player.mount(component); });
  return () => {
    isGone = true;
    module.then((player) => player.unmount(component));
  };
}
"""


@dataclass(frozen=True)
class Picture:
    """What is seen of a sound.

    Attributes
    ----------
    address : str
        Where the browser fetches it; time runs across its whole width.
    alt : str
        What it shows, for screen readers.
    height : int
        In pixels.
    bands : tuple of (float, str)
        Labels of the upright axis, and at which share of the height, from 0 (below) to 1.
    unit : str
        Of these labels.
    title : str
        Written above it where several pictures are under each other.
    """

    address: str
    alt: str
    height: int
    bands: tuple[tuple[float, str], ...]
    unit: str
    title: str = ""


@dataclass(frozen=True)
class Lane:
    """A strip under the picture, on the same axis of time. Beside it stands what it says where the cursor is.

    Attributes
    ----------
    label : str
        What it shows.
    parts : tuple of (float, float, str, str)
        From and to which second, ascending and apart; the colour (``#rrggbb``); and what it says: its first line beside
        the lane while the cursor is there, all of it when pointed at.
    heading : str
        Of the lanes of its kind, which follow each other: it stands above the first of them.
    about : str
        What it shows as a whole, for screen readers.
    whole : str
        What stands beside it while there is no cursor: what it says of all.
    is_written : bool
        Whether what a part says, up to the last comma of the first line, stands in it as well, once for neighbours that
        say the same, where they are wide enough.
    """

    label: str
    parts: tuple[tuple[float, float, str, str], ...]
    heading: str = ""
    about: str = ""
    whole: str = ""
    is_written: bool = False


@dataclass(frozen=True)
class Track:
    """A sound that can be played.

    Attributes
    ----------
    address : str
        From `dashboard.sounds`.
    title, subtitle : str
        What the bar at the bottom says of it.
    start_s : float
        Where in the file at that address it begins.
    is_part : bool
        Whether it ends before its file does.
    in_list : str
        Players of the same list follow each other by *previous* and *next*.
    in_step : str
        Players with the same one go in step: their cursors show one time, and the one that is started goes on where
        another was.
    length_s : float
        Of the sound, where the pictures show more or less than it; 0 where they show all.
    name : str
        What `listen` calls ``on_step`` with.
    """

    address: str
    title: str
    subtitle: str = ""
    start_s: float = 0.0
    is_part: bool = False
    in_list: str = ""
    in_step: str = ""
    length_s: float = 0.0
    name: str = ""


MOST_AROUND = 30
"""Tracks before the one that plays, and after it, that the browser is told of: some 300 bytes each."""


def around(listed: Sequence[T], place: int, most: int = MOST_AROUND) -> Sequence[T]:
    """The part of a list that the browser is told of while one of it is heard."""
    return listed[max(0, place - most) : place + most + 1]


def listen(
    name: str,
    *,
    key: str,
    duration_s: float,
    track: Track | None = None,
    picture: Picture | None = None,
    below: Sequence[Picture] = (),
    lanes: Sequence[Lane] = (),
    begin_s: float = 0.0,
    ask: str = "",
    queue: Sequence[Track] = (),
    on_step: Callable[[str], None] | None = None,
) -> None:
    """Draw a player, or a picture alone where there is no sound.

    Parameters
    ----------
    name : str
        Of what is heard, for screen readers.
    key : str
        The player's own on this page.
    duration_s : float
        Of what is heard; 0 where it is not known.
    track : Track, optional
    picture : Picture, optional
    below : sequence of Picture
        Further ones under it, on the same axis of time.
    lanes : sequence of Lane
    begin_s : float
        Where playing begins at first.
    ask : str
        Play now, once for each such text: another one for each click of the visitor that asks for sound.
    queue : sequence of Track
        This one among those that *previous* and *next* go through although the page shows no players of theirs; also
        after the page was left. Without it they go through the players on the page that are of the same list.
    on_step : callable, optional
        Called with the name of the one in ``queue`` that plays instead by *previous* or *next*, while the page is open:
        draws its player instead of this one. It is played already, and not to be asked for.
    """
    told = None if track is None else _told(track, duration_s, begin_s, ask)
    if told is not None and queue:
        told["queue"] = [_queued(other) for other in queue]
    data: dict[str, Any] = {
        "script": script_address(),
        "name": name,
        "duration": duration_s,
        "track": told,
        "picture": None if picture is None else asdict(picture),
        "below": [asdict(one) for one in below],
        "lanes": [_lane(lane) for lane in lanes],
        "follows": on_step is not None,
    }
    component = st.components.v2.component(_NAME, html=_HTML, css=STYLE, js=_SCRIPT)

    def take() -> None:
        name = st.session_state[key].get("stepped")
        if on_step is not None and name in {other.name for other in queue}:
            on_step(name)

    component(key=key, data=data, on_stepped_change=take)


def _lane(lane: Lane) -> dict[str, Any]:
    # The texts of many parts are the same: each is sent once.
    texts = list(dict.fromkeys(text for *_, text in lane.parts))
    places = {text: place for place, text in enumerate(texts)}
    parts = [(round(start, 3), round(end, 3), color, places[text]) for start, end, color, text in lane.parts]
    told = {"label": lane.label, "heading": lane.heading, "about": lane.about, "whole": lane.whole}
    return {**told, "isWritten": lane.is_written, "parts": parts, "texts": texts}


def _told(track: Track, duration_s: float, begin_s: float, ask: str) -> dict[str, Any]:
    return {
        **_queued(track),
        "duration": track.length_s or duration_s,
        "list": track.in_list,
        "inStep": track.in_step,
        "begin": begin_s,
        "ask": ask,
    }


def _queued(track: Track) -> dict[str, Any]:
    """Of one that has no player on the page."""
    return {
        "id": f"{track.address}#{track.start_s:g}",
        "address": below_base(track.address),
        "title": track.title,
        "subtitle": track.subtitle,
        "start": track.start_s,
        "duration": track.length_s,
        "isPart": track.is_part,
        "name": track.name,
    }
