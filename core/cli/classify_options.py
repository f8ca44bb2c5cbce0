"""Options of ``classify``; apart from the command, so that the parser loads nothing heavy."""

import argparse


def add_classify_options(command: argparse.ArgumentParser) -> None:
    """Options of ``classify``."""
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="sound file, or a folder, which is walked to the bottom; several of them",
    )
    command.add_argument(
        "--run",
        action="append",
        metavar="ID",
        help="run id, or its first characters, or 'latest'; several times to ask several runs: the first decides",
    )
    many = command.add_argument_group("many songs")
    many.add_argument(
        "--list", action="append", metavar="FILE", help="text file or playlist (.m3u8) that names songs, one a line"
    )
    many.add_argument("--csv", metavar="FILE", help="write a table with a row for each song")
    many.add_argument("--m3u", metavar="FOLDER", help="write a playlist for each genre into this folder")
    many.add_argument(
        "--unlike",
        action="store_true",
        help="also say how unlike the music that the run learnt from each song is: the trained ears listen, some 2 s "
        "of a processor a song (runs on the trained ears say it anyway)",
    )
    many.add_argument(
        "--overwrite", action="store_true", help="let --csv, --m3u and --report replace files that are there"
    )
    many.add_argument(
        "--resume", metavar="JOB", help="go on with songs that were stopped or interrupted; 'latest' for the last"
    )


def add_neighbour_options(command: argparse.ArgumentParser) -> None:
    """Options of ``classify`` that ask for clips like the song."""
    group = command.add_argument_group("clips that sound like the song")
    group.add_argument(
        "--neighbours",
        type=int,
        metavar="N",
        help="the nearest of the clips that the run learnt from: by its layer before the decision, and by what the "
        "trained ears hear",
    )
    group.add_argument("--among", metavar="COLLECTION", help="the nearest clips of this collection instead")
