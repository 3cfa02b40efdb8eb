"""These are programs: run, and not looked through for tests."""

collect_ignore_glob = ["*_search.py"]
