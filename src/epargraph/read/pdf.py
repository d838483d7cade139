"""Read the text of a PDF through a worker process that has a limit of memory and a deadline."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from epargraph.errors import SourceError

MEMORY = 1_500_000_000
"""Bytes of address space the worker may take; pdfium itself takes about 100 MB."""
DEADLINE = 30.0
"""Seconds for one file; an overview takes some milliseconds."""

_WORKER = Path(__file__).with_name("pdf_worker.py")
_REASONS = {
    "password": ("it is protected by a password", "save it without a password"),
    "broken": ("it is not a well-formed PDF", "download it again"),
    "long": ("it has more pages than any overview", "give the overview alone"),
    "died": ("reading it as a PDF took too much memory or failed", "download it again, or save it as text"),
    "late": (f"reading it as a PDF took longer than {DEADLINE:.0f} s", "download it again, or save it as text"),
    "blank": ("its pages hold no text (scanned images)", "give a PDF with text, or recognise the text first"),
}


class _Worker:
    """A running worker process, for one process of ours; a dead one is replaced at the next file."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0

    def ask(self, data: bytes, deadline: float, memory: int) -> dict[str, object]:
        """Return the worker's answer on a PDF."""
        with self.lock:
            process = self._running(memory)
            assert process.stdin is not None
            assert process.stdout is not None
            late = threading.Event()

            def kill() -> None:
                late.set()
                process.kill()

            timer = threading.Timer(deadline, kill)
            timer.daemon = True
            timer.start()
            try:
                process.stdin.write(len(data).to_bytes(8, "big") + data)
                process.stdin.flush()
                size = int.from_bytes(process.stdout.read(8), "big")
                reply = process.stdout.read(size)
            except OSError:
                reply = b""
            finally:
                timer.cancel()
            if not reply or len(reply) < size:
                self.close()
                return {"error": "late" if late.is_set() else "died"}
            answer: dict[str, object] = json.loads(reply)
            return answer

    def _running(self, memory: int) -> subprocess.Popen[bytes]:
        if self.process is None or self.owner != os.getpid() or self.process.poll() is not None:
            if self.owner == os.getpid():
                self.close()
            self.owner = os.getpid()
            self.process = subprocess.Popen(
                [sys.executable, "-I", str(_WORKER), str(memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self.process

    def close(self) -> None:
        """End the worker, if it runs and is ours."""
        process, self.process = self.process, None
        if process is None or self.owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


_worker = _Worker()
atexit.register(_worker.close)


def pages(where: str, data: bytes, *, deadline: float = DEADLINE, memory: int = MEMORY) -> list[str]:
    """Return the text of each page of a PDF as pdfium gives it. Raises SourceError where there is none."""
    answer = _worker.ask(data, deadline, memory)
    texts = answer.get("pages")
    if isinstance(texts, list) and any(str(text).strip() for text in texts):
        return [str(text) for text in texts]
    reason, remedy = _REASONS[str(answer.get("error", "blank"))]
    raise SourceError(where, reason, remedy)
