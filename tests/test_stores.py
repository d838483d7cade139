"""The stores: what holds for each of them, and what is the folder's or the server's own."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from epargraph.errors import QueryError, StoreError
from epargraph.stores import Store, open_store
from epargraph.stores.endpoint import Endpoint

G1, G2 = "https://example.org/graph/1", "https://example.org/graph/2"
ONE = b'<https://example.org/a> <https://example.org/p> "one" .\n'
TWO = ONE.replace(b"one", b"two") + '<https://example.org/b> <https://example.org/p> "é" .\n'.encode()
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"

Opener = Callable[[bool], Store]
SparqlServer = Callable[..., AbstractContextManager[str]]


def count(store: Store) -> int:
    return int(store.query(COUNT, accept="text/csv").decode().split()[1])


@pytest.fixture(params=["folder", "server", "server with union"])
def opener(request: pytest.FixtureRequest, tmp_path: Path, sparql_server: SparqlServer) -> Iterator[Opener]:
    if request.param == "folder":
        yield lambda write: open_store(tmp_path / "store", write=write)
        return
    options = ["--union-default-graph"] if "union" in request.param else []
    with sparql_server(tmp_path / "served", *options) as url:
        yield lambda write: open_store(url, write=write, archive=tmp_path / "archive")


# What holds for every store


def test_queries_see_the_union_of_all_graphs(opener: Opener) -> None:
    """A query without GRAPH sees what all graphs together say, and GRAPH tells them apart."""
    with opener(True) as store:
        store.replace({G1: ONE, G2: ONE + TWO})
    with opener(False) as store:
        assert store.query("CONSTRUCT WHERE { ?s ?p ?o }") == ONE + TWO
        assert store.graphs() == [G1, G2]
        rows = store.query('SELECT ?g WHERE { GRAPH ?g { ?s ?p "one" } } ORDER BY ?g', accept="text/csv")
        assert rows.decode().split() == ["g", G1, G2]


@pytest.mark.parametrize("opener", ["folder", "server"], indirect=True)  # told to take the union, it takes no FROM
def test_a_from_clause_chooses_the_graph(opener: Opener) -> None:
    """A query with FROM sees the graph that it names and no other."""
    with opener(True) as store:
        store.replace({G1: ONE, G2: TWO})
        rows = store.query(f"SELECT ?o FROM <{G1}> WHERE {{ ?s ?p ?o }}", accept="text/csv")
        assert rows.decode().split() == ["o", "one"]


def test_replacing_puts_the_new_triples_in_place_of_the_old(opener: Opener) -> None:
    """A graph given anew holds what was given last; giving the same twice changes nothing."""
    with opener(True) as store:
        for triples in (ONE, TWO, TWO):
            store.replace({G1: triples})
        assert store.triples(G1) == TWO
        assert store.archive().graphs() == []


def test_a_dropped_graph_is_kept_in_the_archive(opener: Opener) -> None:
    """A superseded graph leaves the current ones for the archive, and comes back from there when it is given again."""
    with opener(True) as store:
        store.replace({G1: ONE})
        store.replace({G1: None, G2: TWO})
        assert (store.graphs(), store.archive().graphs()) == ([G2], [G1])
    with opener(False) as store:
        assert store.archive().triples(G1) == ONE
        assert count(store) == 2
    with opener(True) as store:
        store.replace({G1: ONE, G2: None})
        assert (store.graphs(), store.archive().graphs()) == ([G1], [G2])


def test_dropping_what_is_not_there_is_no_error(opener: Opener) -> None:
    """A graph that no store holds can be dropped: the outcome is what was asked for."""
    with opener(True) as store:
        store.replace({G1: None})
        store.replace({})
        assert store.graphs() == store.archive().graphs() == []


def test_every_form_of_query_answers_in_its_media_types(opener: Opener) -> None:
    """SELECT, ASK, CONSTRUCT and DESCRIBE answer in each of their media types, the same from every store."""
    with opener(True) as store:
        store.replace({G1: ONE})
        select = "SELECT ?o WHERE { ?s ?p ?o }"
        assert store.query(select, accept="text/csv") == b"o\r\none\r\n"
        assert store.query(select, accept="text/tab-separated-values") == b'?o\n"one"\n'
        assert b'"value":"one"' in store.query(select, accept="application/sparql-results+json")
        assert b"<literal>one</literal>" in store.query(select, accept="application/sparql-results+xml")
        assert store.query("ASK { ?s ?p ?o }", accept="text/csv") == b"true"
        assert store.query("ASK { ?s ?p 5 }") == b'{"head":{},"boolean":false}'
        assert store.query("CONSTRUCT WHERE { ?s ?p ?o }") == ONE
        assert store.query("DESCRIBE <https://example.org/a>", accept="text/turtle").endswith(b'"one" .\n')


def test_known_prefixes_need_no_declaration(opener: Opener) -> None:
    """The project's prefixes may be used undeclared."""
    with opener(True) as store:
        assert store.query("ASK { ?fact epar:evidence ?evidence }") == b'{"head":{},"boolean":false}'


def test_awkward_characters_survive(opener: Opener) -> None:
    """Quotes, backslashes, line ends, control characters and what looks like an escape come back as they went in."""
    words = rb'"a \"quote\" \\u0022 } ; DROP ALL \\ \n\r\t\u0007 \u00e9 \U0001F600"'
    odd = b"<https://example.org/a> <https://example.org/p> " + words + b" ."
    with opener(True) as store:
        store.replace({G1: odd, G2: ONE})
        answer = store.query(f"SELECT ?o FROM <{G1}> WHERE {{ ?s ?p ?o }}", accept="application/sparql-results+json")
        assert rb"\"quote\" \\u0022 } ; DROP ALL \\ \n\r\t\u0007" in answer
        assert "é 😀" in answer.decode()
        assert store.graphs() == [G1, G2]


def test_a_large_graph_goes_through(opener: Opener) -> None:
    """A graph of 50,000 triples is stored and answered whole."""
    big = b"".join(b'<https://example.org/%d> <https://example.org/p> "value %d" .\n' % (i, i) for i in range(50_000))
    with opener(True) as store:
        store.replace({G1: big})
        assert count(store) == 50_000
        assert store.query("CONSTRUCT WHERE { ?s ?p ?o }").count(b"\n") == 50_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * WHERE {\n ?s ?p ?o .. }", r"line 2, column \d+: not SPARQL|refuses"),
        ("SELECT ?x WHERE { ?s nosuch:thing ?x }", "a prefix is not declared|refuses"),
        ("DELETE WHERE { ?s ?p ?o }", "none of the words SELECT"),
        ("", "none of the words SELECT"),
        ("ASK " + "{" * 5000, "nest deeper than 100"),
        ("ASK {} #" + "x" * 1_000_000, "more than 1000000 characters"),
    ],
    ids=["syntax", "undeclared prefix", "an update", "empty", "deep nesting", "too long"],
)
def test_a_wrong_query_is_refused(opener: Opener, text: str, message: str) -> None:
    """A query that is no SPARQL query is an error that says so, and nothing changes."""
    with opener(True) as store:
        store.replace({G1: ONE})
        with pytest.raises(QueryError, match=message):
            store.query(text)
        assert count(store) == 1


def test_a_form_that_does_not_fit_is_refused(opener: Opener) -> None:
    """Triples can't be asked for as CSV, rows not as Turtle."""
    with opener(True) as store:
        with pytest.raises(
            QueryError, match=r"a CONSTRUCT query gives triples, not text/csv; ask for application/n-tri"
        ):
            store.query("CONSTRUCT WHERE { ?s ?p ?o }", accept="text/csv")
        with pytest.raises(QueryError, match="a SELECT query gives a table, not text/turtle"):
            store.query("SELECT * { ?s ?p ?o }", accept="text/turtle")


def test_broken_triples_leave_the_store_as_it_was(opener: Opener) -> None:
    """One graph that is not N-Triples stops the whole replacement."""
    with opener(True) as store:
        store.replace({G1: ONE})
        for graphs in (
            {G1: TWO, G2: b"<a> <b> ."},
            {G1: None, "no iri": ONE},
            {G1: TWO, "https://e.org/> } ; DROP ALL": ONE},
        ):
            with pytest.raises(StoreError, match="nothing was stored"):
                store.replace(graphs)
        assert store.triples(G1) == ONE
        assert store.archive().graphs() == []


def test_a_store_opened_for_reading_can_not_be_written(opener: Opener) -> None:
    """Writing wants `write=True`."""
    with opener(True) as store:
        store.replace({G1: ONE})
    with opener(False) as store, pytest.raises(StoreError, match="opened for reading; open it for writing"):
        store.replace({G1: None})


# The folder's own


def test_a_missing_store_says_how_to_build_one(tmp_path: Path) -> None:
    """Reading where nothing was built names the remedy, and makes no folder."""
    with pytest.raises(StoreError, match="there is no store here; run `epargraph build` first"):
        open_store(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_store_is_left_alone(tmp_path: Path) -> None:
    """A file, and a folder of something else, are refused and not touched."""
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_text("mine")
    folder.mkdir()
    with pytest.raises(StoreError, match="this folder is not a store; run"):
        open_store(folder)
    (folder / "thesis.txt").write_text("mine")
    for write in (False, True):
        with pytest.raises(StoreError, match="this is a file, not the folder of a store"):
            open_store(file, write=write)
        with pytest.raises(StoreError, match="this folder is not a store"):
            open_store(folder, write=write)
        with pytest.raises(StoreError, match="Not a directory"):
            open_store(file / "below", write=True)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_another_format_is_refused(tmp_path: Path) -> None:
    """A store of another layout is not touched."""
    open_store(tmp_path / "s", write=True).close()
    (tmp_path / "s" / "epargraph.store").write_text("epargraph store, format 2\n")
    with pytest.raises(StoreError, match="another version of epargraph made this store"):
        open_store(tmp_path / "s", write=True)


def test_a_store_that_was_never_filled_says_so(tmp_path: Path) -> None:
    """A first build that broke off before it stored anything leaves a folder that reads as not built."""
    open_store(tmp_path / "s", write=True).close()
    with open_store(tmp_path / "s") as store:
        assert store.graphs() == []
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "epargraph.store").touch()
    with pytest.raises(StoreError, match="nothing was stored here yet; run `epargraph build`"):
        open_store(tmp_path / "t")


CHILD = """
import sys
from epargraph.stores import open_store
store = open_store(sys.argv[1], write=sys.argv[2] == "write")
print("open", flush=True)
if sys.argv[2] == "write":
    sys.stdin.readline()
    version = 0
    while True:
        version += 1
        line = '<https://example.org/{0}> <https://example.org/version> "%d" .\\n' % version
        print(version, flush=True)
        store.replace({"https://example.org/graph/%d" % (version - 1): None,
                       "https://example.org/graph/%d" % version: "".join(map(line.format, range(3000))).encode()})
sys.stdin.readline()
"""


@contextmanager
def other_process(where: Path, mode: str) -> Iterator[subprocess.Popen[str]]:
    source = Path(__file__).parent.parent / "src"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(source), *sys.path])}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(where), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


def test_while_one_process_writes_others_are_told_so(tmp_path: Path) -> None:
    """Beside a writer in another process all get one clear line; once it is killed the store is free."""
    where = tmp_path / "store"
    with other_process(where, "write"):
        for write in (False, True):
            with pytest.raises(StoreError, match="the store is being written by another process; wait and try again"):
                open_store(where, write=write)
    open_store(where, write=True).close()


def test_many_read_at_once_and_a_writer_waits_for_them(tmp_path: Path) -> None:
    """Readers don't keep each other out; a writer beside a reader is told that the store is being read."""
    where = tmp_path / "store"
    with open_store(where, write=True) as store:
        store.replace({G1: ONE})
    with other_process(where, "read"):
        with open_store(where) as store:
            assert count(store) == 1
        with pytest.raises(StoreError, match="the store is being read by another process; wait and try again"):
            open_store(where, write=True)


def test_a_killed_build_leaves_a_whole_version(tmp_path: Path) -> None:
    """After SIGKILL in mid-write the store holds one version, whole, and the archive every one before it."""
    where = tmp_path / "store"
    chance = random.Random(5522)
    for _ in range(4):
        with other_process(where, "write") as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("go\n")
            process.stdin.flush()
            process.stdout.readline()
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
            process.wait()
        with open_store(where) as store:
            (graph,) = store.graphs()
            version = graph.rpartition("/")[2]
            rows = store.query("SELECT ?v (COUNT(?s) AS ?n) WHERE { ?s ?p ?v } GROUP BY ?v", accept="text/csv")
            assert rows.decode().split() == ["v,n", f"{version},3000"]
            for older in set(store.archive().graphs()) - {graph}:
                assert store.archive().triples(older).count(b"\n") == 3000
        with open_store(where, write=True) as store:
            store.replace(dict.fromkeys(store.graphs()))


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """When the disk takes no more, the error names the store and what it held stays."""
    resource = pytest.importorskip("resource")
    where = tmp_path / "store"
    with open_store(where, write=True) as store:
        store.replace({G1: ONE})
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    big = b"".join(b'<https://example.org/%d> <https://example.org/p> "value %d" .\n' % (i, i) for i in range(20_000))
    store = open_store(where, write=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limit[1]))
    try:
        with pytest.raises(StoreError, match="check the disk's space"):
            store.replace({G1: None, G2: big})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        store.close()
    with open_store(where, write=True) as store:
        assert store.triples(G1) == ONE
        assert store.graphs() == [G1]


def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    """A store that may not be written gives an error, not a traceback."""
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="permission denied; change the folder's permissions"):
        open_store(tmp_path / "store", write=True)


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """A query after closing is an error, closing twice is none."""
    store = open_store(tmp_path / "store", write=True)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="the store is closed; open it again"):
        store.query(COUNT)


# The server's own

EMPTY = b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'
TYPE = {"Content-Type": "application/sparql-results+json"}
Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def scripted_server(*answers: Answer, drip: float = 0) -> Iterator[tuple[str, list[str]]]:
    """Serve the answers in turn, the last one for ever, over a real socket; collect what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, headers, answer = answers[min(len(asked), len(answers) - 1)]
            asked.append(body)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if not drip:
                self.wfile.write(answer)
                return
            for byte in answer:
                time.sleep(drip)
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    return

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{served.server_port}/sparql", asked
        finally:
            served.shutdown()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((206, TYPE, EMPTY), "status 206"),
        ((200, {**TYPE, "X-SPARQL-MaxRows": "10000"}, EMPTY), "cut the answer off .X-SPARQL-MaxRows: 10000"),
        ((200, TYPE, EMPTY[:-4]), "cut off or no SPARQL result"),
        ((200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html>Log in</html>"), "a web page came back"),
        ((200, {**TYPE, "Content-Length": "4000"}, EMPTY), r"broke off|within 3 seconds"),
        ((403, {}, b""), "403 Forbidden"),
        ((404, {}, b"nothing here"), "no SPARQL endpoint here"),
        ((401, {}, b""), "user name and password"),
        ((500, {}, b"out of memory"), "the server failed: out of memory"),
        ((503, {"Retry-After": "3600"}, b""), "503 Service Unavailable; try again later"),
    ],
    ids=lambda value: f"{value[0]} {len(value[2])}" if isinstance(value, tuple) else "",
)
def test_a_doubtful_answer_is_an_error(answer: Answer, message: str) -> None:
    """What may not be the whole answer is an error in words, never a partial result or a traceback."""
    with scripted_server(answer) as (url, _), pytest.raises(StoreError, match=message):
        Endpoint(url, deadline=3).query("SELECT ?x FROM <https://example.org/g> WHERE { ?x ?y ?z }")


def test_a_busy_server_is_asked_again() -> None:
    """429 and 503 are waited out, for as long as Retry-After says."""
    busy: list[Answer] = [(429, {"Retry-After": "0"}, b""), (503, {}, b"")]
    date = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT", "Date": "Wed, 21 Oct 2015 07:28:00 GMT"}
    with scripted_server(*busy, (503, date, b""), (200, TYPE, EMPTY)) as (url, asked):
        assert b'"bindings":[]' in Endpoint(url).query("SELECT ?x FROM <https://example.org/g> WHERE { ?x ?y ?z }")
        assert len(asked) == 4


def test_the_deadline_is_for_the_whole_request() -> None:
    """A server that sends a byte now and then does not keep a query waiting past its deadline."""
    with scripted_server((200, TYPE, EMPTY), drip=0.2) as (url, _):
        start = time.monotonic()
        with pytest.raises(StoreError, match="no whole answer"):
            Endpoint(url, deadline=1).query("ASK FROM <https://example.org/g> { ?x ?y ?z }")
        assert time.monotonic() - start < 3


def test_a_password_goes_to_the_server_and_nowhere_else() -> None:
    """The password of the URL is not in the messages."""
    with scripted_server((500, {}, b"")) as (url, _):
        with pytest.raises(StoreError) as caught:
            Endpoint(url.replace("http://", "http://me:geheim@")).query("ASK {}")
        assert "geheim" not in str(caught.value)


def test_no_server_is_said_at_once(tmp_path: Path) -> None:
    """Where nothing listens the error comes without waiting, before any work, and the archive is not touched."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(StoreError, match="nothing answers there; start the server or mend the address"):
        open_store(url, write=True, archive=tmp_path / "archive")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["http://", "http://[", "http://host:port/", "http:///query"])
def test_a_bad_url_is_refused(url: str) -> None:
    """What starts like a URL but is none is an error that says so."""
    with pytest.raises(StoreError, match=r"not a URL|not the URL of a server"):
        open_store(url)


@pytest.mark.parametrize("where", ["", "  ", "ftp://127.0.0.1/x"])
def test_what_names_no_store_is_refused(where: str) -> None:
    """An empty name or an address of another kind makes no store anywhere."""
    with pytest.raises(StoreError):
        open_store(where, write=True)
