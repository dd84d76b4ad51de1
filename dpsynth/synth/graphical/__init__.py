"""Graphical models of discrete records: junction trees, exact inference, fit to noisy marginals, sampling.

Everything here is post-processing: it sees noisy numbers and never a record.
"""

from dpsynth.synth.graphical.estimate import fit
from dpsynth.synth.graphical.junction_tree import Clique, JunctionTree
from dpsynth.synth.graphical.measurement import NoisyMarginal
from dpsynth.synth.graphical.model import GraphicalModel

__all__ = ["Clique", "GraphicalModel", "JunctionTree", "NoisyMarginal", "fit"]
