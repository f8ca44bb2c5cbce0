"""Entry point: ``streamlit run dashboard/app.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if sys.path[0] != str(ROOT):
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from altair.utils import schemapi  # noqa: E402

from core.errors import GenreLabError  # noqa: E402
from core.home.opening import open_home  # noqa: E402
from dashboard import navigation  # noqa: E402
from dashboard.garbage import spare_survivors  # noqa: E402
from dashboard.sentences.wording import escape_markdown  # noqa: E402
from dashboard.shared.legible_choices import legible_choices  # noqa: E402
from dashboard.shared.queue_badge import queue_badge  # noqa: E402
from dashboard.state import chart_theme  # noqa: E402

# Charts are checked against Vega-Lite's schema once, when they are sent, and not part by part as they are put together.
schemapi.disable_debug_mode()

BRAND = Path(__file__).resolve().parent / "brand"

# A picture of our own: a material symbol as the tab's icon would be fetched from another server.
st.set_page_config(page_title="Genre Lab", page_icon=str(BRAND / "icon.svg"), layout="wide")
st.logo(str(BRAND / f"logo-{chart_theme().name}.svg"), size="large", icon_image=str(BRAND / "icon.svg"))
legible_choices(chart_theme())
spare_survivors()
try:
    open_home()
except GenreLabError as error:
    # No page could read anything of it.
    st.error(escape_markdown(str(error)), icon=":material/error:")
    st.stop()
page = navigation.current_page()
queue_badge()
page.run()
