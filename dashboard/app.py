"""Entry point: ``streamlit run dashboard/app.py``, with ``-- --read-only`` for a dashboard that nobody may change.

The server: the script that draws the pages (`frame`), and beside it the addresses at which the player fetches sound,
pictures and its scripts.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
if sys.path[0] != str(HERE.parent):
    sys.path.insert(0, str(HERE.parent))

import streamlit as st  # noqa: E402

from core.errors import AccessError  # noqa: E402
from core.jobs.heap import share_one_heap  # noqa: E402
from dashboard import access, sounds  # noqa: E402
from dashboard.listening import computed, pictures, scripts  # noqa: E402
from dashboard.sentences.wording import escape_markdown  # noqa: E402


def say_refusal(error: Exception) -> bool:
    """Say what the visitor may not do; anything else that goes wrong is shown as Streamlit does."""
    if not isinstance(error, AccessError):
        return False
    st.error(escape_markdown(str(error)), icon=":material/lock:")
    return True


share_one_heap()
access.heed_arguments(sys.argv[1:])
routes = [*sounds.routes(), *pictures.routes(), *computed.routes(), *scripts.routes()]
app = st.App(HERE / "frame.py", routes=routes, on_script_error=say_refusal)
