"""The review queue: what was not understood, without whose words it were.

Chat text is sensitive personal data (law on personal data of 2021-12-17, articles 4.1.4, 4.1.11
and 4.1.12) that was given to get an answer; learning from it is another purpose (8.10). So only
what has stopped being personal is kept: the text redacted, the day instead of the moment, nothing
that leads to a person or a conversation. It is sealed all the same, because no redaction is
perfect, it is read under the access log (18.2.12), and it goes after a set number of days
(15.1.3). Nothing is kept of an address that stopped notices, whose identity was revoked or
erased, or whose owner withdrew consent (8.7, 18.4); what was kept before cannot be found any more,
since it names nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, not_, or_, select, update

from bot.language.fold import key
from bot.store.citizens import revocation_exists
from bot.store.database import StoreSession
from bot.store.models import ReviewItem, ReviewStop
from bot.store.notices import stop_exists
from bot.store.statements import insert_new, insert_or_change_if
from bot.store.vault import Vault


@dataclass(frozen=True)
class Seen:
    """One utterance for the queue."""

    text: str = field(repr=False)
    """Redacted."""
    reason: str
    """One of REVIEW_REASONS."""
    decided: Mapping[str, Any]
    """Act and nearest services with their scores, as JSON types."""
    channel: str
    script: str
    """"cyrillic", "latin" or "mixed"."""
    day: date
    chosen: str | None = None


@dataclass(frozen=True)
class Item:
    """One utterance of the queue, opened."""

    number: int
    text: str = field(repr=False)
    reason: str
    decided: Mapping[str, Any]
    chosen: str | None
    channel: str
    script: str
    first_day: date
    last_day: date
    count: int
    label: str | None


async def keep_seen(
    session: StoreSession, seen: Seen, *, identity_channel: str, address: str
) -> None:
    """Add the utterance, or count it where it is known, unless the address wants none kept."""
    digest = _digest(session.vault, seen.text)
    row = {
        "text_hash": digest,
        "text_enc": session.vault.seal(seen.text.encode(), _context(digest)),
        "reason": seen.reason,
        "decided": dict(seen.decided),
        "chosen": seen.chosen,
        "channel": seen.channel,
        "script": seen.script,
        "first_day": seen.day,
        "last_day": seen.day,
        "count": 1,
    }
    declined = select(ReviewStop.at).where(
        ReviewStop.handle_hash == _handle(session.vault, identity_channel, address)
    )
    unwanted = or_(
        stop_exists(session, identity_channel, address),
        revocation_exists(session, identity_channel, address),
        declined.exists(),
    )
    await insert_or_change_if(
        session, ReviewItem, row, unique="text_hash", change=_again, condition=not_(unwanted)
    )


def _again(new: Any) -> dict[str, Any]:
    return {
        "count": ReviewItem.count + 1,
        "reason": new.reason,
        "decided": new.decided,
        "chosen": func.coalesce(new.chosen, ReviewItem.chosen),
        "last_day": new.last_day,
    }


async def note_choice(session: StoreSession, text: str, chosen: str, *, corrected: bool) -> None:
    """Add to a kept utterance what was chosen in the end; `corrected`: not the first offer."""
    changed = {"chosen": chosen, **({"reason": "corrected"} if corrected else {})}
    await session.execute(
        update(ReviewItem)
        .where(ReviewItem.text_hash == _digest(session.vault, text))
        .values(changed)
        .execution_options(synchronize_session=False)
    )


async def decline_review(
    session: StoreSession, identity_channel: str, address: str, *, at: datetime
) -> None:
    """Keep nothing more of what this address says, whatever it consents to later."""
    handle = _handle(session.vault, identity_channel, address)
    await insert_new(session, ReviewStop, {"handle_hash": handle, "at": at})


async def review_items(
    session: StoreSession,
    *,
    reason: str | None = None,
    labelled: bool = False,
    limit: int | None = None,
) -> list[Item]:
    """Return what waits for a label, or what has one; the most frequent first.

    Raises VaultError.
    """
    has_label = ReviewItem.label.is_not(None) if labelled else ReviewItem.label.is_(None)
    chosen = select(ReviewItem).where(has_label)
    if reason is not None:
        chosen = chosen.where(ReviewItem.reason == reason)
    order = (ReviewItem.count.desc(), ReviewItem.last_day.desc(), ReviewItem.id)
    rows = await session.scalars(chosen.order_by(*order).limit(limit))
    return [_item(session, row) for row in rows]


async def review_item(session: StoreSession, number: int) -> Item | None:
    """Return one utterance, None where the number is unknown. Raises VaultError."""
    row = await session.get(ReviewItem, number)
    return None if row is None else _item(session, row)


async def label_item(session: StoreSession, number: int, label: str) -> bool:
    """Return whether there is such an utterance, which now has the label."""
    done = update(ReviewItem).where(ReviewItem.id == number).values(label=label)
    return await session.scalar(done.returning(ReviewItem.id)) is not None


async def drop_item(session: StoreSession, number: int) -> bool:
    """Return whether there was such an utterance, which is deleted now."""
    done = delete(ReviewItem).where(ReviewItem.id == number)
    return await session.scalar(done.returning(ReviewItem.id)) is not None


def _item(session: StoreSession, row: ReviewItem) -> Item:
    return Item(
        number=row.id,
        text=session.vault.open(row.text_enc, _context(row.text_hash)).decode(),
        reason=row.reason,
        decided=row.decided,
        chosen=row.chosen,
        channel=row.channel,
        script=row.script,
        first_day=row.first_day,
        last_day=row.last_day,
        count=row.count,
        label=row.label,
    )


def _digest(vault: Vault, text: str) -> str:
    return vault.lookup("review", key(text))


def _handle(vault: Vault, channel: str, address: str) -> str:
    return vault.lookup("review_stop", f"{channel}\0{address}")


def _context(text_hash: str) -> str:
    return f"review_item.text|{text_hash}"
