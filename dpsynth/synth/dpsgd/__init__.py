"""Training against a critic that learns from real rows by DP-SGD (Abadi et al. (2016), arXiv:1607.00133).

Everything here is post-processing: it passes critics to the curator and gets noisy gradients, and never sees a row. It
needs torch, which comes with the extra `gpu`, and is imported only where a critic is trained.
"""
