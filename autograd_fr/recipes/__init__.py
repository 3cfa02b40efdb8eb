"""Trainings from beginning to end, which the command line runs."""
