"""The helpers of the operator tests need PyTorch, and hold no tests or doctests themselves."""

collect_ignore = [
    "opdb.py", "same.py", "compare.py", "table.py", "optimdb.py",
    "moduledb.py", "module_cases.py", "module_compare.py", "module_table.py", "modules.py",
    "side_by_side.py", "scheduledb.py", "totals.py", "listing.py",
]  # fmt: skip
