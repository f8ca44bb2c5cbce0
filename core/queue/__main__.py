"""The queue's supervisor: ``python -m core.queue``, started by itself when something waits."""

import logging
import sys

from core.queue.dispatch import supervise

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    sys.exit(supervise())
