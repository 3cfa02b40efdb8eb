"""Entries by their position: reading, writing, sorting, searching."""
