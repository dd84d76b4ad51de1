"""Exact message passing on a junction tree, in probability space, normalised at each edge.

Source: Jensen, Lauritzen and Olesen (1990), Bayesian updating in causal probabilistic networks by local computations
(the HUGIN scheme).
"""

from collections.abc import Sequence

import numpy as np

from dpsynth.synth.graphical.factor import Table, expand, product_sum, project, quotient
from dpsynth.synth.graphical.junction_tree import Clique, JunctionTree


def calibrate(tree: JunctionTree, potentials: Sequence[Table]) -> list[Table]:
    """Returns the marginals, one for each clique of the tree, of the normalised product of `potentials`.

    Args:
        tree: The junction tree.
        potentials: One non-negative table for each clique, axes in the clique's order.

    Raises:
        ValueError: If the product is zero everywhere.
    """
    beliefs = [_normalised(table) for table in potentials]
    messages: list[Table] = [np.ones(())] * len(beliefs)
    for i in range(len(beliefs) - 1, 0, -1):
        separator, parent = tree.separators[i], tree.parents[i]
        messages[i] = _normalised(project(beliefs[i], tree.cliques[i], separator))
        beliefs[parent] = _normalised(beliefs[parent] * expand(messages[i], separator, tree.cliques[parent]))
    for i in range(1, len(beliefs)):
        separator, parent = tree.separators[i], tree.parents[i]
        ratio = quotient(project(beliefs[parent], tree.cliques[parent], separator), messages[i])
        beliefs[i] = _normalised(beliefs[i] * expand(ratio, separator, tree.cliques[i]))
    return beliefs


def pass_message(tree: JunctionTree, beliefs: list[Table], separators: list[Table], source: int, target: int) -> None:
    """Lets clique `target` absorb what its neighbour `source` knows; updates both lists in place.

    Args:
        tree: The junction tree.
        beliefs: One table for each clique.
        separators: separators[i] is the last marginal passed over the edge between clique i and its parent.
        source: Clique that knows.
        target: Clique that learns.
    """
    edge = max(source, target)  # a parent stands before its children, so the child names the edge
    separator = tree.separators[edge]
    fresh = project(beliefs[source], tree.cliques[source], separator)
    fresh = fresh / fresh.sum()
    beliefs[target] *= expand(quotient(fresh, separators[edge]), separator, tree.cliques[target])
    separators[edge] = fresh


def query(tree: JunctionTree, beliefs: Sequence[Table], target: Clique) -> Table:
    """Returns the marginal over any attribute set, by variable elimination on the part of the tree that spans it.

    Args:
        tree: The junction tree.
        beliefs: Calibrated clique marginals.
        target: Attributes, each at most once; the axes of the result come in this order.
    """
    if tree.covers(target):
        home = tree.home(target)
        return project(beliefs[home], tree.cliques[home], target)
    root, spanned = _spanning_part(tree, target)
    incoming: dict[int, list[tuple[Clique, Table]]] = {i: [] for i in spanned}
    for i in sorted(spanned - {root}, reverse=True):
        clique, separator = tree.cliques[i], tree.separators[i]
        marginal = project(beliefs[i], clique, separator)
        conditional = quotient(beliefs[i], expand(marginal, separator, clique))
        carried = {name for message, _ in incoming[i] for name in message} | set(clique)
        kept = separator + tuple(name for name in target if name in carried and name not in separator)
        incoming[tree.parents[i]].append((kept, product_sum([(clique, conditional), *incoming[i]], kept)))
    return product_sum([(tree.cliques[root], beliefs[root]), *incoming[root]], target)


def _spanning_part(tree: JunctionTree, target: Clique) -> tuple[int, set[int]]:
    """Returns the root and the cliques of the smallest subtree outside of which nothing of `target` is lost."""
    wanted = set(target)
    children = [0] * len(tree.cliques)
    spanned = set(range(len(tree.cliques)))
    for i in range(len(tree.cliques) - 1, 0, -1):
        if children[i] == 0 and wanted.intersection(tree.cliques[i]) <= set(tree.separators[i]):
            spanned.remove(i)  # a leaf that holds nothing of its own sums to one
        else:
            children[tree.parents[i]] += 1
    root = 0
    while children[root] == 1:
        only = next(i for i in spanned if tree.parents[i] == root)
        if not wanted.intersection(tree.cliques[root]) <= set(tree.separators[only]):
            break
        spanned.remove(root)
        root = only
    return root, spanned


def _normalised(table: Table) -> Table:
    mass = table.sum()
    if not mass > 0:
        raise ValueError("the zeros and the evidence together leave no possible record.")
    normalised: Table = table / mass
    return normalised
