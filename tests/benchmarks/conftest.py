"""What takes time is measured by `python -m tests.benchmarks`; pytest collects nothing here."""

collect_ignore_glob = ["*.py"]
