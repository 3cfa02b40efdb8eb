"""Fully connected nets as circles and links."""
