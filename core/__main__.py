"""``python -m core``."""

import sys

if __name__ == "__main__":
    # Processes that it spawns import this module too, and need nothing of the command line.
    from core.cli.main import main

    sys.exit(main())
