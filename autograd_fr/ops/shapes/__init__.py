"""The same entries in another arrangement."""
