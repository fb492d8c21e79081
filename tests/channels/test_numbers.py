"""Telephone numbers as networks and people write them."""

from __future__ import annotations

import pytest

from channels.numbers import e164, local8, network_of, prefixes_of


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("99112233", "+97699112233"),
        ("9911-2233", "+97699112233"),
        ("9911 22 33", "+97699112233"),
        ("97699112233", "+97699112233"),
        ("+97699112233", "+97699112233"),
        ("0097699112233", "+97699112233"),
        ("(976) 8811 2233", "+97688112233"),
        ("70112233", "+97670112233"),
        ("+8613800138000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("1111", None),
        ("141111", None),
        ("MobiCom", None),
        ("", None),
        ("+", None),
        ("99112233; DROP", None),
        ("١٢٣٤٥٦٧٨", None),
        ("+97699112233999999", None),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, number: str | None) -> None:
    assert e164(written) == number


def test_the_eight_digits_belong_to_mongolian_numbers_alone() -> None:
    assert local8("+97699112233") == "99112233"
    assert local8("+8613800138000") is None
    assert local8("+9769911223") is None


@pytest.mark.parametrize(
    ("number", "network"),
    [
        ("+97699112233", "mobicom"),
        ("+97688112233", "unitel"),
        ("+97691112233", "skytel"),
        ("+97693112233", "gmobile"),
        ("+97660112233", "ondo"),
        ("+97611112233", None),
        ("+8613800138000", None),
    ],
)
def test_the_network_is_guessed_by_the_first_digits(number: str, network: str | None) -> None:
    assert network_of(number) == network


def test_the_beginnings_of_a_network_are_in_e164() -> None:
    assert "+97699" in prefixes_of(("mobicom", "unitel"))
    assert "+97688" in prefixes_of(("mobicom", "unitel"))
    with pytest.raises(KeyError):
        prefixes_of(("nobody",))
