"""What people say of runs: names, tags, notes; runs put away and brought back."""

from core.runs import annotating
from dashboard.access import changing

rename_run = changing(annotating.rename_run)
tag_runs = changing(annotating.tag_runs)
note_run = changing(annotating.note_run)
archive_runs = changing(annotating.archive_runs)
restore_runs = changing(annotating.restore_runs)
