"""Keys of an organisation for the simulator: made anew, or kept in a folder that only we read."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

KEY_BITS = 2048


@dataclass(frozen=True)
class Keys:
    """Both ends' secrets: the client takes token and private key, the simulator the rest."""

    token: str = field(repr=False)
    control_token: str = field(repr=False)
    private_key_pem: bytes = field(repr=False)
    public_key_pem: bytes = field(repr=False)


def new_keys() -> Keys:
    """Make random tokens and an RSA pair."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    return Keys(
        token=secrets.token_hex(16),
        control_token=secrets.token_hex(16),
        private_key_pem=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        public_key_pem=key.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        ),
    )


def keys_in(folder: Path) -> Keys:
    """Read the keys of a folder, made on first use with access for the owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / "public.pem").exists():
        _write(folder, new_keys())
    return Keys(
        token=(folder / "token").read_text("ascii"),
        control_token=(folder / "control_token").read_text("ascii"),
        private_key_pem=(folder / "private.pem").read_bytes(),
        public_key_pem=(folder / "public.pem").read_bytes(),
    )


def _write(folder: Path, keys: Keys) -> None:
    for name, content in (
        ("token", keys.token.encode("ascii")),
        ("control_token", keys.control_token.encode("ascii")),
        ("private.pem", keys.private_key_pem),
        ("public.pem", keys.public_key_pem),
    ):
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)
