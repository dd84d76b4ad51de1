"""Simulated courses of disease from a declared model: states, hazards, encounters, orders, observations, death."""
