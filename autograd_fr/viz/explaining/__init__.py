"""Gradients told in formulas: the chain rule with the names and the numbers of a program."""
