"""The queue's supervisor: ``python -m core.queue``, started by itself when something waits."""

import logging
import sys

from core.home.opening import open_home
from core.queue.dispatch import supervise

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    open_home()
    sys.exit(supervise())
