"""Many entries into one, and what runs along an axis."""
