"""A generator with two sources of loss: marginals that were paid for, and a critic that learns by DP-SGD.

Without the critic it is `marginal_network`. The critic sees whole rows, so that it can tell what no table of two
columns shows; it learns from noisy gradients, so that it needs many people (`Training.noise_to_signal`). Every number
that a training needs is public or follows from paid answers: rate, steps, noise, clip and shapes from the policy's
bound on people, the divisor of a gradient from the noisy number of rows.

Sources: Xie et al. (2018), arXiv:1802.06739 (a GAN with a critic trained by DP-SGD); Bie, Kamath and Zhang (2023),
arXiv:2302.02936 (many steps of the critic).
"""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass, replace
from typing import ClassVar, cast

from dpsynth.errors import PolicyError
from dpsynth.policy.training import Synthesis
from dpsynth.privacy import accountant
from dpsynth.privacy.critic import MOST_PARAMETERS, GradientMeasurer, size
from dpsynth.privacy.events import Composed, Event, GaussianFilter
from dpsynth.privacy.noise import LATTICE_BITS, snap_sigma
from dpsynth.privacy.queries import Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Measurements, Planned, synthesizer
from dpsynth.synth.choosing import TYPICAL_PAIRS, most_cells, parts_of
from dpsynth.synth.design import Design, Part, check_forced, evidence_of, first_look
from dpsynth.synth.dpsgd.plan import PURPOSE, Training, plan
from dpsynth.synth.network.guard import Guarded, guarded
from dpsynth.synth.network.marginal_loss import targets
from dpsynth.synth.network.marginal_network import CANDIDATES, STEPS, fitted, measure_worst, zeros_of
from dpsynth.synth.shares import check_shares, from_split
from dpsynth.synth.task import Promise, Task

ROUNDS = 2


@dataclass(frozen=True)
class Scale:
    """What suits a number of people: critic, size of a sample, steps."""

    people: int
    hidden: tuple[int, ...]
    batch: int
    steps: int


SCALES = (
    Scale(200_000, (256, 256), 8192, 2000),
    Scale(20_000, (128, 128), 2048, 2000),
    Scale(0, (64, 64), 1024, 1000),
)
"""The first that has at least so many people. More noise for each of more steps comes out even; time does not, and a
step of the first takes 0.1 CPU seconds. 2,000 steps let every parameter cross its range ten times, and the generator
take a hundred steps where the critic takes 20 for each."""
NARROWEST = 8
"""Width of a hidden layer below which a critic tells nothing."""
WITHOUT_NOISE = 5
"""How many times fewer steps of the critic do where its gradients have no noise, which many steps average out."""
RUNGS = ((10.0, 5), (3.0, 10), (0.0, 20))
"""Steps of the critic for each of the generator at first, from an epsilon on."""


@synthesizer("gan")
@dataclass(frozen=True)
class GAN:
    """Settings.

    Attributes:
        one_way, selection, rounds_share, critic: shares of mu^2, which add up to 1. The critic gets what the others
            leave of epsilon and delta, by one loss distribution.
        scale: critic, size of a sample and steps; None: what suits the policy's bound on people.
        guard: whether `fit` falls back where the critic led away from the paid marginals.
        device: where the critic is trained: auto, cpu or cuda.
    """

    one_way: float = 0.40
    selection: float = 0.03
    rounds_share: float = 0.37
    critic: float = 0.20
    scale: Scale | None = None
    guard: bool = True
    device: str = "auto"
    name: ClassVar[str] = "gan"
    model: ClassVar[type[Guarded]] = Guarded
    samples: ClassVar[bool] = True  # it asks for sums over samples of people

    def __post_init__(self) -> None:
        check_shares(one_way=self.one_way, selection=self.selection, rounds=self.rounds_share, critic=self.critic)

    @classmethod
    def from_policy(cls, synthesis: Synthesis) -> GAN:
        """Takes `split` and `device`."""
        split = from_split(cls.name, synthesis, ("one_way", "selection", "rounds", "critic"))
        if not split:
            return cls(device=synthesis.device)
        return cls(split["one_way"], split["selection"], split["rounds"], split["critic"], device=synthesis.device)

    def calibrate(self, budget: Mu, task: Task) -> GANMechanism:
        """Divides the budget and fixes the noise of all steps, of public numbers alone.

        Raises:
            PolicyError: people have several rows, columns have too many levels, or torch is missing.
            ValueError: the noise cannot be realised.
        """
        if importlib.util.find_spec("torch") is None:
            raise PolicyError(
                "synthesis.mechanism gan needs torch. Install dpsynth-release[gpu], or choose another mechanism."
            )
        if task.rows_per_unit != 1:
            raise PolicyError(
                "synthesis.mechanism gan needs one row a person, but privacy.contribution.max_rows_per_unit is "
                f"{task.rows_per_unit}. Set it to 1, or choose another mechanism."
            )
        check_forced(task, task.always, "must_include")
        promise = task.promise or Promise.of(budget)
        typical = TYPICAL_PAIRS * len(task.names)
        most = ROUNDS * (2 * most_cells(task) + CANDIDATES)
        left = 1 - self.critic
        rounds = Part("rounds", typical, most, self.rounds_share / left)
        parts = parts_of(task, self.one_way / left, self.selection / left, rounds)
        design = Design(task, budget.share(left), parts, typical)
        scale = self.scale or next(s for s in SCALES if promise.people >= s.people)
        levels = sum(task.sizes.values())
        hidden = narrowed(scale.hidden, levels)
        if size((levels, *hidden, 1)) > MOST_PARAMETERS:
            raise PolicyError(
                f"synthesis.mechanism gan needs a critic of at most {MOST_PARAMETERS} parameters, but the columns have "
                f"{levels} levels together. Declare fewer levels or wider bins, or choose another mechanism."
            )
        training = plan(
            promise.epsilon,
            promise.delta,
            promise.people,
            promise.people,
            float(min(scale.batch, max(1, promise.people // 5))),
            scale.steps,
            beside=Composed((design.event, *_others(promise, budget))),
        )
        rung = next(steps for epsilon, steps in RUNGS if promise.epsilon.value >= epsilon)
        return GANMechanism(design, training, hidden, rung, self.critic, self.guard, self.device)


def narrowed(hidden: tuple[int, ...], levels: int) -> tuple[int, ...]:
    """Hidden layers, halved until a critic of so many levels has no more parameters than one may have."""
    while size((levels, *hidden, 1)) > MOST_PARAMETERS and min(hidden) > NARROWEST:
        hidden = tuple(width // 2 for width in hidden)
    return hidden


def _others(promise: Promise, budget: Mu) -> tuple[GaussianFilter, ...]:
    """What the rest of the release may ask, as one Gaussian."""
    whole = accountant.calibrate(promise.epsilon, promise.delta).value ** 2
    rest = whole - budget.value**2
    if rest < 1e-4 * whole:
        return ()
    return (GaussianFilter("others", 1_000_000, 1.0, snap_sigma((1 - 1e-6) / math.sqrt(rest)), LATTICE_BITS),)


@dataclass(frozen=True)
class GANMechanism:
    """A calibrated mechanism: marginals, then steps of training.

    Attributes:
        design: of the marginals, with their part of the budget.
        training: constants of the critic's steps.
        hidden: widths of the critic's hidden layers.
        rung: steps of the critic for each of the generator, at first.
        share: of mu^2, for the critic.
        guard: see `GAN`.
        device: see `GAN`.
    """

    design: Design
    training: Training
    hidden: tuple[int, ...]
    rung: int
    share: float
    guard: bool = True
    device: str = "cpu"
    name: ClassVar[str] = "gan"

    @property
    def event(self) -> Event:
        """Marginals and steps, composed."""
        return Composed((self.design.event, self.training.event))

    @property
    def parameters(self) -> int:
        """Parameters of the critic."""
        return size((sum(self.design.task.sizes.values()), *self.hidden, 1))

    @property
    def plan(self) -> tuple[Planned, ...]:
        """The marginals, and the steps: their noise is in units of the clip, on no lattice."""
        marginals = (replace(q, share=q.share * (1 - self.share)) for q in self.design.plan)
        steps = Planned(PURPOSE, self.training.event.steps, 0, self.training.event.sigma, self.share)
        return (*marginals, steps)

    def without_noise(self) -> GANMechanism:
        """For gradients without noise, in controls of attacks: fewer steps of the critic, as many of the generator."""
        event = replace(self.training.event, steps=max(1, self.training.event.steps // WITHOUT_NOISE))
        training = replace(self.training, event=event)
        return replace(self, training=training, rung=max(1, self.rung // WITHOUT_NOISE))

    def measure(self, measurer: Measurer) -> Measurements:
        """Asks for marginals, then trains: exactly the planned steps."""
        from dpsynth.synth.network import training

        task = self.design.task
        asked = cast(GradientMeasurer, measurer)
        look = first_look(measurer, self.design)
        found, scored = measure_worst(measurer, self.design, look, ROUNDS)
        answers = look.answers(self.name, self.event, found, scored)
        evidence = evidence_of(self.design, answers)
        zeros = zeros_of(task, evidence)
        lesson = training.Lesson(
            replace(self.training, batch=max(1.0, self.training.event.rate * evidence.rows)),
            targets(evidence.columns, evidence.marginals, evidence.rows, zeros),
            evidence.columns,
            zeros,
        )
        alone = fitted(task, evidence, STEPS)
        mean, halfway = training.train(lesson, alone, self.hidden, self.rung, asked, self._device)
        return replace(answers, generators={"mean": mean, "halfway": halfway, "marginals": alone.logits})

    def fit(self, measured: Measurements) -> Guarded:
        """The trained generator, or what the guard prefers. Post-processing."""
        task = self.design.task
        evidence = evidence_of(self.design, measured)
        return guarded(task, evidence, measured.generators, guard=self.guard)

    @property
    def _device(self) -> str:
        import torch

        if self.device == "auto":
            return "cuda" if torch.cuda.is_available() else "cpu"
        return self.device
