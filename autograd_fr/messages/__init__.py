"""What an error says besides its own sentence: names, shapes, places, a way out.

Nothing here is imported before something fails.
"""
