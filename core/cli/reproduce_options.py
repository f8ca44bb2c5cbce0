"""Options of the command that makes the stated accuracy figures again."""

import argparse

from core.reproduction.recipes import RECIPES


def add_reproduce_options(command: argparse.ArgumentParser) -> None:
    """Options of ``reproduce``."""
    command.add_argument(
        "folder", metavar="FOLDER", help="folder with gtzan_spectrograms.npz and gtzan_features_30_sec.csv"
    )
    command.add_argument(
        "--recipes", metavar="A,B", help=f"only these of {', '.join(RECIPES)} (default: all; takes hours on two cores)"
    )
    command.add_argument(
        "--ship",
        metavar="DIR",
        help="save the fault-filtered runs there as models that come with Genre Lab (models/pretrained)",
    )
