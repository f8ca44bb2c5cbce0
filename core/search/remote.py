"""One training on a worker of a cluster: ``python -m core.search.remote JOB_ID``, its description on standard input."""

import json
import sys

from core.home.opening import open_home
from core.search.cluster_place import run_job_here

if __name__ == "__main__":
    open_home()
    run_job_here(sys.argv[1], json.loads(sys.stdin.buffer.read()))
