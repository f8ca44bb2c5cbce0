"""Reads every file of a corpus in a process with limits: ``python reader.py FOLDER``, one line of JSON a file."""

import json
import os
import resource
import sys
import time
from pathlib import Path

ADDRESS_SPACE = 4 * 2**30


def read(path: Path) -> dict[str, object]:
    """What the product makes of one file."""
    import numpy as np

    from core.audio import AudioInfo, playable_audio, probe_audio, read_audio
    from core.errors import AudioError

    outcome: dict[str, object] = {"outcome": "sound"}
    steps = {"probe": probe_audio, "read": lambda path: read_audio(path, duration_s=30.0), "playable": playable_audio}
    took_s = []
    for name, step in steps.items():
        started = time.process_time()
        try:
            came = step(path)
        except AudioError as error:
            came = str(error)
            if name != "playable":
                outcome |= {"outcome": "error", "message": came}
        took_s.append(time.process_time() - started)
        if isinstance(came, AudioInfo):
            outcome["duration_s"] = came.duration_s
        elif isinstance(came, np.ndarray):
            outcome["seconds"] = came.size / 22_050
            outcome["rms"] = float(np.sqrt(np.mean(came.astype(np.float64) ** 2)))
            outcome["finite"] = bool(np.isfinite(came).all()) and came.dtype == np.float32
        elif name == "playable":
            outcome["playable"] = came if isinstance(came, str) else came[1]
    return outcome | {"took_s": max(took_s)}


def _peak_mib() -> float:
    """Most memory that this program held. The figure of `resource` counts what the parent held when it forked."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def main(folder: Path) -> None:
    """All files of a folder; the last line is the peak of memory in MiB."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        line = {"path": os.fsencode(path).hex(), **read(path)}
        print(json.dumps(line), flush=True)
    print(json.dumps({"peak_mib": _peak_mib()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
