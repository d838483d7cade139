"""A Dask cluster as the executor of a build: files are read by its workers, and stored by this process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from epargraph.errors import UsageError
from epargraph.graph import software

_LOGGERS = ("distributed", "distributed.client")
"""What writes lines of its own when a cluster goes: the build reads the rest in its own process then."""
_PATIENCE = 10
"""Seconds that the scheduler has to answer in."""


@contextmanager
def dask_executor(scheduler: str) -> Iterator[Executor]:
    """Give an executor that reads on the workers of a Dask cluster, known by its scheduler's address (tcp://host:8786).

    UsageError where Dask is not installed, the scheduler does not answer, there are no workers, or a worker has another
    version of this software, which would read otherwise.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            "--executor dask", f"the package {error.name} is missing", "pip install 'epargraph[dask]'"
        ) from error
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(scheduler, timeout=_PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        reason = f"no scheduler answers ({' '.join(str(error).split()) or type(error).__name__})"
        raise UsageError(
            f"--scheduler {scheduler}", reason, "start one with `dask scheduler`, or mend the address"
        ) from error
    with client:
        told = client.run(software, on_error="return")
        if not told:
            raise UsageError(f"--scheduler {scheduler}", "it has no workers", "start some with `dask worker`")
        for worker, version in sorted(told.items()):
            if version != software():
                raise UsageError(
                    f"worker {worker}", f"it has {version}, not {software()}", "install the same version on all workers"
                )
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]
