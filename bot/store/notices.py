"""Who wants no notices: the keywords ЗОГС and ЭХЭЛ, by address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Exists, delete, select

from bot.store.database import StoreSession
from bot.store.models import NoticeStop
from bot.store.statements import insert_new

PHONE = "phone"
"""Where what belongs to a telephone number is kept, whichever channel it comes through."""


def identity_channel(channel: str, address: str) -> str:
    """Return where the owner of an address is known: "phone" for every channel of a number."""
    return PHONE if address.startswith("+") else channel


async def set_notices(
    session: StoreSession, channel: str, address: str, *, wanted: bool, at: datetime
) -> None:
    """Record whether notices may be sent to the address."""
    handle = _handle(session, channel, address)
    if wanted:
        await session.execute(
            delete(NoticeStop).where(
                NoticeStop.channel == channel, NoticeStop.handle_hash == handle
            )
        )
    else:
        await insert_new(
            session, NoticeStop, {"channel": channel, "handle_hash": handle, "at": at}
        )


async def notices_wanted(session: StoreSession, channel: str, address: str) -> bool:
    """Return whether notices may be sent to the address; answers to its messages always may."""
    found = await session.scalar(
        select(NoticeStop.at).where(
            NoticeStop.channel == channel,
            NoticeStop.handle_hash == _handle(session, channel, address),
        )
    )
    return found is None


def stop_exists(session: StoreSession, channel: str, address: str) -> Exists:
    """Return the condition that the address wants no notices, for a statement of its own."""
    handle = _handle(session, channel, address)
    stops = select(NoticeStop.at).where(
        NoticeStop.channel == channel, NoticeStop.handle_hash == handle
    )
    return stops.exists()


def _handle(session: StoreSession, channel: str, address: str) -> str:
    return session.vault.lookup("notice", f"{channel}\0{address}")
