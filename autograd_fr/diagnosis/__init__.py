"""What is wrong, where, and what to do: with numbers, with training, with derivatives."""
