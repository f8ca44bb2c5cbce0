"""What stands around every page; run for each visitor at each click."""

from pathlib import Path

import streamlit as st
from altair.utils import schemapi

from core.errors import GenreLabError
from core.home.opening import open_home
from dashboard import navigation, services
from dashboard.access import access
from dashboard.garbage import spare_survivors
from dashboard.guide.badge import guide_badge
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.footsteps import note_visit
from dashboard.shared.legible_choices import legible_choices
from dashboard.shared.queue_badge import queue_badge
from dashboard.shared.sign_in import show_sign_in, show_visitor
from dashboard.state import chart_theme, open_address, write_address

# Charts are checked against Vega-Lite's schema once, when they are sent, and not part by part as they are put together.
schemapi.disable_debug_mode()

BRAND = Path(__file__).resolve().parent / "brand"

# A picture of our own: a material symbol as the tab's icon would be fetched from another server.
st.set_page_config(page_title="Genre Lab", page_icon=str(BRAND / "icon.svg"), layout="wide")
st.logo(str(BRAND / f"logo-{chart_theme().name}.svg"), size="large", icon_image=str(BRAND / "icon.svg"))
legible_choices(chart_theme())
spare_survivors()

try:
    visitor = access()
    if not visitor.may_look:
        show_sign_in(visitor)
        st.stop()
    open_home()
    services.tidy_up()
except GenreLabError as error:
    # No page could read anything of it.
    st.error(escape_markdown(str(error)), icon=":material/error:")
    st.stop()
page = navigation.current_page()
queue_badge()
show_visitor(visitor)
spec = navigation.spec_of(page)
open_address(spec.url_path)
guide_badge(spec.url_path)
page.run()
write_address(spec.url_path, spec.parameters)
note_visit(spec.url_path)
