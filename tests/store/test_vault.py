"""The vault: what it seals opens only there, only unaltered, and only with its key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.vault import Vault, VaultError

PEPPER = b"p" * 16
OLD, NEW = b"o" * 32, b"n" * 32


def two_keys(current: str = "new") -> Vault:
    return Vault({"old": OLD, "new": NEW}, current, PEPPER)


@given(plain=st.binary(max_size=300), context=st.text(max_size=40))
def test_a_sealed_value_opens_in_its_context(plain: bytes, context: str) -> None:
    sealed = two_keys().seal(plain, context)
    assert two_keys().open(sealed, context) == plain


def test_json_keeps_its_cyrillic_and_shrinks() -> None:
    value = {"text": "Сайн байна уу? " * 50, "n": [1, None, True]}
    sealed = two_keys().seal_json(value, "c")
    assert two_keys().open_json(sealed, "c") == value
    assert len(sealed) < 200


def test_the_same_value_is_never_sealed_the_same_way_twice() -> None:
    assert two_keys().seal(b"x", "c") != two_keys().seal(b"x", "c")


@pytest.mark.parametrize("place", range(len(two_keys().seal(b"secret", "c"))))
def test_any_altered_byte_is_noticed(place: int) -> None:
    sealed = bytearray(two_keys().seal(b"secret", "c"))
    sealed[place] ^= 1
    with pytest.raises(VaultError):
        two_keys().open(bytes(sealed), "c")


@pytest.mark.parametrize("length", range(20))
def test_a_value_cut_short_is_noticed(length: int) -> None:
    sealed = two_keys().seal(b"secret", "c")
    with pytest.raises(VaultError):
        two_keys().open(sealed[:length], "c")


def test_a_value_moved_to_another_column_or_row_does_not_open() -> None:
    sealed = two_keys().seal(b"secret", "citizen.id|a")
    for other in ("citizen.id|b", "outbox.body|a"):
        with pytest.raises(VaultError, match="altered or moved"):
            two_keys().open(sealed, other)


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    sealed = two_keys("old").seal(b"secret", "c")
    assert two_keys("new").open(sealed, "c") == b"secret"
    with pytest.raises(VaultError, match="a key that is not given"):
        Vault({"old": OLD}, "old", PEPPER).open(two_keys("new").seal(b"x", "c"), "c")


def test_the_right_key_id_with_the_wrong_key_does_not_open() -> None:
    sealed = two_keys().seal(b"secret", "c")
    with pytest.raises(VaultError):
        Vault({"new": b"x" * 32}, "new", PEPPER).open(sealed, "c")


def test_a_lookup_depends_on_kind_value_and_pepper() -> None:
    hashes = {
        two_keys().lookup("phone", "99112233"),
        two_keys().lookup("citizen", "99112233"),
        two_keys().lookup("phone", "99112234"),
        Vault({"new": NEW}, "new", b"q" * 16).lookup("phone", "99112233"),
    }
    assert len(hashes) == 4
    assert {len(value) for value in hashes} == {64}
    assert two_keys().lookup("phone", "99112233") in hashes


def test_neither_repr_nor_errors_show_a_secret() -> None:
    assert repr(two_keys()) == "Vault(keys=2, current='new')"
    with pytest.raises(VaultError) as caught:
        two_keys().open(two_keys().seal(b"x", "citizen.id|abc"), "citizen.id|УБ95021217")
    assert "УБ95021217" not in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "current", "pepper"),
    [
        ({"a": b"short"}, "a", PEPPER),
        ({"a": OLD}, "b", PEPPER),
        ({"a": OLD}, "a", b"short"),
        ({"": OLD}, "", PEPPER),
        ({"a" * 33: OLD}, "a" * 33, PEPPER),
    ],
)
def test_unusable_keys_are_refused(keys: dict[str, bytes], current: str, pepper: bytes) -> None:
    with pytest.raises(VaultError):
        Vault(keys, current, pepper)
