"""Citizens, the channels that are theirs, and their consents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Exists, select, update

from bot.store.database import StoreSession
from bot.store.models import Case, ChannelIdentity, Citizen, Consent
from bot.store.notices import PHONE
from bot.store.statements import insert_new, insert_or_update


@dataclass(frozen=True)
class Agreement:
    """What a citizen was shown and agreed to (law on personal data, article 8.2)."""

    agreement: str
    """Name of the text, such as a service id."""
    version: int
    text_sha256: str
    """Hash of the text as it was said: the controller must prove consent (article 8.9)."""
    purpose: str
    data_items: tuple[str, ...]
    """KHUR operations it allows; no other is covered (article 8.10)."""
    valid_until: datetime
    method: str
    """How the citizen agreed, such as "khur_otp"."""
    recipients: tuple[str, ...] = ()
    cross_border: bool = False
    channel_identity_id: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """Message and request ids; never a personal value: it is stored in clear."""


async def find_citizen(session: StoreSession, register_number: str) -> Citizen | None:
    """Return the citizen of a register number, None when unknown or erased."""
    citizen = await session.scalar(
        select(Citizen).where(Citizen.id_hash == _citizen_hash(session, register_number))
    )
    return None if citizen is None or citizen.erased_at is not None else citizen


async def ensure_citizen(session: StoreSession, register_number: str, *, at: datetime) -> Citizen:
    """Return the citizen of a register number, made or restored when needed."""
    id_hash = _citizen_hash(session, register_number)
    id_enc = session.vault.seal(_normal(register_number).encode(), _citizen_context(id_hash))
    row = {"id": session.new_id(), "id_hash": id_hash, "id_enc": id_enc, "created_at": at}
    await insert_new(session, Citizen, row)
    citizen = (
        await session.execute(select(Citizen).where(Citizen.id_hash == id_hash))
    ).scalar_one()
    if citizen.erased_at is not None:
        citizen.id_enc, citizen.erased_at = id_enc, None
    return citizen


def register_number_of(session: StoreSession, citizen: Citizen) -> str | None:
    """Return the citizen's register number, None after erasure. Raises VaultError."""
    if citizen.id_enc is None:
        return None
    return session.vault.open(citizen.id_enc, _citizen_context(citizen.id_hash)).decode()


async def erase_citizen(session: StoreSession, citizen: Citizen, *, at: datetime) -> None:
    """Remove what identifies the citizen and what they filled in.

    The keyed hash stays, so that consents and the access log still prove what was done
    (law on personal data, articles 8.9 and 18.2.12).
    """
    citizen.id_enc, citizen.erased_at = None, at
    await session.execute(
        update(ChannelIdentity)
        .where(ChannelIdentity.citizen_id == citizen.id)
        .values(handle_enc=None, revoked_at=at)
    )
    await session.execute(
        update(Case).where(Case.citizen_id == citizen.id).values(form_enc=None, address_enc=None)
    )


async def find_identity(
    session: StoreSession, channel: str, address: str, *, at: datetime
) -> ChannelIdentity | None:
    """Return the identity bound to the address, None when none, revoked or expired at `at`.

    An address linked to a telephone is whoever that telephone is bound to.
    """
    identity = await _identity(session, channel, _handle_hash(session, channel, address))
    if identity is not None and identity.linked_hash is not None:
        identity = await _identity(session, PHONE, identity.linked_hash)
    if identity is not None and identity.expires_at is not None and identity.expires_at <= at:
        return None
    return identity


async def _identity(
    session: StoreSession, channel: str, handle_hash: str
) -> ChannelIdentity | None:
    return (
        await session.scalars(
            select(ChannelIdentity).where(
                ChannelIdentity.channel == channel,
                ChannelIdentity.handle_hash == handle_hash,
                ChannelIdentity.revoked_at.is_(None),
            )
        )
    ).one_or_none()


async def link_phone(
    session: StoreSession, channel: str, address: str, phone: str, *, at: datetime
) -> None:
    """Make an address of a chat belong to whoever the telephone is bound to, now or later.

    The provider of the chat vouches that both are one person's; a typed number never comes here.
    """
    identity = await bind_identity(
        session, channel, address, citizen_id=None, assurance="phone", at=at
    )
    identity.linked_hash = _handle_hash(session, PHONE, phone)


async def bind_identity(
    session: StoreSession,
    channel: str,
    address: str,
    *,
    citizen_id: str | None,
    assurance: str,
    at: datetime,
    expires_at: datetime | None = None,
) -> ChannelIdentity:
    """Return the address bound to a citizen; an earlier binding of it is replaced."""
    handle_hash = _handle_hash(session, channel, address)
    handle_enc = session.vault.seal(address.encode(), _handle_context(handle_hash))
    changing = {
        "handle_enc": handle_enc,
        "citizen_id": citizen_id,
        "assurance": assurance,
        "bound_at": at,
        "expires_at": expires_at,
        "revoked_at": None,
        "linked_hash": None,
    }
    key = {"channel": channel, "handle_hash": handle_hash}
    await insert_or_update(
        session, ChannelIdentity, key, changing, only_new={"id": session.new_id()}
    )
    return (
        await session.execute(
            select(ChannelIdentity).filter_by(**key).execution_options(populate_existing=True)
        )
    ).scalar_one()


async def unbind_identity(
    session: StoreSession, channel: str, address: str, *, at: datetime
) -> None:
    """Forget whose address this is; what was bound before is revoked."""
    await session.execute(
        update(ChannelIdentity)
        .where(
            ChannelIdentity.channel == channel,
            ChannelIdentity.handle_hash == _handle_hash(session, channel, address),
            ChannelIdentity.revoked_at.is_(None),
        )
        .values(revoked_at=at)
        .execution_options(synchronize_session=False)
    )


def revocation_exists(session: StoreSession, channel: str, address: str) -> Exists:
    """Return the condition that the identity of the address was revoked or its citizen erased."""
    revoked = select(ChannelIdentity.id).where(
        ChannelIdentity.channel == channel,
        ChannelIdentity.handle_hash == _handle_hash(session, channel, address),
        ChannelIdentity.revoked_at.is_not(None),
    )
    return revoked.exists()


async def identities_of(
    session: StoreSession, citizen_id: str, *, at: datetime
) -> list[ChannelIdentity]:
    """Return the citizen's live identities, the newest first."""
    rows = await session.scalars(
        select(ChannelIdentity)
        .where(ChannelIdentity.citizen_id == citizen_id, ChannelIdentity.revoked_at.is_(None))
        .order_by(ChannelIdentity.bound_at.desc())
    )
    return [row for row in rows if row.expires_at is None or row.expires_at > at]


def address_of(session: StoreSession, identity: ChannelIdentity) -> str | None:
    """Return the address of an identity, None after erasure. Raises VaultError."""
    if identity.handle_enc is None:
        return None
    context = _handle_context(identity.handle_hash)
    return session.vault.open(identity.handle_enc, context).decode()


async def add_consent(
    session: StoreSession, citizen_id: str, agreement: Agreement, *, at: datetime
) -> Consent:
    """Return the stored consent."""
    consent = Consent(
        id=session.new_id(),
        citizen_id=citizen_id,
        agreement=agreement.agreement,
        version=agreement.version,
        text_sha256=agreement.text_sha256,
        purpose=agreement.purpose,
        data_items=list(agreement.data_items),
        recipients=list(agreement.recipients),
        cross_border=agreement.cross_border,
        valid_until=agreement.valid_until,
        method=agreement.method,
        channel_identity_id=agreement.channel_identity_id,
        evidence=dict(agreement.evidence),
        given_at=at,
    )
    session.add(consent)
    await session.flush()
    return consent


async def live_consent(
    session: StoreSession, citizen_id: str, operation: str, *, at: datetime
) -> Consent | None:
    """Return the newest consent that covers the operation at `at`, None when there is none."""
    rows = await session.scalars(
        select(Consent)
        .where(
            Consent.citizen_id == citizen_id,
            Consent.revoked_at.is_(None),
            Consent.valid_until > at,
        )
        .order_by(Consent.given_at.desc())
    )
    return next((row for row in rows if row.covers(operation, at)), None)


async def revoke_consents(
    session: StoreSession, citizen_id: str, *, at: datetime, channel: str
) -> int:
    """Revoke every live consent of the citizen and return how many there were."""
    revoked = await session.scalars(
        update(Consent)
        .where(
            Consent.citizen_id == citizen_id,
            Consent.revoked_at.is_(None),
            Consent.valid_until > at,
        )
        .values(revoked_at=at, revoke_channel=channel)
        .returning(Consent.id)
    )
    return len(revoked.all())


def _normal(register_number: str) -> str:
    return register_number.strip().upper()


def _citizen_hash(session: StoreSession, register_number: str) -> str:
    return session.vault.lookup("citizen", _normal(register_number))


def _handle_hash(session: StoreSession, channel: str, address: str) -> str:
    return session.vault.lookup("handle", f"{channel}\0{address}")


def _citizen_context(id_hash: str) -> str:
    return f"citizen.id|{id_hash}"


def _handle_context(handle_hash: str) -> str:
    return f"channel_identity.handle|{handle_hash}"
