"""The *Quality* tab of Collections: check a collection, look through the findings, exclude clips and take them back."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.clips.collection import Collection
from core.collections.annotations import Exclusion, load_annotations, load_exclusions
from core.errors import GenreLabError
from core.jobs.watch import read_progress
from core.quality.by_ear import can_hear
from core.quality.check import quality_job_id
from core.quality.findings import ALIKE, DOUBTFUL, EXACT, KINDS, MISLABEL, NEAR, Finding, clips_to_exclude, worth_of
from core.quality.store import QualityReport, load_report
from dashboard import services
from dashboard.changes.collections import exclude_clips, restore_clips, start_check
from dashboard.collection.annotations_panel import show_annotations
from dashboard.collection.quality_cards import Changes, show_pair, show_single
from dashboard.sentences.quality import not_checked
from dashboard.sentences.wording import escape_markdown, format_duration, format_plural, format_time
from dashboard.shared.changing import change_button
from dashboard.shared.downloads import table_download
from dashboard.shared.job_progress import job_progress
from dashboard.tables.quality import findings_table

PAIRS_A_PAGE = 3
SINGLES_A_PAGE = 8
CLIP_S, HEARD_S = 0.15, 0.2
"""Measured on one core for 30 s of sound, decoding included, rounded up; and for the ears to hear it."""
_NOTICE = "quality-notice"

WHAT_IS_CHECKED = """
Genre Lab analyses every clip and looks for

- **repeats**: the same samples twice, and the same recording re-encoded, louder or quieter, shifted in time, or as an
  excerpt. A clip whose copy was seen in training makes any model look better than it is;
- **damage**: files that cannot be decoded, silence, clipping, a DC offset;
- **unusual clips**: clips much shorter than the rest, or with a different sample rate;
- **doubtful labels**: clips that a classifier, trained without them, confidently assigns to another genre. Only genres
  with ten clips or more;
- **what sounds alike** to the trained ears: pairs that are all but the same although no fingerprint matches, and clips
  whose label none of their neighbours has.
"""

_JUDGED_BY_HAND = (ALIKE, MISLABEL, DOUBTFUL)
"""Kinds that may well be false alarms: nothing of them is excluded without listening."""

EXPLANATIONS: dict[str, str] = {
    EXACT: "Both files decode to the same samples, whatever their format. Keep one of each pair.",
    NEAR: "The same recording, matched by audio fingerprint. Both players start at the same moment of the music.",
    ALIKE: "Nearer to each other, by what the trained ears hear, than any two of 559 different clips of GTZAN were: a "
    "copy at another speed, or another cut of one recording. Listen before you exclude one.",
    "unreadable": "The header looks right, but the sound cannot be decoded.",
    "file": "It can be read, but something is wrong with it; the reason says what, and what was done about it.",
    "silent": "At least half of its duration is below −60 dB of full scale.",
    "short": "Shorter than 3 s, or less than half the usual length in this collection.",
    "clipped": "At least 0.1 % of the samples are at full scale, three or more in a row: peaks were cut off.",
    "offset": "The waveform is not centred on zero. Rarely audible, but it adds energy at 0 Hz.",
    "rate": "A different sample rate from most clips: often a sign of another source and of missing high frequencies.",
    "band": "The sound ends far below half its sample rate, as after resampling from a lower one. A model may "
    "learn that.",
    MISLABEL: "A classifier trained without the clip gives its genre a very low probability and another genre a "
    "high one. Genres overlap, so listen before you decide.",
}


def show_quality(collection: Collection) -> None:
    """The whole tab, for the collection in view.

    Parameters
    ----------
    collection : Collection
        As other pages see it: without excluded clips.
    """
    if (notice := st.session_state.pop(_NOTICE, None)) is not None:
        st.error(escape_markdown(notice), icon=":material/error:")
    whole = services.collection(collection.id, with_excluded=True)
    excluded = {name: entry for name, entry in load_exclusions(whole.id).items() if name in whole.by_name}
    report = _report(whole)
    if report is not None:
        _show_findings(whole, report, excluded)
    show_annotations(whole)
    _show_exclusions(whole, excluded)


def _report(whole: Collection) -> QualityReport | None:
    """The report to show, under its own line and button; None when there is none, which has then been said."""
    job_id = quality_job_id(whole.id)
    progress = read_progress(job_id)
    if progress is not None and not progress.ended:
        with st.container(border=True):
            st.header("Checking this collection", anchor=False)
            st.markdown("You may leave this page and come back. Completed analyses are kept if you stop.")
            job_progress(job_id)
        return None
    try:
        report = load_report(whole.id)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        report = None
    if progress is not None and progress.state in ("failed", "interrupted"):
        job_progress(job_id)
    if report is None:
        _invite(whole, stopped=progress is not None and progress.state == "stopped")
        return None
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            f"**{format_plural(len(report.findings), 'finding')}** in {format_plural(report.n_clips, 'clip')} · "
            f"checked {format_time(report.checked_at)}",
            width="content",
        )
        _check_button(whole, "Check again", primary=False)
    if unchecked := not_checked(whole):
        st.caption(f":material/visibility_off: Not checked: {'; '.join(unchecked)}.")
    if report.fingerprint != whole.fingerprint:
        st.warning(
            "The collection has changed since this check. Check again; only new and changed clips are analysed.",
            icon=":material/history:",
        )
    return report


def _invite(whole: Collection, *, stopped: bool) -> None:
    with st.container(border=True):
        st.header("Not checked yet", anchor=False)
        st.markdown(WHAT_IS_CHECKED)
        clip_s = CLIP_S + (HEARD_S if can_hear(len(whole.clips)) else 0.0)
        seconds = len(whole.clips) * clip_s / (os.cpu_count() or 1) + 5
        st.caption(
            "About "
            f"{format_duration(max(10.0, seconds))} "
            "for "
            f"{format_plural(len(whole.clips), 'clip')} "
            "of 30 s. Your "
            "files are only "
            "read, never "
            "changed." + (" The last check was stopped; it continues where it stopped." if stopped else "")
        )
        _check_button(whole, "Check this collection", primary=True)


def _check_button(whole: Collection, label: str, *, primary: bool) -> None:
    if change_button(
        label, type="primary" if primary else "secondary", icon=":material/troubleshoot:", key="quality-check"
    ):
        start_check(whole.id)
        st.rerun()


def _changes(whole: Collection, excluded: Mapping[str, Exclusion]) -> Changes:
    names = whole.by_name

    def exclude(reasons: Mapping[str, str]) -> None:
        try:
            exclude_clips(whole.id, reasons, all_names=names)
        except GenreLabError as error:
            st.session_state[_NOTICE] = str(error)

    def restore(restored: Sequence[str]) -> None:
        try:
            restore_clips(whole.id, restored)
        except GenreLabError as error:
            st.session_state[_NOTICE] = str(error)

    return Changes(excluded, exclude, restore)


def _show_findings(whole: Collection, report: QualityReport, excluded: Mapping[str, Exclusion]) -> None:
    # Of clips that were removed since, nothing can be heard.
    findings = [
        finding
        for finding in report.findings
        if finding.clip in whole.by_name and (finding.counterpart is None or finding.counterpart in whole.by_name)
    ]
    if not findings:
        st.success(
            "No findings in what was checked."
            if not_checked(whole)
            else "No findings: no repeats, no damage, no unusual clips, no doubtful labels.",
            icon=":material/check_circle:",
        )
        return
    counts = Counter(finding.kind for finding in findings)
    kinds = [kind for kind in KINDS if counts[kind]]
    kind = st.pills(
        "Kind of finding",
        kinds,
        default=kinds[0],
        required=True,
        format_func=lambda kind: f"{KINDS[kind]} · {counts[kind]:,}",
        key=f"quality-kind:{whole.id}:{'-'.join(kinds)}",
        label_visibility="collapsed",
    )
    chosen = [finding for finding in findings if finding.kind == kind]
    changes = _changes(whole, excluded)
    _tools(whole, findings, chosen, changes)
    paired = chosen[0].counterpart is not None
    size = PAIRS_A_PAGE if paired else SINGLES_A_PAGE
    n_pages = -(-len(chosen) // size)
    page = 1
    if n_pages > 1:
        page = st.pagination(n_pages, key=f"quality-page:{whole.id}:{kind}:{n_pages}")
    shown = chosen[(page - 1) * size : page * size]
    if paired:
        for finding in shown:
            show_pair(whole, finding, changes)
        return
    with st.container(horizontal=True, gap="small"):
        for finding in shown:
            show_single(whole, finding, changes)


def _tools(whole: Collection, findings: Sequence[Finding], chosen: Sequence[Finding], changes: Changes) -> None:
    """What the kind means, all of it excluded at once, and everything as CSV."""
    kind = chosen[0].kind
    st.caption(EXPLANATIONS[kind])
    todo = clips_to_exclude(chosen, changes.excluded, worth=worth_of(whole.clips, findings))
    with st.container(horizontal=True, gap="small"):
        if kind not in _JUDGED_BY_HAND:
            _exclude_all(kind, todo, changes, pairs=chosen[0].counterpart is not None)
        table_download(
            "All findings as CSV",
            lambda: findings_table(whole, findings, load_annotations(whole.id)),
            f"{whole.id}-quality.csv",
            key="quality-csv",
        )


def _exclude_all(kind: str, todo: Mapping[str, str], changes: Changes, *, pairs: bool) -> None:
    label = "Exclude one of each pair" if pairs else "Exclude all of them"
    if not todo:
        # Not the popover disabled: it would stay open after its own button.
        st.button(label, icon=":material/playlist_remove:", disabled=True, key=f"quality-nothing-left:{kind}")
        return
    with st.popover(
        label,
        icon=":material/playlist_remove:",
        help="Removes all findings of this kind from the collection; can be undone.",
    ):
        kept = " Of each pair, the clip without other findings is kept, otherwise the longer one." if pairs else ""
        st.markdown(
            f"Leave {format_plural(len(todo), 'clip')} out of Explore, Gallery and Train?{kept} The files stay "
            "unchanged, and every clip can be restored below."
        )
        change_button(
            f"Exclude {format_plural(len(todo), 'clip')}",
            type="primary",
            key=f"quality-exclude-all:{kind}",
            on_click=changes.exclude,
            args=(todo,),
        )


def _show_exclusions(whole: Collection, excluded: Mapping[str, Exclusion]) -> None:
    st.header("Excluded clips", anchor=False)
    if not excluded:
        st.markdown("None: every clip is used in Explore, Gallery and Train.")
        return
    st.markdown(
        f"{format_plural(len(excluded), 'clip')} of {len(whole.clips):,} left out of Explore, Gallery and Train. "
        "Their files are unchanged. Select rows to restore clips."
    )
    names = sorted(excluded, key=lambda name: (-excluded[name].excluded_at, name))
    table = pd.DataFrame(
        {
            "Clip": names,
            "Genre": [whole.by_name[name].genre for name in names],
            "Reason": [excluded[name].reason for name in names],
            "Since": [format_time(excluded[name].excluded_at) for name in names],
        }
    )
    event = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"quality-excluded:{whole.id}:{len(names)}:{names[0]}",
        alt="Excluded clips and why",
    )
    rows = event["selection"]["rows"]
    changes = _changes(whole, excluded)
    with st.container(horizontal=True, gap="small"):
        change_button(
            f"Restore {format_plural(len(rows), 'clip')}" if rows else "Restore selected",
            icon=":material/undo:",
            disabled=not rows,
            on_click=changes.restore,
            args=([names[row] for row in rows],),
            key="quality-restore-marked",
        )
        change_button(
            "Restore all",
            icon=":material/settings_backup_restore:",
            on_click=changes.restore,
            args=(names,),
            key="quality-restore-all",
        )
