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
    """

    requirements: tuple[str, ...]
    mechanisms: tuple[str, ...]
    many_rows: bool = False
    neural: bool = False


PEERS = {
    # Its private-pgm gives synthetic rows as a pandas table, which neither of them requires.
    "opendp": Peer(("opendp[mbi]==0.16.*", "pandas==2.3.3"), ("mst", "aim"), many_rows=True),
    "dpmm": Peer(("dpmm==0.1.9",), ("mst", "privbayes", "aim")),
    # It imports torch for its neural synthesizers, which are not run here.
    "smartnoise": Peer(("torch==2.13.0", "smartnoise-synth==1.0.8"), ("mst", "aim")),
    # Its copy of CTGAN needs packaging, which it does not require.
    "smartnoise_gan": Peer(
        ("torch==2.13.0", "smartnoise-synth==1.0.8", "packaging"), ("dpctgan", "patectgan"), neural=True
    ),
    # Newer versions of Opacus cannot be imported beside its torch.
    "synthcity": Peer(("synthcity==0.2.12", "opacus==1.5.2"), ("dpgan",), neural=True),
}


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
    wanted = "\n".join(peer.requirements)
    if made.is_file() and made.read_text() == wanted:
        return python
    print(f"Making the environment of {name} in {place}.", file=sys.stderr)
    try:
        venv.create(place, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotInstalled(str(error)) from None
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.requirements]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled((done.stderr.strip().splitlines() or ["pip failed"])[-1])
    made.write_text(wanted)
    return python
