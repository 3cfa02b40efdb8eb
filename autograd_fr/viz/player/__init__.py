"""Backpropagation played step by step: the steps as data, and the block of HTML that shows them."""
