"""The exception tree. A message says what was expected, what came, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager


class GenreLabError(Exception):
    """Root of every error that a user can cause or mend."""


class AudioError(GenreLabError):
    """A sound file cannot be read, or holds nothing that can be analysed."""


class CollectionError(GenreLabError):
    """A collection is missing, unreadable, empty, or lies outside the permitted folders."""


class SettingError(GenreLabError):
    """What was set is impossible, by itself or with other settings.

    Parameters
    ----------
    message : str
    field : str
        The setting to change, as a dotted path in what is configured: ``"split.n_excerpts"``, ``"model.filters"``,
        ``"front_end.n_fft"``. Empty where the message is not about a setting.
    """

    def __init__(self, message: str = "", *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@contextmanager
def in_field(name: str) -> Iterator[None]:
    """Errors about settings of a part, raised within, get the name of the part before their field."""
    try:
        yield
    except SettingError as error:
        error.field = f"{name}.{error.field}" if error.field else name
        raise


class FeatureError(SettingError):
    """Front-end parameters are impossible, or features are missing or unreadable."""


class ConfigError(SettingError):
    """A model or training configuration is impossible."""


class SplitError(SettingError):
    """The clips cannot be divided into train, validation and test parts as asked."""


class RunError(GenreLabError):
    """A run is unknown, unfinished, or its files are damaged."""


class ClusterError(GenreLabError):
    """The Dask cluster named in the settings cannot be used."""


class JobError(GenreLabError):
    """A background job could not be started or read."""


class SynthesisError(GenreLabError):
    """The demo synthesiser was asked for something it does not know."""


class StorageError(GenreLabError):
    """The disk is full, or a folder of Genre Lab may not be written."""


class NewerVersionError(GenreLabError):
    """What is to be read was written by a newer Genre Lab than this one."""


class NewerFeatureError(FeatureError, NewerVersionError):
    """The same of a front end."""


class NewerConfigError(ConfigError, NewerVersionError):
    """The same of the settings of a model, a training or a search."""


class AccessError(GenreLabError):
    """Who looks at the dashboard may not do this."""
