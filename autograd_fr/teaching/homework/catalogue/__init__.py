"""The exercises themselves, a paragraph each."""
