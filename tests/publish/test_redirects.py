"""The redirects of w3id.org, run by Apache as they are run there."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from epargraph.publish import redirects
from epargraph.publish.about import SITE

HTML, TURTLE, TREE = "text/html,application/xhtml+xml,*/*;q=0.8", "text/turtle", "application/ld+json"
_MODULES = Path("/usr/lib/apache2/modules")
_APACHE = next(
    (found for name in ("apache2", "httpd") if (found := shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin"))),
    None,
)
_CONFIGURATION = """
ServerRoot "{root}"
ServerName localhost
PidFile "{root}/pid"
Mutex default:{root}
Listen 127.0.0.1:{port}
ErrorLog "{root}/errors"
LogLevel warn
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule rewrite_module {modules}/mod_rewrite.so
User nobody
StartServers 1
ThreadsPerChild 4
MaxRequestWorkers 4
MinSpareThreads 1
MaxSpareThreads 4
DocumentRoot "{root}/ids"
<Directory "{root}/ids">
    Options FollowSymLinks
    AllowOverride All
    Require all granted
</Directory>
"""


@pytest.fixture(scope="module")
def asked() -> Iterator[Callable[..., tuple[int, str]]]:
    """Return a function that asks Apache for a path below /epargraph/ and returns status and new address."""
    if _APACHE is None or not (_MODULES / "mod_rewrite.so").is_file():
        pytest.skip("needs Apache with mod_rewrite (apt-get install apache2-bin)")
    with tempfile.TemporaryDirectory(prefix="epargraph-") as folder:
        root = Path(folder)
        root.chmod(0o755)  # Apache reads it as another user
        ids = root / "ids" / "epargraph"
        ids.mkdir(parents=True)
        (ids / ".htaccess").write_text(redirects.rules(SITE), "utf-8")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        (root / "httpd.conf").write_text(_CONFIGURATION.format(root=root, port=port, modules=_MODULES))
        server = subprocess.Popen([_APACHE, "-DFOREGROUND", "-f", str(root / "httpd.conf")])
        try:
            _await(port, server, root)

            def ask(path: str, accept: str | None = None) -> tuple[int, str]:
                connection = HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", f"/epargraph/{path}", headers={"Accept": accept} if accept else {})
                answer = connection.getresponse()
                connection.close()
                return answer.status, answer.getheader("Location", "")

            yield ask
        finally:
            server.terminate()
            server.wait(30)


def _await(port: int, server: subprocess.Popen[bytes], root: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            pytest.fail(f"Apache ended: {(root / 'errors').read_text() if (root / 'errors').exists() else ''}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("Apache does not answer")


_DOSE = "medicine/EMEA-H-C-005522/dose/54852e140997"
_CASES = [
    ("", HTML, ""),
    ("", None, ""),
    ("", TURTLE, "dcat.ttl"),
    ("ontology", HTML, "ontology/index.html"),
    ("ontology", "*/*", "ontology/index.html"),
    ("ontology", None, "ontology/index.html"),
    ("ontology", TURTLE, "ontology/epargraph.ttl"),
    ("ontology", f"{TURTLE}, application/rdf+xml;q=0.5", "ontology/epargraph.ttl"),
    ("ontology", TREE, "ontology/epargraph.jsonld"),
    ("ontology/0.1.0", TURTLE, "ontology/epargraph.ttl"),
    ("context.jsonld", None, "ontology/context.jsonld"),
    ("codes/authorisation-type/conditional", HTML, "ontology/codes.html#authorisation-type/conditional"),
    ("codes/authorisation-type/conditional", TURTLE, "ontology/codes.ttl"),
    ("codes", HTML, "ontology/codes.html"),
    ("medicine/EMEA-H-C-005522", HTML, "medicine/EMEA-H-C-005522.html"),
    ("medicine/EMEA-H-C-005522", TURTLE, "medicine/EMEA-H-C-005522.ttl"),
    ("medicine/EMEA-H-C-005522", TREE, "medicine/EMEA-H-C-005522.jsonld"),
    ("medicine/EMEA-H-C-005522.ttl", HTML, "medicine/EMEA-H-C-005522.ttl"),
    ("medicine/name-%CE%B1-one", HTML, "medicine/name-%ce%b1-one.html"),
    (_DOSE, HTML, "medicine/EMEA-H-C-005522.html#dose-54852e140997"),
    (_DOSE, TURTLE, "medicine/EMEA-H-C-005522.ttl"),
    (f"medicine/EMEA-H-C-005522/np/RA{'x' * 43}", None, "medicine/EMEA-H-C-005522.trig"),
    ("substance/sotorasib", HTML, "things/substance.html#sotorasib"),
    ("biomarker/HER2%2B", HTML, "things/biomarker.html#HER2+"),
    ("condition/non-small-cell-lung-cancer", TURTLE, "things/condition.ttl"),
    ("queries/glossary", HTML, "queries/index.html#glossary"),
    ("queries/glossary", TURTLE, "queries/glossary.ttl"),
    ("queries/glossary", "application/sparql-query", "queries/glossary.rq"),
    ("release/data/epargraph.nq.gz", None, "data/epargraph.nq.gz"),
    ("release/", None, ""),
    ("dataset", TURTLE, "dcat.ttl"),
    ("dataset/class/epar-Dose", TURTLE, "void.ttl"),
    ("dataset", HTML, ""),
    ("licence", HTML, "index.html#terms"),
    (".well-known/void", None, "void.ttl"),
    ("document/EMA-685702-2021", HTML, ""),
    ("nothing/of/the/kind", HTML, ""),
]


@pytest.mark.parametrize(("path", "accept", "to"), _CASES)
def test_an_address_leads_to_the_release(
    asked: Callable[..., tuple[int, str]], path: str, accept: str | None, to: str
) -> None:
    """Each kind of address leads, by what is asked for, to the file of the release that tells of it."""
    status, location = asked(path, accept)
    assert status == (302 if path.startswith("release/") else 303)
    assert location.replace("%CE%B1", "%ce%b1") == SITE + to


def test_what_the_rules_lead_to_is_released(released: Path) -> None:
    """What the rules lead to are files of the release, with the anchors that they name."""
    for path, _, to in _CASES:
        name, _, fragment = to.partition("#")
        if "%" in path or "/np/" in path:
            continue
        assert (released / (name or "index.html")).is_file(), to
        if fragment:
            assert f'id="{fragment}"' in (released / name).read_text("utf-8"), to


def test_the_rules_keep_the_rules_of_w3id() -> None:
    """No option, no permanent redirect, no blank among flags, no other host, and the engine is on."""
    lines = [line for line in redirects.rules("https://other.example.org/x/").splitlines() if line and line[0] != "#"]
    assert lines[0] == "RewriteEngine on"
    for line in lines[1:]:
        directive, *words = line.split()
        assert directive in ("RewriteCond", "RewriteRule")
        assert len(words) == (2 if directive == "RewriteCond" else 3)
        if directive == "RewriteRule":
            assert words[0].startswith("^")
            assert not words[0].startswith("^/")
            assert words[1].startswith("https://other.example.org/x/")
            assert words[2].startswith(("[R=303,", "[R=302,"))
    assert SITE not in "\n".join(lines)


def test_the_release_has_the_rules_for_its_site(released: Path) -> None:
    """The rules stand in the release as in the repository, with the address of the site where one is named."""
    assert (released / "w3id/.htaccess").read_text("utf-8") == redirects.RULES.read_text("utf-8")
