"""What is fixed when a run begins, on disk before anything is reserved: enough to go on where it stopped.

A run that is resumed is the same run: same policy, same code, same public randomness, same day. Nothing here comes from
the data.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from dpsynth import _files
from dpsynth.errors import PolicyError, SourceError, UsageError
from dpsynth.policy.load import LoadedPolicy, load
from dpsynth.run import provenance
from dpsynth.run.folder import RunFolder
from dpsynth.run.setting import Setting

BEGUN = "begun.json"


@dataclass(frozen=True)
class Begun:
    """The beginning of a run.

    Attributes:
        run_id: its name.
        created: when it began, UTC, ISO 8601.
        seed: of public randomness.
        policy: absolute path of the policy file.
        policy_digest: digest of its policy.
        sampler, bits: names of the sources of privacy noise.
        throw_away_ledger: whether the ledger protects nobody.
        rehearsal: whether it uses invented people.
        code_digest: of the program.
        population: whom the data are about; a rehearsal is about nobody.
        root: absolute path of its folder.
        inodes: of the folder and of the one of its measurements, as the file system numbers them. A copy, or what is
            restored from a backup, has others. The number of the device is left out: it is not the same on every host
            of a cluster, nor after a restart.
    """

    run_id: str
    created: str
    seed: int
    policy: str
    policy_digest: str
    sampler: str
    bits: str
    throw_away_ledger: bool
    rehearsal: bool
    code_digest: str
    population: str = ""
    root: str = ""
    inodes: Sequence[int] = ()

    @property
    def moment(self) -> dt.datetime:
        """When it began."""
        return dt.datetime.fromisoformat(self.created)

    @property
    def noise(self) -> tuple[str, str]:
        """Names of the sources of privacy noise."""
        return self.sampler, self.bits

    def folder(self, out: Path, policy_id: str) -> RunFolder:
        """Where it lies in the folder of all runs."""
        return RunFolder(out / policy_id / self.run_id)

    def is_in(self, folder: RunFolder) -> bool:
        """Whether a folder is the one that was made for the run, and no copy of it."""
        return (str(folder.root.resolve()), _inodes(folder)) == (self.root, list(self.inodes))


def _inodes(folder: RunFolder) -> list[int]:
    return [path.stat().st_ino if path.is_dir() else 0 for path in (folder.root, folder.measured)]


def begin(loaded: LoadedPolicy, setting: Setting) -> Begun:
    """A new run: its name, its folder, and the note of its beginning.

    Raises:
        ResourceError: the folder cannot be made.
    """
    frozen = setting.frozen
    created = frozen.now if frozen else dt.datetime.now(dt.UTC)
    kind = "rehearsal-" if setting.rehearsal else ""
    run_id = frozen.run_id if frozen else f"{kind}{created:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    folder = RunFolder(setting.out / loaded.policy.id / run_id)
    folder.create()
    begun = Begun(
        run_id=run_id,
        created=created.isoformat(),
        seed=frozen.seed if frozen else secrets.randbits(128),
        policy=str(loaded.path.absolute()),
        policy_digest=loaded.digest,
        sampler=setting.sampler.name,
        bits=setting.bits.name,
        throw_away_ledger=setting.throw_away_ledger,
        rehearsal=setting.rehearsal,
        code_digest=provenance.code_digest(),
        population="" if setting.rehearsal else loaded.policy.source.population,
        root=str(folder.root.resolve()),
        inodes=_inodes(folder),
    )
    _files.write_once(folder.root / BEGUN, _files.indented_json(asdict(begun)))
    return begun


def read(root: Path) -> Begun:
    """The beginning of a run that is there.

    Raises:
        UsageError: the folder is not one of a run.
        SourceError: the note is damaged.
    """
    try:
        text = (root / BEGUN).read_text(encoding="utf-8")
    except OSError:
        raise UsageError(f"{root} is not the folder of a run that can go on. Give OUT/POLICY/RUN.") from None
    try:
        begun = Begun(**json.loads(text))
        begun.moment  # noqa: B018  raises
    except (ValueError, TypeError):
        raise SourceError(f"{root / BEGUN} is damaged. Start a new run, which is charged anew.") from None
    return begun


def policy_of(begun: Begun) -> LoadedPolicy:
    """The policy of a run, which must be what it was; so must the program.

    Raises:
        PolicyError: it cannot be read, or was changed.
        UsageError: the run was begun by another version of the program, or is a rehearsal.
    """
    if begun.rehearsal:
        raise UsageError("A rehearsal costs nothing and is not resumed. Start it again.")
    if begun.code_digest != provenance.code_digest():
        raise UsageError(
            f"Run {begun.run_id} was begun by another version of dpsynth, which may compute something else. Resume it "
            "with that version, or start a new run, which is charged anew."
        )
    loaded = load(Path(begun.policy))
    if loaded.digest != begun.policy_digest:
        raise PolicyError(
            f"{begun.policy}: the policy is not the one that run {begun.run_id} was begun and charged with. Restore "
            "it, or start a new run, which is charged anew."
        )
    return loaded
