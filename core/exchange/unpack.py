"""A model taken away, read from a zip of whoever it comes from: all of it is checked before any of it is used.

Entries are read by their names, in memory and up to a limit of bytes that are counted as they come; nothing is written
under a name of the archive, nothing is unpickled, and no code of it is run.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from core.errors import CollectionError, GenreLabError, NewerVersionError, RunError
from core.evaluation.metrics import evaluate
from core.evaluation.predictions import Predictions
from core.exchange import layout
from core.exchange.checks import (
    checked_collection,
    checked_details,
    checked_predictions,
    checked_run,
    checked_split,
    checked_text,
    checked_texts,
)
from core.importing.archive_names import EntryNames
from core.importing.zip_directory import require_few_entries
from core.names import readable_name, reason_of
from core.runs import files
from core.runs.record import Run
from core.runs.shipped import run_from_dict

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
_HOW = "Export it again (python -m core model --export RUN --out FILE.zip)."


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What a zip holds, checked.

    Attributes
    ----------
    run : Run
        As it was where it was trained; its result is computed anew from its predictions.
    predictions : Predictions
    split, excluded, details : dict
        As `core.runs.results` reads them.
    collection : dict
        What the run keeps of the collection that it learnt from.
    model : bytes
        Of a Keras file, or of plain arrays; not opened yet.
    """

    run: Run
    predictions: Predictions
    split: dict[str, Any]
    excluded: dict[str, str]
    details: dict[str, Any]
    collection: dict[str, Any]
    model: bytes


def read_parcel(source: Path | bytes, shown: str) -> Parcel:
    """What is in a zip that `core.exchange.pack.pack_run` made.

    Parameters
    ----------
    source : Path or bytes
        The zip, or its content.
    shown : str
        What it is called, for messages.

    Raises
    ------
    RunError
        It is no such zip, damaged, or made to do harm; nothing has been written.
    NewerVersionError
        A newer Genre Lab made it.
    """
    shown = readable_name(shown)
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
            content = _read_entries(stream, shown)
        return _parcel(content, shown)
    except NewerVersionError:
        raise
    except CollectionError as error:  # what is said of archives of music fits
        raise RunError(str(error)) from error
    except RunError as error:
        if shown in str(error):
            raise
        raise _refused(shown, error) from error
    except FileNotFoundError as error:
        raise RunError(f"There is no file {shown}. Give the path of a model's zip.") from error
    except (*_DAMAGED, KeyError, TypeError, AttributeError, RecursionError, GenreLabError) as error:
        raise _refused(shown, error) from error


def _refused(shown: str, error: Exception) -> RunError:
    return RunError(f"{shown} cannot be imported: {reason_of(error).rstrip('.')}. {_HOW}")


def _read_entries(stream: IO[bytes], shown: str) -> dict[str, bytes]:
    """Content of the entries that are known, by their names."""
    require_few_entries(stream, shown, most=layout.MOST_ENTRIES, remedy="Expected a model that Genre Lab has exported.")
    n_packed = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if not zipfile.is_zipfile(stream):
        raise RunError(f"{shown} is not a zip. Expected a model that Genre Lab has exported.")
    known = {layout.ABOUT, layout.RECORD, files.MODEL, files.HEAD, *(f"{layout.RUN}{name}" for name in layout.KEPT)}
    left = min(layout.MOST_BYTES, max(layout.FREE_BYTES, int(layout.MOST_RATIO * n_packed)))
    with zipfile.ZipFile(stream) as archive:
        names = EntryNames(shown)
        accepted = {"/".join(names.accept(each.filename, folder=each.is_dir())): each for each in archive.infolist()}
        top = _top_folder(accepted)
        content: dict[str, bytes] = {}
        for name in sorted(known):
            entry = accepted.get(f"{top}{name}")
            if entry is None or entry.is_dir():
                continue
            if entry.flag_bits & 0x1:
                raise RunError(f"{shown} is encrypted. Unpack it, pack it again without a password, and import that.")
            most = left if name in (files.MODEL, files.HEAD) else min(left, layout.MOST_JSON_BYTES)
            with archive.open(entry) as opened:
                content[name] = opened.read(most + 1)
            if len(content[name]) > most:
                raise RunError(
                    f"{name} in {shown} is larger than the {most / 1e6:,.0f} MB that are read of it. It may be made to "
                    "fill the memory; check where it comes from."
                )
            left -= len(content[name])
    return content


def _top_folder(accepted: Mapping[str, object]) -> str:
    """The folder that all lies in, where somebody packed the folder and not the files in it."""
    tops = {name.split("/")[0] for name in accepted if name}
    return f"{tops.pop()}/" if len(tops) == 1 and layout.ABOUT not in accepted else ""


def _parcel(content: Mapping[str, bytes], shown: str) -> Parcel:
    if layout.ABOUT not in content:
        raise RunError(f"{shown} has no {layout.ABOUT}: expected a model that Genre Lab has exported. {_HOW}")
    about = _record(content[layout.ABOUT])
    if about.get("format") != layout.FORMAT:
        raise RunError(f"{layout.ABOUT} in {shown}: expected format {layout.FORMAT!r}, got {about.get('format')!r}.")
    version = about.get("version")
    if type(version) is int and version > layout.VERSION:
        raise NewerVersionError(
            f"{shown} was exported by a newer Genre Lab: expected version {layout.VERSION}, got {version}. Update "
            "Genre Lab to import it."
        )
    if type(version) is not int or version != layout.VERSION:
        raise RunError(f"{layout.ABOUT} in {shown}: expected version {layout.VERSION}, got {version!r}.")
    of = {name: _entry(content, f"{layout.RUN}{name}") for name in layout.KEPT}
    run = checked_run(run_from_dict(_record(_entry(content, layout.RECORD))))
    predictions = checked_predictions(of[files.PREDICTIONS], run)
    assert run.result is not None
    result = evaluate(predictions, protocol=checked_text(run.result.protocol, "the protocol"))
    model = _entry(content, files.HEAD if run.config.is_classical else files.MODEL)
    return Parcel(
        run=replace(run, result=result, shipped=False),
        predictions=predictions,
        split=checked_split(_record(of[files.SPLIT])),
        excluded=checked_texts(_record(of[files.EXCLUDED]), "excluded clips"),
        details=checked_details(_record(of[files.DETAILS])),
        collection=checked_collection(_record(of[files.CONFIG]), run),
        model=model,
    )


def _entry(content: Mapping[str, bytes], name: str) -> bytes:
    if name not in content:
        raise ValueError(f"{name} is missing")
    return content[name]


def _record(content: bytes) -> dict[str, Any]:
    values = json.loads(content, parse_constant=_refuse_constant)
    if not isinstance(values, dict):
        raise ValueError(f"expected a JSON object, got {type(values).__name__}")
    return values


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
