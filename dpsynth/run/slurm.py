"""A batch as a job array of a SLURM cluster: scripts to submit instead of processes of this machine.

The runs are reserved when the scripts are written; each task of the array carries on with one of them, on whatever host
it lands. The last script collects: it reads how all of them ended and writes the summary page.

Source: SLURM documentation, sbatch(1): --array, filename pattern (%A, %a, %%), --dependency=afterany,
SLURM_ARRAY_TASK_ID.
"""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

from dpsynth import _files
from dpsynth.errors import UsageError
from dpsynth.privacy.ledger_database import as_option
from dpsynth.run.batch_file import Items

ARRAY, COLLECT = "batch.slurm", "batch-collect.slurm"


def demand_name(out: Path) -> None:
    """The name of the folder stands in lines that SLURM reads, which are no shell: blanks and quotes end it there.

    Raises:
        UsageError: it holds something else than letters, digits and `%+,-./:=@_~`.
    """
    if not re.fullmatch(r"[\w%+,\-./:=@~]+", str(out.absolute())):
        raise UsageError(
            f"--out is {str(out.absolute())!r}; with --slurm its name may hold letters, digits and %+,-./:=@_~ only. "
            "Choose another folder."
        )


def write(items: Items, out: Path, ledger_url: str, jobs: int) -> tuple[Path, Path] | None:
    """Writes both scripts; None if no run waits.

    Args:
        items: the batch.
        out: folder of all runs, which every host must see under the same name.
        ledger_url: their ledger. One with a password is not written down: tasks read it from DPSYNTH_LEDGER.
        jobs: tasks at a time.

    Raises:
        UsageError: SLURM could not read the name of the folder.
        ResourceError: the disk refuses.
    """
    demand_name(out)
    runs = [item.run for item in items if item.run and item.state in ("reserved", "failed")]
    if not runs:
        return None
    out = out.absolute()
    logs = str(out).replace("%", "%%")
    where = as_option(ledger_url)
    program = f"{shlex.quote(sys.executable)} -m dpsynth"
    folders = "\n".join(f"  {shlex.quote(str(out / run))}" for run in runs)
    array = f"""#!/bin/bash
#SBATCH --job-name=dpsynth
#SBATCH --array=0-{len(runs) - 1}%{jobs}
#SBATCH --output={logs}/slurm-%A-%a.log
#SBATCH --cpus-per-task=1
# Add what your cluster needs: --partition, --account, --time, --mem (`dpsynth check POLICY` says how much).
# A task that is ended before its time loses no budget: submit this script again, or `dpsynth batch --resume`.
export OMP_NUM_THREADS="${{OMP_NUM_THREADS:-1}}"
runs=(
{folders}
)
exec {program} run --resume "${{runs[$SLURM_ARRAY_TASK_ID]}}"{where} --log json
"""
    collect = f"""#!/bin/bash
#SBATCH --job-name=dpsynth-collect
#SBATCH --output={logs}/slurm-%A-collect.log
#SBATCH --cpus-per-task=1
exec {program} batch --collect --out {shlex.quote(str(out))}{where}
"""
    for name, text in ((ARRAY, array), (COLLECT, collect)):
        _files.write_whole(out / name, text.encode())
    return out / ARRAY, out / COLLECT
