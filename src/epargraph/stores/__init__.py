"""Where graphs are kept and asked: an embedded Oxigraph in a folder, or any SPARQL 1.1 server."""

from __future__ import annotations

import re
from pathlib import Path

from epargraph.errors import StoreError
from epargraph.stores.base import Dataset, Store
from epargraph.stores.embedded import Embedded
from epargraph.stores.endpoint import Endpoint

__all__ = ["Dataset", "Embedded", "Endpoint", "Store", "open_store"]


def open_store(where: str | Path, *, write: bool = False, archive: str | Path | None = None) -> Store:
    """Open the store in a folder, or behind the URL of a SPARQL 1.1 server; close it by `with` or `close`.

    A URL that ends in /query or /sparql is the query endpoint; to any other, /query and /update are appended;
    `query-url|update-url` names both. The superseded graphs of a server are kept in the folder `archive` (default:
    the environment's EPARGRAPH_ARCHIVE, else epargraph-archive/). A folder is made when it is opened for writing.
    StoreError when there is no store, when it is in use, or when something else lies there.
    """
    if not str(where).strip():
        raise StoreError("--store", "it names nothing", "name a folder or the URL of a SPARQL 1.1 server")
    if re.match(r"(?!https?://)[a-z][a-z+.-]+://", str(where)):
        raise StoreError(str(where), "this kind of address is no store", "name a folder or an http(s) URL")
    if str(where).startswith(("http://", "https://")):
        return Endpoint(str(where), write=write, archive=archive)
    return Embedded(where, write=write)
