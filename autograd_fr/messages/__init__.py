"""What an error says besides its own sentence: names, shapes, places, a way out.

Most of it is imported when something fails, not before.
"""
