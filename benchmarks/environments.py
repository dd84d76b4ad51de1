"""Peers, each in a virtual environment of its own with pinned versions: their requirements contradict each other."""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

DEFAULT = Path.home() / ".cache" / "dpsynth-benchmarks"


@dataclass(frozen=True)
class Peer:
    """A library to compare with.

    Attributes:
        requirements: what pip installs.
        mechanisms: what its runner knows, quickest first.
        many_rows: whether it can bound the rows of one person; the others protect single rows only.
        neural: whether it trains networks: those are compared by `gan.py`, the others by `marginals.py`.
        alone: what pip installs without what it requires.
        variables: of the environment of its processes.
    """

    requirements: tuple[str, ...]
    mechanisms: tuple[str, ...]
    many_rows: bool = False
    neural: bool = False
    alone: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


KEPT = ("MALLOC_MMAP_MAX_=0", "MALLOC_TRIM_THRESHOLD_=100000000000", "MALLOC_TOP_PAD_=268435456")
"""Memory that a process gave back is kept for it. Gradients of single rows take gigabytes in each step; where the
system clears them anew each time, a step takes three times as long."""


# fmt: off
PEERS = {
    # Its private-pgm gives synthetic rows as a pandas table, which neither of them requires.
    "opendp": Peer(("opendp[mbi]==0.16.*", "pandas==2.3.3"), ("mst", "aim"), many_rows=True),
    "dpmm": Peer(("dpmm==0.1.9",), ("mst", "privbayes", "aim")),
    # It imports torch for its neural synthesizers, which are not run here.
    "smartnoise": Peer(("torch==2.13.0", "smartnoise-synth==1.0.8"), ("mst", "aim")),
    # Its copy of CTGAN needs packaging, which it does not require.
    "smartnoise_gan": Peer(
        ("torch==2.13.0", "smartnoise-synth==1.0.8", "packaging"), ("dpctgan", "patectgan"),
        neural=True, variables=KEPT,
    ),
    # All that it requires is several gigabytes, for models that are not run here; its torch is one for CUDA alone.
    "synthcity": Peer(
        (
            "torch==2.13.0", "opacus==1.6.0", "numpy==1.26.4", "pandas==2.3.3", "scikit-learn", "networkx==2.8.8",
            "loguru", "pydantic", "cloudpickle", "tenacity", "tqdm", "importlib-metadata", "optuna",
        ),
        ("dpgan",), neural=True, alone=("synthcity==0.2.12",), variables=KEPT,
    ),
}
# fmt: on


def peers(*, neural: bool) -> list[str]:
    """Those of one kind."""
    return [name for name, peer in PEERS.items() if peer.neural is neural]


class NotInstalled(Exception):
    """An environment could not be made; the text is the last line of pip."""


def interpreter(name: str, folder: Path) -> Path:
    """The Python of a peer's environment, which is made when it is not there.

    Raises:
        NotInstalled: pip failed.
    """
    peer, place = PEERS[name], folder / name
    python, made = place / "bin" / "python", place / "made.txt"
    wanted = "\n".join((*peer.requirements, *peer.alone))
    if made.is_file() and made.read_text() == wanted:
        return python
    print(f"Making the environment of {name} in {place}.", file=sys.stderr)
    try:
        venv.create(place, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotInstalled(str(error)) from None
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wishes = [peer.requirements, ("--no-deps", *peer.alone)] if peer.alone else [peer.requirements]
    for wish in wishes:
        done = subprocess.run([*install, *wish], capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotInstalled((done.stderr.strip().splitlines() or ["pip failed"])[-1])
    made.write_text(wanted)
    return python
