"""Generators: networks that are fitted to noisy marginals, with or without a critic, and what is sampled from them.

Fitting needs torch, which comes with the extra `gpu`, and is imported only where a network is fitted. What is saved and
sampled is a `Mixture`, which needs numpy alone.
"""
