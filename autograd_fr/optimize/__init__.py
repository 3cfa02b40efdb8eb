"""Minima of functions, by SciPy with exact derivatives."""
