"""Files of a quiz's answers, named on the command line."""

from collections.abc import Sequence
from pathlib import Path

from core.cli.lookup import typed_path
from core.errors import ConfigError
from core.evaluation.human.quiz import QuizAnswers, read_answers


def read_content(text: str, what: str) -> tuple[Path, bytes]:
    """A file that was named, and what is in it.

    Parameters
    ----------
    text : str
        As it was typed.
    what : str
        What it should be, for the message: ``"a table of kinship"``.

    Raises
    ------
    ConfigError
        It cannot be read.
    """
    path = typed_path(text, what)
    try:
        return path, path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{text} cannot be read ({error.strerror}). Give the path of {what}.") from error


def read_listeners(paths: Sequence[str]) -> dict[str, QuizAnswers]:
    """What listeners answered, by the paths of their files.

    Raises
    ------
    ConfigError
        A file cannot be read, or is named twice.
    RunError
        One holds no answers of a quiz.
    """
    files: dict[str, QuizAnswers] = {}
    for text in paths:
        path, content = read_content(text, "the answers of a quiz")
        if str(path) in files:
            raise ConfigError(f"{text} is named twice. Name each listener's file once.")
        files[str(path)] = read_answers(content, path.name)
    return files
