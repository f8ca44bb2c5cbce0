"""Jobs that judge the songs of a folder."""

from core.classifying import job
from core.jobs import folder
from dashboard.access import changing

start_classifying = changing(job.start_classifying)
delete_job = changing(folder.delete_job)
