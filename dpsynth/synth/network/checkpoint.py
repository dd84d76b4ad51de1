"""A training on disk, so that what a crash ends can go on without asking anything again.

What is written are noisy answers and what followed from them: the generator, the critic, what their optimisers
remember, the state of public randomness. No noise is written, and none could be: it comes from the operating system,
step by step.

A step may be lost between the answer and the file. It was drawn, so it counts: before steps are taken the file says how
many may be drawn, and whoever goes on starts behind them. So no step is taken twice, no sample of people meets two
critics under one noise, and there are never more steps than were reserved; a crash costs training and no privacy.

Everything here is as secret as a critic: the file lies inside the run, is readable by its owner alone, and is removed
when the training has ended.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from dpsynth import _files
from dpsynth.errors import SourceError
from dpsynth.privacy.critic import Critic
from dpsynth.privacy.queries import Measurer
from dpsynth.synth import model_file
from dpsynth.synth.base import Measurements
from dpsynth.synth.network.generator import Generator
from dpsynth.synth.network.ladder import Ladder

if TYPE_CHECKING:
    from dpsynth.synth.network.training import State

EVERY = 200
"""Steps between two files: as many are lost at most."""


@runtime_checkable
class Resumable(Protocol):
    """A mechanism whose measuring can go on after a crash."""

    def measure_on(self, measurer: Measurer, checkpoint: Checkpoint | None) -> Measurements:
        """As `Mechanism.measure`; goes on from a checkpoint that is there, and keeps one while it lasts.

        Whoever goes on asks only for runs whose checkpoint is `answered`, and removes it when answers are saved.

        Raises:
            SourceError: the checkpoint is damaged.
        """
        ...


@dataclass(frozen=True)
class Checkpoint:
    """Where a training is kept.

    Attributes:
        folder: inside the run; made when something is written.
    """

    folder: Path

    @property
    def _about(self) -> Path:
        return self.folder / "training.json"

    @property
    def answered(self) -> bool:
        """Whether the marginals are there. A run that ended before cannot go on: they would be asked twice."""
        return any(path != self._about for path in self.folder.glob("*.json"))

    @property
    def begun(self) -> bool:
        """Whether steps were taken, or announced."""
        return self._about.is_file()

    def keep_answers(self, measured: Measurements) -> None:
        """Writes the noisy marginals that training starts from."""
        model_file.save_measurements(self.folder, measured)

    def answers(self, mechanism: str) -> Measurements:
        """The noisy marginals.

        Raises:
            SourceError: they are missing or damaged.
        """
        return model_file.load_measurements(self.folder, mechanism)

    def keep(self, state: State, drawn: int) -> None:
        """Writes a state, and that so many steps in all may have been drawn when this file is read.

        Raises:
            ResourceError: the disk refuses.
        """
        generator, trained = state.generator, state.critic
        arrays = {
            "logits": generator.logits, "generator_mean": generator.mean, "generator_square": generator.square,
            "mean": state.mean, "halfway": state.halfway, "reference": state.reference,
            "critic": trained.critic.parameters.cpu().numpy(), "critic_mean": trained.mean.cpu().numpy(),
            "critic_square": trained.square.cpu().numpy(),
        }  # fmt: skip
        about = {
            "drawn": drawn, "steps": state.steps, "sizes": generator.sizes, "generator_steps": generator.steps,
            "widths": trained.critic.widths, "loss": trained.critic.loss, "critic_steps": trained.steps,
            "ladder": vars(state.ladder), "since": state.since, "randomness": state.randomness,
        }  # fmt: skip
        # The older file stays until the new one is whole.
        name = f"training-{state.steps}.npz"
        model_file.save_arrays(self.folder / name, arrays)
        digest = _files.sha256(self.folder / name)
        _files.write_json(self._about, {**about, "arrays": name, "sha256": digest})
        for old in self.folder.glob("training-*.npz"):
            if old.name != name:
                old.unlink()

    def load(self, device: str = "cpu") -> tuple[State, int]:
        """The state, and how many steps may have been drawn.

        Raises:
            SourceError: the files are damaged.
        """
        try:
            about = json.loads(self._about.read_text(encoding="utf-8"))
            path = self.folder / about["arrays"]
            if path.parent != self.folder or _files.sha256(path) != about["sha256"]:
                raise ValueError("arrays")
            return _state(about, model_file.load_arrays(path), device), int(about["drawn"])
        except Exception:  # a damaged file makes parsers raise anything
            raise SourceError(
                f"The training in {self.folder} is damaged. Start the run again: the budget of this one stays spent."
            ) from None

    def remove(self) -> None:
        """Removes everything; nothing of critic or optimiser stays."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _state(about: Any, arrays: dict[str, np.ndarray[Any, Any]], device: str) -> State:
    import torch

    from dpsynth.synth.dpsgd.step import Trained
    from dpsynth.synth.network.training import State

    def tensor(name: str) -> Any:
        return torch.from_numpy(arrays[name]).to(device)

    generator = Generator(
        tuple(about["sizes"]),
        arrays["logits"],
        arrays["generator_mean"],
        arrays["generator_square"],
        about["generator_steps"],
    )
    critic = Critic(tuple(about["widths"]), tensor("critic"), about["loss"])
    trained = Trained(critic, tensor("critic_mean"), tensor("critic_square"), about["critic_steps"])
    return State(
        about["steps"],
        trained,
        generator,
        arrays["mean"],
        arrays["halfway"],
        Ladder(**about["ladder"]),
        about["since"],
        arrays["reference"],
        about["randomness"],
    )
