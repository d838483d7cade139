"""Where graphs are kept and asked: an embedded Oxigraph in a folder, or any SPARQL 1.1 server."""

from __future__ import annotations

import re
from pathlib import Path

from epargraph.credentials import NAME
from epargraph.errors import StoreError
from epargraph.stores.base import Dataset, Store
from epargraph.stores.embedded import Embedded
from epargraph.stores.endpoint import Endpoint, archive_folder

__all__ = ["Dataset", "Embedded", "Endpoint", "Store", "archive_folder", "open_store"]


def open_store(
    where: str | Path,
    *,
    write: bool = False,
    archive: str | Path | None = None,
    default_graph: str | None = None,
    name: str = NAME,
) -> Store:
    """Open the store in a folder, or behind the URL of a SPARQL 1.1 server; close it by `with` or `close`.

    A URL whose last step is query or begins with sparql is the query endpoint; to any other, /query and /update are
    appended; `query-url|update-url` names both. `default_graph` is "union" where the server's default graph is that, or
    the name that the server has for the union, and else the environment's EPARGRAPH_DEFAULT_GRAPH; without, it is found out
    whether graphs must be named one by one. Who asks is told by the environment's variables NAME_USER and NAME_PASSWORD,
    or NAME_TOKEN. The superseded graphs of a server are kept in the folder `archive` (default:
    the environment's NAME_ARCHIVE or EPARGRAPH_ARCHIVE, else epargraph-archive/). A folder is made when it is opened for writing.
    StoreError when there is no store, when it is in use, or when something else lies there.
    """
    if not str(where).strip():
        raise StoreError("--store", "it names nothing", "name a folder or the URL of a SPARQL 1.1 server")
    if re.match(r"(?!https?://)[a-z][a-z+.-]+://", str(where)):
        raise StoreError(str(where), "this kind of address is no store", "name a folder or an http(s) URL")
    if str(where).startswith(("http://", "https://")):
        return Endpoint(str(where), write=write, archive=archive, default_graph=default_graph, name=name)
    return Embedded(where, write=write)
