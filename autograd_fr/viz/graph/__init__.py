"""A computation described: what was recorded, and the inert graph that pictures are made of."""
