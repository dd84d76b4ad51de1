"""How many steps the critic takes for each step of the generator.

More where the critic is outrun: where it gives the generator's rows higher scores than rows of the start, so that what
it says is about rows that are no longer made. It reads rows that are no records, so it costs nothing. Source of the
ladder: Bie, Kamath and Zhang (2023), arXiv:2302.02936, who look at the critic's accuracy on such rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

RUNGS = (1, 2, 5, 10, 20, 50, 100)
KEEP = 0.9
BEHIND = 0.35
"""Share of the generator's rows below the mean score of the start, under which the critic counts as outrun."""
GRACE = 10
"""Steps of the generator between two rungs."""


@dataclass(frozen=True)
class Ladder:
    """Where a training stands.

    Attributes:
        rung: steps of the critic for each of the generator.
        most: highest rung: so that the generator still takes its steps.
        below: running share of the generator's rows that score below the mean of the start.
        waited: steps of the generator since the last rung.
    """

    rung: int
    most: int
    below: float = 0.5
    waited: int = 0

    def seen(self, below: float) -> Ladder:
        """After a step of the generator, of whose rows a share scores below the mean of the start."""
        mean, waited = KEEP * self.below + (1 - KEEP) * below, self.waited + 1
        higher = [rung for rung in RUNGS if self.rung < rung <= self.most]
        if waited >= GRACE and mean < BEHIND and higher:
            return replace(self, rung=higher[0], below=0.5, waited=0)
        return replace(self, below=mean, waited=waited)
