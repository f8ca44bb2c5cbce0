"""Options of every command."""

import argparse
import sys
from typing import NoReturn

from core.cli.adviser_command import add_adviser_options
from core.cli.annotation_commands import add_annotation_options
from core.cli.calibration_answer import add_temperature_option
from core.cli.classify_options import add_classify_options, add_neighbour_options
from core.cli.excerpt_options import add_excerpt_options
from core.cli.explain_command import add_explain_options
from core.cli.genre_commands import add_genre_options
from core.cli.human_command import add_human_options
from core.cli.import_options import add_import_options
from core.cli.model_command import add_model_options
from core.cli.queue_commands import add_queue_options, add_search_options
from core.cli.report_options import add_report_options
from core.cli.reproduce_options import add_reproduce_options
from core.cli.robustness_command import add_robustness_options
from core.cli.runs_command import add_runs_options
from core.cli.split_options import add_split_options
from core.cli.verdict_command import add_verdict_options
from core.features.table import KINDS
from core.importing.published import PUBLISHED
from core.recipe.presets import PRESETS

_EXAMPLES = """examples:
  python -m core collections --import ~/music/gtzan
  python -m core collections --import ~/music/songs --excerpts 3 --excerpt-from loudest
  python -m core train --collection demo --preset study-cnn --genres metal,classical --epochs 3 --seed 0 --json
  python -m core evaluate --run 3f2a
  python -m core verdict 3f2a 91bc
  python -m core verdict 3f2a --answers ~/quiz/*.json
  python -m core classify song.ogg --run 3f2a --json
  python -m core classify ~/music --run 3f2a --csv genres.csv --m3u ~/music/by-genre
"""


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line on standard error and ends with code 2."""

    def error(self, message: str) -> NoReturn:
        """Print the message without the usage text."""
        sys.stderr.write(f"error: {message} (see {self.prog} --help)\n")
        raise SystemExit(2)


def build_parser() -> OneLineParser:
    """The parser of ``python -m core``; each command stores its name in ``command``."""
    parser = OneLineParser(
        prog="python -m core",
        description="Genre Lab without a browser.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_collections(commands)
    _add_extract(commands)
    _add_train(commands)
    _add_search(commands)
    _add_queue(commands)
    add_runs_options(_command(commands, "runs", "List the runs; name, tag, note and archive them."))
    _add_evaluate(commands)
    add_verdict_options(_command(commands, "verdict", "Which of two or more runs is better, and how sure that is."))
    add_adviser_options(_command(commands, "adviser", "Which genres of a run to leave out or to merge, by estimate."))
    add_human_options(
        _command(
            commands, "human", "Whether a run's mistakes are between genres that are kin, or those that listeners make."
        )
    )
    _add_classify(commands)
    add_model_options(
        _command(commands, "model", "Export a run's model as a zip that works without Genre Lab, or import such a zip.")
    )
    add_robustness_options(
        _command(commands, "robustness", "Accuracy of a run on its own test clips, changed as songs are changed.")
    )
    add_reproduce_options(
        _command(commands, "reproduce", "Reproduce the stated accuracies from the data (see README).")
    )
    return parser


def _command(commands: "argparse._SubParsersAction[OneLineParser]", name: str, about: str) -> OneLineParser:
    command = commands.add_parser(name, help=about, description=about)
    command.add_argument("--json", action="store_true", help="print one JSON value and no progress")
    return command


def _add_collection_option(command: OneLineParser, *, required: bool = True) -> None:
    command.add_argument(
        "--collection",
        required=required,
        metavar="PATH_OR_NAME",
        help="folder of a collection, or the id or title of a registered one; 'demo' is made if missing",
    )


def _add_collections(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    command = _command(
        commands, "collections", "List the collections, import or fetch one, make the demo, export features."
    )
    action = command.add_mutually_exclusive_group()
    action.add_argument(
        "--import",
        dest="import_path",
        metavar="PATH",
        help="register a folder of music (see --genre-from), unpack an archive of one, or import pre-computed features "
        "(.csv, .tsv, .npz)",
    )
    action.add_argument("--get", choices=list(PUBLISHED), help="download a published collection")
    action.add_argument("--demo", action="store_true", help="make the synthetic demo collection")
    action.add_argument(
        "--example-song",
        metavar="FILE.ogg",
        help="make the song again that comes as an example for Classify, by the generator of the demo",
    )
    action.add_argument(
        "--export-features", metavar="PATH_OR_NAME", help="write the extracted features of a collection to --out"
    )
    action.add_argument(
        "--genres",
        metavar="PATH_OR_NAME",
        help="show the labels of a collection and the genres that they become, and change these",
    )
    action.add_argument(
        "--annotations",
        metavar="PATH_OR_NAME",
        help="show what people said of the clips of a collection: tags, notes, right genres, what is excluded",
    )
    add_genre_options(command)
    add_annotation_options(command)
    command.add_argument("--title", help="title of the imported collection (default: name of the folder)")
    command.add_argument(
        "--into",
        metavar="PATH_OR_NAME",
        help="with --import of a feature file: add its features to the clips of this collection without audio",
    )
    command.add_argument(
        "--front-end",
        choices=list(KINDS),
        help="which features to export (default: mel, or those of the collection)",
    )
    add_import_options(command)
    command.add_argument("--out", metavar="FILE.npz", help="file for the exported features; --import can read it")
    add_excerpt_options(command)


def _add_extract(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    command = _command(commands, "extract", "Compute the missing features of a collection.")
    _add_collection_option(command)
    command.add_argument(
        "--front-end",
        choices=[*KINDS, "both"],
        default="both",
        help="what to compute; both (default) is mel and numeric16, which the dashboard shows",
    )
    command.add_argument(
        "--embedding-by",
        metavar="RUN",
        help="compute the layer before the decision of a finished run's network instead, for nearest clips",
    )
    command.add_argument(
        "--dask",
        metavar="ADDRESS",
        help=(
            "work on this Dask scheduler's cluster, e.g. tcp://10.0.0.5:8786 (default: GENRE_LAB_DASK, otherwise "
            "this machine)"
        ),
    )


def _add_train(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    command = _command(
        commands,
        "train",
        "Train a model; Ctrl-C ends it early, with the weights that the preset keeps.",
    )
    _add_collection_option(command)
    _add_training_options(command)
    command.add_argument("--queue", action="store_true", help="add the run to the queue and return immediately")


def _add_search(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    command = _command(commands, "search", "Search for settings with good results on the validation set.")
    _add_collection_option(command, required=False)
    _add_training_options(command)
    add_search_options(command)


def _add_queue(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    add_queue_options(_command(commands, "queue", "List or change the training queue."))


def _add_training_options(command: OneLineParser) -> None:
    command.add_argument(
        "--preset",
        choices=list(PRESETS),
        help="settings to start from (default: study-cnn, or the first that fits features without audio)",
    )
    command.add_argument("--genres", metavar="A,B,...", help="genres to tell apart, commas between them (default: all)")
    command.add_argument("--name", help="name of the run (default: what is trained, in words)")
    command.add_argument(
        "--front-end",
        choices=list(KINDS),
        help="features to train on (default: mel, or those of a collection without audio)",
    )
    command.add_argument("--epochs", type=int)
    command.add_argument("--batch-size", type=int)
    command.add_argument("--learning-rate", type=float)
    command.add_argument("--patience", type=int, help="stop after this many epochs without a lower validation loss")
    command.add_argument(
        "--seed", type=int, help="seed of the split, the weights and the order of batches (default: 42)"
    )
    command.add_argument(
        "--corrected-labels",
        action="store_true",
        help="train and test on the genres that people say are right, where they say that a label is wrong",
    )
    add_split_options(command)


def _add_run_option(command: OneLineParser, name: str, about: str, *, required: bool) -> None:
    command.add_argument(name, metavar="ID", required=required, help=about)


def _add_evaluate(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    command = _command(commands, "evaluate", "Test result of a finished run: accuracy, recall by genre, confusions.")
    _add_run_option(command, "--run", "run id, or its first characters, or 'latest'", required=True)
    _add_run_option(command, "--against", "second run tested on the same clips, for comparison", required=False)
    add_temperature_option(command)


def _add_classify(commands: "argparse._SubParsersAction[OneLineParser]") -> None:
    about = "Genre probabilities of a song, for the whole song and for each window; or verdicts on many songs."
    command = _command(commands, "classify", about)
    add_classify_options(command)
    add_explain_options(command)
    add_neighbour_options(command)
    add_report_options(command)
