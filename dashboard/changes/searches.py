"""Searches for good settings."""

from core.search import control, study
from dashboard.access import changing

start_search = changing(control.start_search)
extend_search = changing(control.extend_search)
resume_search = changing(control.resume_search)
stop_search = changing(control.stop_search)
delete_search = changing(study.delete_search)
