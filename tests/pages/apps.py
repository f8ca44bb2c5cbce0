"""Pages without a browser: run one and look at what it draws."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from markdown_it import MarkdownIt
from PIL import Image
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from dashboard.listening import computed, pictures
from tests.waiting import LIMIT_S

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def run_page(name: str, **query: str) -> AppTest:
    """The page of that address, drawn once, with a deep link; a bug in it fails the test."""
    app = AppTest.from_file(str(REPOSITORY / "dashboard" / "frame.py"), default_timeout=LIMIT_S)
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page(f"../pages/{name}.py").run()
    return checked(app)


def checked(app: AppTest) -> AppTest:
    """The same app, after making sure that nothing in it raised."""
    assert not app.exception, [element.value for element in app.exception]
    return app


def texts(app: AppTest) -> str:
    """Everything that is written on the page, in one string."""
    parts = [app.title, app.header, app.markdown, app.caption, app.error, app.warning, app.info, app.success]
    return "\n".join(element.value for elements in parts for element in elements)


def metrics(app: AppTest) -> dict[str, str]:
    """Value of each metric by its label."""
    return {element.label: element.value for element in app.metric}


def charts(app: AppTest) -> list[str]:
    """Vega specifications on the page, as JSON."""
    return [element.proto.spec for element in app.get("vega_lite_chart")]


def query(app: AppTest) -> dict[str, str]:
    """What stands in the URL."""
    return {key: value[0] if isinstance(value, list) else value for key, value in app.query_params.items()}


def as_numbers(column: object) -> list[float]:
    """A table's column as plain numbers."""
    return [float(value) for value in np.asarray(column)]


def chart_rows(app: AppTest, place: int = 0, *, dataset: int = 0) -> pd.DataFrame:
    """Rows that a chart draws, as the browser receives them; a chart may have several datasets."""
    datasets = app.get("vega_lite_chart")[place].proto.datasets
    return convert_arrow_bytes_to_pandas_df(datasets[dataset].data.data)


def players(app: AppTest) -> list[dict[str, Any]]:
    """What each player on the page is told: name, track (None where there is no sound), picture, duration ..."""
    found = [element.proto for element in app.get("bidi_component")]
    return [json.loads(proto.json) for proto in found if proto.component_name == "genre_lab_player"]


def labels(app: AppTest, kind: str) -> list[str]:
    """Names of what can be played on the page (``audio``), or texts for screen readers of pictures (``image``)."""
    shown = players(app)
    if kind == "audio":
        return [player["name"] for player in shown if player["track"]]
    images = [image.alt for element in app.get("image") for image in element.proto.imgs]
    pictures = [picture for player in shown for picture in (player["picture"], *player["below"]) if picture]
    return images + [picture["alt"] for picture in pictures]


def seen(player: dict[str, Any]) -> bytes:
    """The picture of a player, as the server sends it."""
    return fetched(player["picture"]["address"])


def fetched(address: str) -> bytes:
    """What the server sends at the address of a picture or of a rebuilt clip."""
    made = [*pictures.routes(), *computed.routes()]
    kind = address.rsplit("/", 2)[1]
    endpoint = next(route.endpoint for route in made if f"/{kind}/" in route.path)
    answer = endpoint(SimpleNamespace(path_params={"sealed": address.rpartition("/")[2]}, headers={}))
    assert answer.status_code == 200, address
    return bytes(answer.body)


def seen_size(player: dict[str, Any]) -> tuple[int, int]:
    """Columns and bands of a player's picture."""
    with Image.open(io.BytesIO(seen(player))) as image:
        return image.size


def rendered(markdown: str) -> str:
    """What Markdown shows as plain text; fails where it makes a link, a picture or HTML of it."""
    made = [
        token
        for block in MarkdownIt("js-default").enable("strikethrough").parse(markdown)
        for token in [block, *(block.children or ())]
    ]
    assert not {token.type for token in made} & {"link_open", "image", "html_inline", "html_block"}, markdown
    parts = [token.content for token in made if token.type in ("text", "code_inline")]
    return "".join(parts).replace("\N{WORD JOINER}", "")
