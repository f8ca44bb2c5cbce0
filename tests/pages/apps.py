"""Pages without a browser: run one and look at what it draws."""

from pathlib import Path

import numpy as np
import pandas as pd
from markdown_it import MarkdownIt
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

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


def labels(app: AppTest, kind: str) -> list[str]:
    """Texts for screen readers of the players (``audio``) or pictures (``image``) on the page."""
    if kind == "audio":
        return [element.proto.alt for element in app.get("audio")]
    return [image.alt for element in app.get("image") for image in element.proto.imgs]


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
