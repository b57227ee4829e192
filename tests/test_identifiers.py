"""Identifiers of devices and actors: check characters and shapes."""

from __future__ import annotations

import pytest

from qmsdoc.identifiers import model_number_check, read_basic_udi_di, read_emdn, read_srn, read_udi_di


def test_the_published_example_of_a_global_model_number() -> None:
    """GS1 General Specifications, 7.9.5."""
    assert model_number_check("1987654Ad4X4bL5ttr2310c") == "2K"
    assert read_basic_udi_di("1987654Ad4X4bL5ttr2310c2K") == "1987654Ad4X4bL5ttr2310c2K"


@pytest.mark.parametrize("place", range(25))
def test_any_other_character_in_a_basic_udi_di_is_noticed(place: int) -> None:
    good = "1987654Ad4X4bL5ttr2310c2K"
    bad = good[:place] + ("7" if good[place] != "7" else "8") + good[place + 1 :]
    with pytest.raises(ValueError, match="is not a Basic UDI-DI"):
        read_basic_udi_di(bad)


def test_a_wrong_check_says_the_right_one() -> None:
    with pytest.raises(ValueError, match="its check characters are `XX`, they must be `RY`"):
        read_basic_udi_di("9521234WOUNDTRACEXX")
    with pytest.raises(ValueError, match="its check digit is `4`, it must be `3`"):
        read_udi_di("09521234543214")


@pytest.mark.parametrize(
    "text", ["09521234543213", "9521234543213", "+A999MODEL1C", "=/W12341234567890", "PP11123456789"]
)
def test_each_issuing_entity_has_its_udi_di(text: str) -> None:
    assert read_udi_di(text) == text


@pytest.mark.parametrize("text", ["", "0952 1234543213", "952123454321", "abc", "(01)09521234543213", "٠٩٥٢١٢٣٤"])
def test_what_is_no_udi_di(text: str) -> None:
    with pytest.raises(ValueError, match="is not a UDI-DI"):
        read_udi_di(text)


@pytest.mark.parametrize("text", ["", "WOUND", "9521", "9521234WOUND TRACERY", "9" * 26, "9521234ÄRZTE2K"])
def test_what_is_no_basic_udi_di(text: str) -> None:
    with pytest.raises(ValueError, match="is not a Basic UDI-DI"):
        read_basic_udi_di(text)


def test_registration_number_and_nomenclature() -> None:
    assert read_srn("DE-MF-000012345") == "DE-MF-000012345"
    assert read_emdn("Z12040115") == "Z12040115"
    for text in ("DE-MF-12345", "DE-XX-000012345", "de-MF-000012345"):
        with pytest.raises(ValueError, match="is not a single registration number"):
            read_srn(text)
    for text in ("Z", "12040115", "Z1204011512345"):
        with pytest.raises(ValueError, match="is not an EMDN code"):
            read_emdn(text)
