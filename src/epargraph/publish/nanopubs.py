"""Nanopublications: each fact as an assertion, with its quote as provenance and who published it; trusty, without a clock.

The address of a nanopublication ends with the hash of what it says (http://trustyuri.net/spec/v1.RA). It is computed here,
since the package of the field reads RDF into a graph of its own for it; that package checks it in the tests.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode, encodebytes, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode, Triple

from epargraph.errors import UsageError
from epargraph.export.turtle import Writer
from epargraph.graph.facts import EMA, LABEL, TYPE, XSD, epar, string, term
from epargraph.publish.about import ACKNOWLEDGEMENT, About
from epargraph.publish.told import Medicine, Told, plain
from epargraph.stores.sparql import PREFIXES

_NP = "http://www.nanopub.org/nschema#"
_NPX = "http://purl.org/nanopub/x/"
_DCTERMS = PREFIXES["dcterms"]
_PROV = PREFIXES["prov"]
_EVIDENCE = epar("evidence")
_NOT_SAID = (_EVIDENCE, epar("setAsideBy"), epar("acceptedBy"))
"""What is told of a fact and is not the fact."""
_SELECTOR = term(PREFIXES["oa"] + "hasSelector")
_PARTS = ("Head", "assertion", "provenance", "pubinfo")
_PLACE = " "
"""What stands for the hash while it is not known."""

_PREFIXES = {**PREFIXES, "np": _NP, "npx": _NPX}
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(_PREFIXES.items()))
"""The prefixes of nanopublications, once for a file of many."""

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Nanopub:
    """A nanopublication: its address, what it is of, and its TriG below `HEAD`."""

    iri: str
    fact: str
    trig: str


def nanopubs(medicine: Medicine, about: About) -> Iterator[Nanopub]:
    """Yield a nanopublication for each fact of a medicine but those that a reviewer set aside.

    The same facts, maker and day give the same ones.
    """
    for fact in (each for each in medicine.facts if not each.set_aside):
        yield _nanopub(medicine, fact, about)


def signer(key: str) -> tuple[str, Sign]:
    """Return the public key (as nanopublications state it) and the signature of an RSA private key in PEM.

    UsageError where the key is none, or what signs is not installed.
    """
    try:
        from Crypto.Hash import SHA256
        from Crypto.PublicKey import RSA
        from Crypto.Signature import pkcs1_15
    except ImportError as error:
        raise UsageError("key", "nothing to sign with is installed", "run pip install 'epargraph[sign]'") from error
    try:
        private = RSA.import_key(key)
        if not private.has_private():
            raise ValueError("it is a public key")
    except (ValueError, IndexError, TypeError) as error:
        raise UsageError("key", f"no RSA private key ({error})", "give one in PEM, without a passphrase") from error
    public = b64encode(private.public_key().export_key("DER")).decode()
    return public, lambda text: pkcs1_15.new(private).sign(SHA256.new(text))


_signer = cache(signer)


def _nanopub(medicine: Medicine, fact: Told, about: About) -> Nanopub:
    prefix = f"{medicine.iri}/np/"
    this = prefix + _PLACE
    parts = {
        "Head": list(_head(this)),
        "assertion": list(_assertion(medicine, fact)),
        "provenance": list(_provenance(medicine, fact, this)),
        "pubinfo": list(_pubinfo(fact, about, this)),
    }
    if about.key:
        public, sign = _signer(about.key)
        signature = _Name(f"{this}#sig")
        parts["pubinfo"] += [
            (signature, term(f"{_NPX}hasPublicKey"), string(public)),
            (signature, term(f"{_NPX}hasAlgorithm"), string("RSA")),
            (signature, term(f"{_NPX}hasSignatureTarget"), _Name(this)),
        ]
        signed = encodebytes(sign(_normalised(this, parts))).decode().replace("\n", "")
        parts["pubinfo"].append((signature, term(f"{_NPX}hasSignature"), string(signed)))
    digest = hashlib.sha256(_normalised(this, parts)).digest()
    iri = f"{prefix}RA{urlsafe_b64encode(digest).decode().rstrip('=')}"
    return Nanopub(iri, fact.iri, _trig(iri, parts))


@dataclass(frozen=True, slots=True, order=True)
class _Name:
    """An IRI that holds the place of the hash, which no IRI can."""

    value: str


_Term = NamedNode | Literal | _Name
_Statement = tuple[_Term, NamedNode, _Term]


def _head(this: str) -> Iterator[_Statement]:
    node = _Name(this)
    yield node, TYPE, term(f"{_NP}Nanopublication")
    for name, part in (
        ("hasAssertion", "assertion"),
        ("hasProvenance", "provenance"),
        ("hasPublicationInfo", "pubinfo"),
    ):
        yield node, term(_NP + name), _Name(f"{this}#{part}")


def _assertion(medicine: Medicine, fact: Told) -> Iterator[_Statement]:
    """Yield what the fact says; of a medicine without the facts that it has."""
    has = epar(f"has{fact.kind}")
    for each in medicine.triples[fact.iri]:
        linked = fact.kind == "Medicine" and each.predicate.value.startswith(f"{epar('has').value}")
        if each.predicate not in _NOT_SAID and not linked:
            yield _statement(each)
    for each in medicine.triples.get(medicine.iri, ()):
        if each.predicate == has and plain(each.object) == fact.iri:
            yield _statement(each)


def _statement(each: Triple) -> _Statement:
    assert isinstance(each.subject, NamedNode)
    assert isinstance(each.object, NamedNode | Literal)
    return each.subject, each.predicate, each.object


def _provenance(medicine: Medicine, fact: Told, this: str) -> Iterator[_Statement]:
    """Yield the words that the fact was read from, their place, and the version of the source."""
    assertion = _Name(f"{this}#assertion")
    for passage in fact.passages:
        yield assertion, term(f"{_PROV}wasDerivedFrom"), term(passage.iri)
        if passage.source:
            yield assertion, term(f"{_PROV}hadPrimarySource"), term(passage.source)
        for each in medicine.triples.get(passage.iri, ()):
            yield _statement(each)
            if each.predicate == _SELECTOR:
                yield from map(_statement, medicine.triples.get(plain(each.object), ()))
        for each in medicine.triples.get(passage.graph, ()):
            if each.predicate in (epar("software"), epar("describes"), epar("retrieved"), epar("registerDate")):
                yield _statement(each)
    corrected = fact.review is not None and fact.review.standing == "corrected"
    if fact.review is not None:
        yield assertion, term(f"{_PROV}wasDerivedFrom"), term(fact.review.iri)
        yield from map(_statement, medicine.triples.get(fact.review.iri, ()))
    by = term(fact.review.reviewer) if corrected and fact.review is not None and fact.review.reviewer else EMA
    yield assertion, term(f"{_PROV}wasAttributedTo"), by


def _pubinfo(fact: Told, about: About, this: str) -> Iterator[_Statement]:
    node = _Name(this)
    yield node, LABEL, Literal(fact.label or fact.kind, language="en")
    yield node, term(f"{_DCTERMS}creator"), term(about.agent)
    yield node, term(f"{_DCTERMS}isPartOf"), term(about.dataset)
    yield node, term(f"{_DCTERMS}license"), term(about.licence)
    yield node, term(f"{_DCTERMS}rights"), Literal(ACKNOWLEDGEMENT, language="en")
    yield node, term(f"{_NPX}hasNanopubType"), epar(fact.kind)
    yield node, term(f"{_DCTERMS}subject"), term(fact.iri)
    if about.issued:
        created = f"{about.issued}T00:00:00Z"
        yield node, term(f"{_DCTERMS}created"), Literal(created, datatype=term(f"{XSD}dateTime"))
    yield term(about.agent), term(f"{PREFIXES['foaf']}name"), string(about.publisher)


def _normalised(this: str, parts: dict[str, list[_Statement]]) -> bytes:
    """Return what is hashed and signed: the statements in the order and form of the specification, each once."""
    rows = sorted(
        {(f"{this}#{part}", *_keys(*statement)) for part, told in parts.items() for statement in told},
        key=lambda row: [part.encode() if isinstance(part, str) else part for part in row],
    )
    return "".join(
        f"{graph}\n{subject}\n{predicate}\n{value[-1]}\n" for graph, subject, predicate, value in rows
    ).encode()


def _keys(subject: _Term, predicate: NamedNode, value: _Term) -> tuple[str, str, tuple[object, ...]]:
    """Return a statement's terms by which it is sorted; the object's last part is what is hashed."""
    if not isinstance(value, Literal):
        return subject.value, predicate.value, (0, value.value.encode(), (), value.value)
    escaped = value.value.replace("\\", "\\\\").replace("\n", "\\n")
    if value.language:  # without a language goes by its datatype, and after those that have one
        kind, written = (0, b"", value.language.encode()), f"@{value.language.lower()} {escaped}"
    else:
        kind, written = (1, value.datatype.value.encode(), b""), f"^{value.datatype.value} {escaped}"
    return subject.value, predicate.value, (1, value.value.encode(), kind, written)


def _trig(iri: str, parts: dict[str, list[_Statement]]) -> str:
    """Return the nanopublication as TriG, with the address in the place of the hash."""
    this = f"@prefix this: <{iri}> .\n@prefix sub: <{iri}#> .\n"
    blocks = [f"\nsub:{part} {{\n{_block(parts[part])}}}\n" for part in _PARTS]
    return f"\n{this}{''.join(blocks)}"


def _block(statements: Iterable[_Statement]) -> str:
    lines: list[str] = []
    last: tuple[str, str] = ("", "")
    told = {(_written(s), "a" if p == TYPE else _written(p), _written(o)) for s, p, o in statements}
    for subject, predicate, value in sorted(told):
        if subject != last[0]:
            lines.append(f"{' .' + chr(10) if lines else ''}    {subject} {predicate} {value}")
        elif predicate != last[1]:
            lines.append(f" ;\n        {predicate} {value}")
        else:
            lines.append(f" ,\n            {value}")
        last = (subject, predicate)
    return "".join(lines) + " .\n"


def _written(each: _Term) -> str:
    if isinstance(each, _Name):
        _, _, part = each.value.partition(f"/np/{_PLACE}")
        return f"sub:{part[1:]}" if part else "this:"
    return _WRITER.term(each)


_WRITER = Writer(prefixes=_PREFIXES)
