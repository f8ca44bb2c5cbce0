"""The command ``classify`` with many songs: the work, and what is told of it."""

import os
import sys
from argparse import Namespace
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from core.classifying.finding import LIST_EXTENSIONS, read_list
from core.classifying.job import KIND, ClassifySpec, Tally, conduct, find_songs_of, load_spec
from core.classifying.judging import Panel
from core.classifying.log import latest_results
from core.classifying.outputs import require_free, write_outputs
from core.classifying.playlists import Playlists
from core.classifying.result import SongResult
from core.classifying.table import table_row
from core.classifying.working import appoint_panel, call_apart
from core.cli.console import ProgressLine, duration_text, first_lines, table_text
from core.cli.interrupts import Watch, heeding_signals
from core.cli.lookup import find_run, typed_path
from core.errors import ConfigError, GenreLabError, JobError
from core.files import storage_errors, write_json
from core.jobs.folder import job_folder, new_job_id
from core.jobs.reporter import ProgressReporter
from core.jobs.watch import read_progress
from core.names import readable_name
from core.settings import load_settings

_PLAYLISTS = tuple(extension for extension in LIST_EXTENSIONS if extension != ".txt")
_MOST_SHOWN = 40
Found = tuple[dict[str, Any], str, int]


def is_many(options: Namespace) -> bool:
    """Whether more is asked for than what one run says of one file; `ConfigError` where something is missing."""
    if options.resume is not None:
        if options.paths or options.list or options.run or options.unlike:
            raise ConfigError(
                "--resume goes on with the same songs and runs; only --csv, --m3u and --overwrite can be given with it."
            )
        return True
    if not options.paths and not options.list:
        raise ConfigError("No song is named: give files or folders, or a list of songs with --list.")
    if not options.run:
        raise ConfigError("No run is named: give --run ID, or --run latest.")
    first = typed_path(options.paths[0], "a sound file") if options.paths else Path()
    return bool(
        options.list
        or options.csv
        or options.m3u
        or len(options.paths) > 1
        or len(options.run) > 1
        or options.unlike
        or os.path.isdir(first)
        or first.suffix.lower() in _PLAYLISTS
    )


def classify_many(options: Namespace, progress: ProgressLine) -> Found:
    """Judge the songs in this process; the first Ctrl-C ends it in good order. Gives values, text and exit code."""
    if options.resume is None:
        given, lists = _named_paths(options)
        for path in lists:
            read_list(path)
        panel = call_apart(named_panel, tuple(options.run), unlike=options.unlike)
        spec = _begun(options, given, lists, panel)
    else:
        spec = _resumed(options)
        panel = call_apart(appoint_panel, spec.run_ids, unlike=spec.unlike)
    genres = {genre for judge in panel.judges for genre in judge.run.config.genres}
    if options.resume is None or options.csv or options.m3u:
        require_free(spec, genres)
    if options.resume is None:
        find_songs_of(spec)
    reporter = _take(spec, progress)
    if not options.json:
        print(f"{spec.job_id}: if this is cut off, {_how_to_resume(spec)}", file=sys.stderr)
    watch = Watch()
    try:
        with heeding_signals(watch):
            tally = conduct(
                spec, reporter, stop_requested=lambda: watch.asked() or reporter.stop_requested, panel=panel
            )
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        reporter.finish("interrupted" if interrupted else "failed", detail=str(error) or "Interrupted.")
        if interrupted:
            progress.clear()
            print(_how_to_resume(spec), file=sys.stderr)
        raise
    reporter.finish("stopped" if tally.stopped else "done", result=tally.to_dict())
    return _answer(spec, tally, watch)


def named_panel(names: tuple[str, ...], *, unlike: bool) -> Panel:
    """The runs that were typed, ready to judge."""
    return appoint_panel([find_run(name).id for name in names], unlike=unlike)


def _named_paths(options: Namespace) -> tuple[list[Path], list[Path]]:
    """Files and folders, and lists of songs, that were typed."""
    given = [typed_path(text, "a sound file or folder") for text in options.paths]
    for path in given:
        if not os.path.exists(path):
            raise ConfigError(f"{path} is not there. Give a sound file, a folder, or a playlist.")
    lists = [typed_path(text, "a list of songs") for text in options.list or []]
    lists += [path for path in given if path.suffix.lower() in _PLAYLISTS and not path.is_dir()]
    return [path for path in given if path not in lists], lists


def _begun(options: Namespace, given: list[Path], lists: list[Path], panel: Panel) -> ClassifySpec:
    """A new job, as the options describe it."""
    return ClassifySpec(
        job_id=new_job_id(KIND),
        paths=tuple(os.path.abspath(path) for path in given),
        lists=tuple(os.path.abspath(path) for path in lists),
        run_ids=panel.run_ids,
        unlike=options.unlike,
        csv=_absolute(options.csv, "--csv"),
        m3u=_absolute(options.m3u, "--m3u"),
        overwrite=options.overwrite,
    )


def _absolute(text: str | None, option: str) -> str:
    return "" if text is None else os.path.abspath(typed_path(text, option))


def _resumed(options: Namespace) -> ClassifySpec:
    """An earlier job, with what may be changed of it."""
    spec = load_spec(_latest() if options.resume == "latest" else options.resume)
    return replace(
        spec,
        csv=_absolute(options.csv, "--csv") or spec.csv,
        m3u=_absolute(options.m3u, "--m3u") or spec.m3u,
        overwrite=options.overwrite or spec.overwrite,
    )


def _latest() -> str:
    try:
        names = sorted((entry.name for entry in load_settings().jobs_dir.iterdir()), reverse=True)
    except OSError:
        names = []
    for name in names:
        if name.startswith(f"{KIND}-"):
            try:
                if not load_spec(name).for_page:
                    return name
            except GenreLabError:
                continue
    raise JobError("No songs were classified before. Name the songs, and a run with --run.")


def _take(spec: ClassifySpec, progress: ProgressLine) -> ProgressReporter:
    """Take the job into this process; `JobError` where another works on it."""
    folder = job_folder(spec.job_id)
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "start.lock", timeout=30):
        known = read_progress(spec.job_id)
        if known is not None and not known.ended:
            raise JobError(f"{spec.job_id} is being worked on already. Wait for it, or stop it.")
        (folder / "stop").unlink(missing_ok=True)
        write_json(folder / "spec.json", spec.to_dict())
        reporter = ProgressReporter(folder, on_update=progress)
        reporter.phase("Looking for songs")
    return reporter


def _how_to_resume(spec: ClassifySpec) -> str:
    return f"resume with: python -m core classify --resume {spec.job_id}"


def _answer(spec: ClassifySpec, tally: Tally, watch: Watch) -> Found:
    found = {os.fspath(path) for path in tally.found.songs}
    results = sorted(
        (result for result in latest_results(job_folder(spec.job_id)) if tally.stopped or result.song in found),
        key=lambda result: result.song,
    )
    playlists = None if tally.stopped else write_outputs(spec, results)
    values = {
        "job": spec.job_id,
        "stopped": tally.stopped,
        "runs": list(spec.run_ids),
        **tally.to_dict(),
        "csv": spec.csv if spec.csv and not tally.stopped else None,
        "playlists": None if playlists is None else [os.path.join(spec.m3u, name) for name in playlists.texts],
        "not_in_playlists": [] if playlists is None else [entry.name for entry in playlists.left_out],
        "songs": [table_row(result, spec.run_ids) | {"verdicts": _verdicts(result)} for result in results],
    }
    text = "\n".join(_lines(spec, tally, results, playlists))
    if tally.stopped:
        return values, text, watch.exit_code or 1
    return values, text, 1 if tally.n_failed == tally.n_songs else 0


def _verdicts(result: SongResult) -> dict[str, Any]:
    return {
        verdict.run_id: {"error": verdict.error} if verdict.error else {"probabilities": verdict.probabilities}
        for verdict in result.verdicts
    }


def _lines(spec: ClassifySpec, tally: Tally, results: list[SongResult], playlists: Playlists | None) -> list[str]:
    judged = [result for result in results if result.genre]
    lines = _table(judged, len(spec.run_ids))
    counts = Counter(result.genre for result in judged)
    if len(judged) > 1:
        lines.append("verdicts: " + ", ".join(f"{genre} {n:,}" for genre, n in counts.most_common()))
    answers = Counter(result.tag_answer for result in judged)
    if n_tagged := answers["agrees"] + answers["differs"]:
        lines.append(f"{answers['agrees']:,} of {n_tagged:,} songs with a genre tag are judged to be of that genre")
    if n_unknown := answers["unknown genre"]:
        lines.append(f"{n_unknown:,} with a tag of a genre that the run was not trained on")
    lines += first_lines([f"failed {readable_name(result.song)}: {result.error}" for result in results if result.error])
    lines += first_lines([f"passed over {entry.name}: {entry.reason}" for entry in tally.found.skipped])
    lines += [tally.found.others_text] if tally.found.others_text else []
    lines.append(
        f"{tally.n_judged:,} of {tally.n_songs:,} songs judged, {tally.n_failed:,} of them failed"
        + (f"; {tally.n_now or 'none'} anew" if tally.n_now < tally.n_judged else "")
    )
    if tally.stopped:
        asked = [name for name, value in (("the table", spec.csv), ("playlists", spec.m3u)) if value]
        unwritten = f" {' and '.join(asked)} not written yet;" if asked else ""
        return [*lines, f"stopped;{unwritten} {_how_to_resume(spec)}"]
    lines += [f"table: {spec.csv}"] if spec.csv else []
    if playlists is not None:
        lines.append(f"playlists: {len(playlists.texts)} in {spec.m3u}")
        lines += first_lines([f"in no playlist {entry.name}: {entry.reason}" for entry in playlists.left_out])
    return lines


def _table(judged: list[SongResult], n_runs: int) -> list[str]:
    """The first songs for people; their names last, as they may be long."""
    shown = judged[:_MOST_SHOWN]
    knows_unlike = any(result.unlike is not None for result in shown)
    more = (*(("agree",) if n_runs > 1 else ()), *(("unlike",) if knows_unlike else ()))
    header = ("verdict", "", "second", "", *more, "tag", "", "length", "")
    rows = []
    for result in shown:
        assert result.leading is not None
        ranked = result.leading.ranked
        second = (ranked[1][0], f"{ranked[1][1]:.0%}") if len(ranked) > 1 else ("", "")
        rows.append(
            (
                result.genre,
                f"{ranked[0][1]:.0%}",
                *second,
                *((f"{result.n_agreeing} of {n_runs}",) if n_runs > 1 else ()),
                *((_unlike(result),) if knows_unlike else ()),
                result.tags.genre or "-",
                "" if result.tag_answer in (None, "no tag") else result.tag_answer,
                duration_text(result.duration_s or 0),
                "" if result.reliable else "unreliable",
            )
        )
    if not rows:
        return []
    lines = table_text(header, rows).splitlines()
    width = max(map(len, lines))
    names = ["song", *(readable_name(os.path.basename(result.song)) for result in shown)]
    table = [f"{line.ljust(width)}  {name}" for line, name in zip(lines, names, strict=True)]
    further = len(judged) - len(rows)
    return [*table, *([f"and {further:,} more; --csv and --json list all"] if further else []), ""]


def _unlike(result: SongResult) -> str:
    """Per cent of the training clips that are less unlike the others."""
    if result.unlike is None:
        return "-"
    return "all" if result.beyond else f"{result.unlike:.0f}%"
