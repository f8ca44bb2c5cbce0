"""What is in a model taken away: the names of its files, its version, and how much of each is read."""

from core.runs import files

FORMAT = "genre-lab-model"
VERSION = 1
"""Raised whenever what is written could not be read by an older Genre Lab."""

ABOUT = "model.json"
"""Format and version; genres, front ends and all that the script needs."""
CARD = "README.md"
SCRIPT = "classify.py"
EARS = "ears.keras"
EARS_LICENCE = "LICENSE-MusiCNN.txt"
RUN = "run/"
"""What another Genre Lab needs besides: the run's record, split and test probabilities."""
RECORD = f"{RUN}run.json"
KEPT = (files.CONFIG, files.SPLIT, files.EXCLUDED, files.HISTORY, files.PREDICTIONS, files.DETAILS)

MOST_ENTRIES = 60
MOST_BYTES = 2_000_000_000
"""Of all files together, unpacked."""
MOST_JSON_BYTES = 40_000_000
MOST_RATIO = 100.0
FREE_BYTES = 50_000_000
"""Unpacked size below which the ratio does not matter."""
