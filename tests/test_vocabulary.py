"""The vocabulary: what code gets from the ontology and the closed lists."""

from __future__ import annotations

from decimal import Decimal

import pytest

from epargraph import kinds, vocabulary
from epargraph.errors import RuleError
from epargraph.frequency import bands
from epargraph.vocabulary import CODE, EPAR, FIELDS


def test_every_field_of_every_kind_has_a_property() -> None:
    """Each field of each kind has one property, and no property claims a field that no kind has."""
    assert set(FIELDS) == {(kind, field) for kind in kinds.KINDS for field in kinds.field_names(kind)}


def test_every_kind_has_a_class() -> None:
    """Each kind of fact is a class of the same name."""
    assert {kind: vocabulary.CLASS.get(kind) for kind in kinds.KINDS} == {kind: EPAR + kind for kind in kinds.KINDS}


def test_fields_of_numbers_have_number_properties() -> None:
    """A field of numbers has a property of numbers, save a study's number, which becomes a link; a field of words has none."""
    numbers = {f"{vocabulary.FIELDS['Dose', name].range}" for name in ("amount", "order")}
    for (kind, name), field in FIELDS.items():
        if (kind, name) == ("Outcome", "study"):
            assert field.range == EPAR + "Study"
        else:
            assert (field.range in numbers) == (name in kinds.number_fields(kind)), (kind, name)


@pytest.mark.parametrize(
    ("kind", "name", "property_"),
    [
        ("Indication", "population", "population"),
        ("Study", "population", "populationDescription"),
        ("Prescriber", "action", "action"),
        ("Mechanism", "action", "mechanismAction"),
        ("Indication", "prior_treatment", "priorTreatment"),
    ],
)
def test_properties_are_named_for_their_fields(kind: str, name: str, property_: str) -> None:
    """A property is the field in lower camel case; where words and codes share a field's name, the words' one has its own."""
    assert FIELDS[kind, name].property == EPAR + property_


def test_dates_have_no_one_datatype() -> None:
    """A date's datatype is left to its precision."""
    dates = {(kind, name) for (kind, name), field in FIELDS.items() if field.kind == "datatype" and field.range is None}
    assert dates == {
        ("Document", "last_updated"),
        ("Authorisation", "date"),
        ("Authorisation", "converted_on"),
        ("Authorisation", "ended_on"),
        ("Designation", "date"),
    }


def test_closed_fields_have_a_scheme() -> None:
    """A field is coded exactly where its property points at concepts."""
    concept = "http://www.w3.org/2004/02/skos/core#Concept"
    assert {key for key, field in FIELDS.items() if field.scheme} == {
        key for key, field in FIELDS.items() if field.range == concept
    }


@pytest.mark.parametrize(
    ("scheme", "words", "notation"),
    [
        ("dose-form", "film-coated tablets", "tablet"),
        ("dose-form", "pre-filled syringes", "pre-filled syringe"),
        ("dose-form", "powder for solution for infusion", "powder for infusion"),
        ("dose-form", "concentrate for infusion", "concentrate for solution for infusion"),
        ("dose-form", "suppositories", "suppository"),
        ("route", "by mouth", "oral"),
        ("route", "injection under the skin", "subcutaneous injection"),
        ("route", "infusion (drip) into a vein", "intravenous infusion"),
        ("per", "kilogram body weight", "kg"),
        ("dose-role", "usual", "recommended"),
        ("review-frequency", "every year", "annual"),
        ("authorisation-type", "conditional authorisation", "conditional"),
    ],
)
def test_documents_words_lead_to_the_notation(scheme: str, words: str, notation: str) -> None:
    """The words that overviews use lead to the notation that facts carry."""
    assert vocabulary.labels(CODE + scheme)[words] == notation


def test_concepts_are_found_by_notation_alone() -> None:
    """A concept is found by its notation, not by a label, and an unknown one is no concept."""
    assert vocabulary.concept(CODE + "route", "oral") == CODE + "route/oral"
    assert vocabulary.concept(CODE + "route", "by mouth") is None
    assert vocabulary.concept(CODE + "no-such-scheme", "oral") is None


@pytest.mark.parametrize(
    ("word", "unit"), [("mg", "mg"), ("micrograms", "microgram"), ("µg", "microgram"), ("%", "percent"), ("IU", "iu")]
)
def test_units_are_found_by_any_spelling(word: str, unit: str) -> None:
    """A unit is found by each way that documents write it."""
    assert vocabulary.unit(word) == f"{CODE}unit/{unit}"


def test_an_unknown_unit_is_none() -> None:
    """A unit that the list does not have is no concept."""
    assert vocabulary.unit("furlongs") is None


def test_an_unknown_term_is_refused() -> None:
    """A term that the ontology does not have can't be named."""
    with pytest.raises(KeyError):
        vocabulary.term("Doze")


def test_a_missing_file_is_told() -> None:
    """A file of the ontology that is not there is an error that names it."""
    with pytest.raises(RuleError, match=r"no-such\.ttl"):
        vocabulary.triples("no-such.ttl")


def test_bands_meet_without_gap() -> None:
    """Each frequency band begins where the next more common one ends; the outer ones are open."""
    ranked = vocabulary.bands()
    assert [band.at_least for band in ranked[:-1]] == [band.less_than for band in ranked[1:]]
    assert ranked[0].less_than is None
    assert ranked[-1].at_least is None


@pytest.mark.parametrize(
    ("bound", "numerator", "to", "denominator", "expected"),
    [
        ("more than", 1, None, 5, "very common"),
        ("more than", 1, None, 10, "very common"),
        ("more than", 1, None, 100, "very common, common"),
        ("up to", 1, None, 10, "common, uncommon, rare, very rare"),
        ("up to", 1, None, 100, "uncommon, rare, very rare"),
        ("up to", 1, None, 1000, "rare, very rare"),
        ("up to", 1, None, 10000, "very rare"),
        ("up to", 3, None, 10, "very common, common, uncommon, rare, very rare"),
        ("between", 1, 10, 100, "common"),
        ("between", 1, 10, 1000, "uncommon"),
        ("about", 1, None, 10, "very common"),
        ("about", 1, None, 100, "common"),
        ("about", 1, None, 1, "very common"),
        ("about", 3, None, 2, ""),
        ("often", 1, None, 10, ""),
    ],
)
def test_a_frequency_lies_in_each_band_that_can_hold_it(
    bound: str, numerator: int, to: int | None, denominator: int, expected: str
) -> None:
    """A stated frequency gives every band in which it may lie, and none where it says nothing."""
    found = bands(bound, Decimal(numerator), Decimal(denominator), None if to is None else Decimal(to))
    assert ", ".join(found) == expected
