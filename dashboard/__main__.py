"""``python -m dashboard report RUN... --output FILE.html``: a report of runs, written without a browser.

The dashboard itself is started by ``streamlit run dashboard/app.py``.
"""

import sys

from core.cli.report_command import main

if __name__ == "__main__":
    sys.exit(main())
