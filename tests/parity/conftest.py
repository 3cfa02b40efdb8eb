"""The helpers of the operator tests need PyTorch, and hold no tests or doctests themselves."""

collect_ignore = ["opdb.py", "same.py", "compare.py", "table.py"]
