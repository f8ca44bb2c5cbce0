"""Options of the command that makes the stated accuracy figures again."""

import argparse

from core.reproduction.recipes import EXCERPTS, FILES, MINI, RECIPES, SMALL_RECIPES
from core.reproduction.stated import TOLERANCE


def add_reproduce_options(command: argparse.ArgumentParser) -> None:
    """Options of ``reproduce``."""
    command.epilog = (
        f"Each figure is compared with the stated one; up to {100 * TOLERANCE:.0f} points may lie between them on "
        "another kind of processor, which rounds sums otherwise. The command ends with 1 where it is more."
    )
    command.add_argument(
        "folder",
        metavar="FOLDER",
        help=f"folder that contains {', '.join(FILES)} and, for trained-ears and --small, the sound in {EXCERPTS} and "
        f"{MINI}",
    )
    command.add_argument(
        "--recipes", metavar="A,B", help=f"only these of {', '.join(RECIPES)} (default: all; takes hours on two cores)"
    )
    command.add_argument(
        "--small",
        action="store_true",
        help=f"instead, {', '.join(SMALL_RECIPES)} on a small collection, the 80 clips of {MINI}: five folds by clip "
        "(minutes)",
    )
    command.add_argument(
        "--ship",
        metavar="DIR",
        help="save the fault-filtered runs there as models that come with Genre Lab (models/pretrained)",
    )
