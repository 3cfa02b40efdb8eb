"""Nets of the lectures and of the field, each in one short file."""
