"""The fitted distribution: ask it for marginals, condition it, draw records from it, store it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dpsynth.synth.graphical.factor import Table, expand
from dpsynth.synth.graphical.junction_tree import Clique, JunctionTree, check_clique
from dpsynth.synth.graphical.mending import mend
from dpsynth.synth.graphical.message_passing import calibrate, query
from dpsynth.synth.graphical.rounding import Counts
from dpsynth.synth.graphical.sample import BLOCK, Codes, collect, deal, draw_counts, draw_independent


@dataclass(frozen=True)
class Drawing:
    """Records on their way.

    Attributes:
        blocks: Codes of shape (records, number of attributes), at least one block; rows in random order.
        tree: The junction tree.
        tables: Counts of each clique over all records, where they were rounded; none for independent records.
    """

    blocks: Iterator[Codes]
    tree: JunctionTree
    tables: tuple[Counts, ...]

    def counts(self, name: str) -> Counts:
        """Counts of the levels of an attribute over all records, shape (levels,), where they were rounded."""
        home = self.tree.home((name,))
        kept = self.tree.cliques[home].index(name)
        summed: Counts = self.tables[home].sum(axis=tuple(a for a in range(self.tables[home].ndim) if a != kept))
        return summed


@dataclass(frozen=True)
class GraphicalModel:
    """A distribution over records that factorises over a junction tree.

    Attributes:
        tree: Maximal cliques and separators.
        total: Estimated number of records, at least 1.
        beliefs: One marginal table of probabilities for each clique of the tree, axes in the clique's order.
        potentials: Log-linear parameters for each fitted clique, attributes in the order of the sizes; they only serve
            as the start of a later fit, and are not stored.
    """

    tree: JunctionTree
    total: float
    beliefs: tuple[Table, ...]
    potentials: Mapping[Clique, Table] = field(default_factory=dict, repr=False)

    @property
    def sizes(self) -> Mapping[str, int]:
        """Number of levels of each attribute, in the order of the columns of a sample."""
        return self.tree.sizes

    def marginal(self, clique: Clique) -> Table:
        """Returns the probabilities of all combinations of some attributes, whether or not they share a tree clique.

        Args:
            clique: Attributes, in the order wanted for the axes.

        Raises:
            ValueError: If an attribute is unknown or named twice.
        """
        check_clique(self.sizes, clique)
        return query(self.tree, self.beliefs, clique)

    def condition(self, given: Mapping[str, int]) -> "GraphicalModel":
        """Returns the exact conditional distribution given that some attributes have some codes.

        Raises:
            ValueError: If an attribute is unknown, a code is outside its range, or the evidence has probability zero.
        """
        check_clique(self.sizes, tuple(given))
        for name, code in given.items():
            if not 0 <= code < self.sizes[name]:
                raise ValueError(f"given[{name!r}] is {code}, but the codes are 0 to {self.sizes[name] - 1}.")
        return self.weighed({name: np.eye(1, self.sizes[name], code)[0] for name, code in given.items()})

    def weighed(self, weights: Mapping[str, Table]) -> "GraphicalModel":
        """Returns the distribution proportional to this one times a weight for each code of some attributes, exactly.

        Conditions are weights of 0 and 1. Each weight is a factor over one attribute, so the tree stays the same.

        Args:
            weights: Attribute -> weights of its codes, not negative.

        Raises:
            ValueError: If an attribute is unknown, or nothing is left.
        """
        check_clique(self.sizes, tuple(weights))
        potentials = [table.copy() for table in self.beliefs]
        for name, factor in weights.items():
            home = self.tree.home((name,))
            potentials[home] *= expand(np.asarray(factor, np.float64), (name,), self.tree.cliques[home])
        # Beliefs are clique marginals, so their product counts every separator once too often.
        for i, separator in enumerate(self.tree.separators):
            share = self.beliefs[i].sum(axis=tuple(range(len(separator), self.beliefs[i].ndim)), keepdims=True)
            np.divide(potentials[i], share, out=potentials[i], where=share > 0)
        return GraphicalModel(self.tree, self.total, tuple(calibrate(self.tree, potentials)))

    def sample(
        self, n: int, rng: np.random.Generator, *, rounding: bool = True, given: Mapping[str, int] | None = None
    ) -> Codes:
        """Draws n records: the blocks of `draw`, put together.

        Returns:
            Codes of shape (n, number of attributes) in random row order, columns in the order of `sizes`, each
            contiguous in memory.

        Raises:
            ValueError: If n is negative or the evidence is impossible.
        """
        return collect(self.draw(n, rng, rounding=rounding, given=given).blocks, n, len(self.sizes))

    def draw(
        self,
        n: int,
        rng: np.random.Generator,
        *,
        rounding: bool = True,
        given: Mapping[str, int] | None = None,
        block: int = BLOCK,
    ) -> "Drawing":
        """Draws n records block by block, in memory that does not grow with n.

        Args:
            n: Number of records, at least 0.
            rng: Public randomness.
            rounding: True keeps the counts of all n records as close to their expectation as `sample.py` and
                `mending.py` say; a block of them has its share, rounded. False draws independent records.
            given: Attribute codes that every record shall have; the others follow the exact conditional distribution.
            block: Number of records of a block, at least 1; the last one is smaller.

        Raises:
            ValueError: If n is negative or the evidence is impossible; at once, not at the first block.
        """
        if n < 0:
            raise ValueError(f"n is {n}, but must be at least 0.")
        if max(self.sizes.values()) > 1 << 16:
            raise ValueError(
                f"an attribute has {max(self.sizes.values())} levels, but codes are 16 bits: at most 65536."
            )
        model = self.condition(given) if given else self
        if not rounding:
            return Drawing(draw_independent(model.tree, model.beliefs, n, block, rng), model.tree, ())
        counts = draw_counts(model.tree, model.beliefs, n, rng)
        mend(model.tree, model.beliefs, counts)
        return Drawing(deal(model.tree, counts, block, rng), model.tree, tuple(counts))

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Returns plain arrays for `np.savez`: the tables, and the structure as UTF-8 JSON in an array of bytes."""
        structure = {"sizes": list(self.sizes.items()), "total": self.total, "cliques": self.tree.cliques}
        encoded = np.frombuffer(json.dumps(structure).encode(), dtype=np.uint8)
        return {"structure": encoded, **{f"belief_{i}": table for i, table in enumerate(self.beliefs)}}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "GraphicalModel":
        """Rebuilds a model from what `to_arrays` returned.

        Raises:
            ValueError: If an array is missing, the cliques are no junction tree, or a table is no table of
                probabilities of the right shape.
        """
        if "structure" not in arrays:
            raise ValueError("the array 'structure' is missing: this is not a stored graphical model.")
        structure = json.loads(np.asarray(arrays["structure"], dtype=np.uint8).tobytes())
        cliques = tuple(tuple(clique) for clique in structure["cliques"])
        tree = JunctionTree.build({name: int(size) for name, size in structure["sizes"]}, cliques)
        if tree.cliques != cliques:
            raise ValueError("the stored cliques are not the maximal cliques of a junction tree.")
        beliefs = []
        for i, clique in enumerate(tree.cliques):
            if f"belief_{i}" not in arrays:
                raise ValueError(f"the array 'belief_{i}' of clique {clique} is missing.")
            belief = np.array(arrays[f"belief_{i}"], dtype=np.float64)
            if belief.shape != tree.shape(clique) or not (belief >= 0).all() or abs(belief.sum() - 1) > 1e-6:
                raise ValueError(f"belief_{i} is not a table of probabilities of shape {tree.shape(clique)}.")
            beliefs.append(belief)
        return cls(tree, float(structure["total"]), tuple(beliefs))
