"""A process that has a store in memory and forks workers, which share it; run by the pool as `python -m`.

It is told by bytes over one connection: F, with the worker's connection beside it, to fork; K and a process number in
eight bytes, to kill. It answers each with a line of JSON. When the connection ends so do it and its workers.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys

from epargraph.errors import EparGraphError
from epargraph.serve import worker
from epargraph.serve.limits import Limits
from epargraph.stores.memory import Memory, copied

COMMAND = 9
"""The bytes of a command."""


def main(where: str, limits: Limits, connection: int) -> None:
    """Copy the store into memory, say so, and obey until the connection ends."""
    control = socket.socket(fileno=connection)
    worker.die_with_parent()
    try:
        store = copied(where)
    except EparGraphError as error:
        _tell(control, {"where": error.where, "reason": error.reason, "remedy": error.remedy})
        return
    gc.freeze()  # what is collected in a worker is copied there
    _tell(control, {"triples": store.size()})
    children: set[int] = set()
    try:
        _obey(control, store, limits, children)
    finally:
        for child in children:
            _end(child)


def _obey(control: socket.socket, store: Memory, limits: Limits, children: set[int]) -> None:
    while True:
        command, descriptors, _, _ = socket.recv_fds(control, COMMAND, 1)
        if not command:
            return
        if command[:1] == b"F":
            child = os.fork()
            if not child:
                _become_worker(store, limits, descriptors[0])
            os.close(descriptors[0])
            children.add(child)
        else:
            child = int.from_bytes(command[1:], "big")
            if child in children:
                children.discard(child)
                _end(child)
        _tell(control, {"worker": child})


def _become_worker(store: Memory, limits: Limits, connection: int) -> None:
    status = 1
    try:
        worker.die_with_parent()
        worker.confine(connection, limits.memory)
        worker.serve(store, limits)
        status = 0
    finally:
        os._exit(status)  # nothing of the zygote's is to be cleared up here


def _end(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)


def _tell(control: socket.socket, told: dict[str, object]) -> None:
    control.sendall(json.dumps(told).encode() + b"\n")


def run() -> None:
    """Run as the command line tells: the store, the limits as JSON, the number of the connection."""
    main(sys.argv[1], Limits(**json.loads(sys.argv[2])), int(sys.argv[3]))


if __name__ == "__main__":
    run()
