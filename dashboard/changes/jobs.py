"""Background jobs of every kind."""

from core.jobs import folder
from dashboard.access import changing

request_stop = changing(folder.request_stop)
