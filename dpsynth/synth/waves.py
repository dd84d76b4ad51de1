"""What a fixed panel should be good for: wishes about columns of the file, as wishes about one row a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise

from dpsynth.domain.panel import Panel
from dpsynth.policy import waves
from dpsynth.policy.tables import Table
from dpsynth.policy.training import Need, Synthesis
from dpsynth.privacy.queries import Clique
from dpsynth.synth.task import Task


def wishes(table: Table, panel: Panel, synthesis: Synthesis) -> Synthesis:
    """The same wishes about laid out rows; a column that varies is meant in every wave unless one is named.

    Where a policy asks for no workload, what waves are looked at for is the workload: pairs of columns within a wave,
    with what stays the same, and of one column in two waves that follow each other. Of columns that are in the panel
    alone: an audit's has fewer.
    """
    here = set(panel.view.names)

    def meant(cliques: Iterable[Clique]) -> Iterator[Clique]:
        yield from (one for clique in cliques for one in waves.meant(table, clique) if here >= set(one))

    needs = [need.model_copy(update={"columns": one}) for need in synthesis.workload for one in meant([need.columns])]
    targets = tuple(name for (name,) in meant((name,) for name in synthesis.targets))
    return synthesis.model_copy(
        update={
            "target": targets or None,
            "must_include": tuple(dict.fromkeys([*meant(synthesis.must_include), *lagged(table, panel)])),
            "workload": tuple(needs) if synthesis.workload else tuple(usual(panel)),
            "marginals": tuple(dict.fromkeys(meant(synthesis.marginals))),
        }
    )


def lagged(table: Table, panel: Panel) -> Iterator[Clique]:
    """Columns with themselves in the next wave, as far as the policy wants them counted in any case."""
    assert table.waves is not None
    named = [name for name in table.waves.lagged if name in panel.varying]
    return ((waves.at(n, now), waves.at(n, following)) for n in named for now, following in pairwise(panel.labels))


def laid_out(task: Task, panel: Panel) -> Task:
    """A task about laid out rows: with what follows from the layout alone."""
    implied = tuple((present, name) for name, present in panel.presence_of.items())
    return replace(task, presence=panel.presence_of, held=panel.held, implied=implied)


def usual(panel: Panel) -> Iterator[Need]:
    """Pairs that a panel is looked at for."""
    each = [
        [present, *(waves.at(n, w) for n in panel.varying)]
        for w, present in zip(panel.labels, panel.presence, strict=True)
    ]
    pairs = [
        *combinations(panel.constant, 2),
        *((constant, column) for of in each for constant in panel.constant for column in of),
        *(pair for of in each for pair in combinations(of, 2)),
        *(pair for of, following in pairwise(each) for pair in zip(of, following, strict=True)),
    ]
    return (Need(columns=pair) for pair in pairs)
