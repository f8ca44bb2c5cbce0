"""The exception tree. A message says what was expected, what came, and what to do."""


class GenreLabError(Exception):
    """Root of every error that a user can cause or mend."""


class AudioError(GenreLabError):
    """A sound file cannot be read, or holds nothing that can be analysed."""


class CollectionError(GenreLabError):
    """A collection is missing, unreadable, empty, or lies outside the permitted folders."""


class FeatureError(GenreLabError):
    """Front-end parameters are impossible, or features are missing or unreadable."""


class ConfigError(GenreLabError):
    """A model or training configuration is impossible."""


class SplitError(GenreLabError):
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
