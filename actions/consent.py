"""Consent as the law on personal data asks for it: told before, proved by a code, kept as proof.

Article 8.2: purpose and ground, controller and contact, list of data, period, publicity, onward
transfer and how to revoke. Article 8.4: given by an identified person, here by the one-time code.
Article 8.6: silence is no. Article 8.9: the controller proves it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from actions.khur.client import Answer
from actions.office import Desk
from actions.speech import Line, say
from bot.catalogue.service import Service
from bot.context import Person
from bot.message import Expects
from bot.store.access import Access, append_access
from bot.store.citizens import Agreement, add_consent, bind_identity, ensure_citizen
from bot.store.database import StoreSession

VALIDITY = timedelta(minutes=10)
"""A consent covers this one answer; a later question asks again (article 8.10)."""
AGREEMENT_VERSION = 1
IDENTITY_VALIDITY = timedelta(days=180)
"""How long a code binds a person to a phone; afterwards the register number is asked again."""
BOT = "urtuu"


def statement(desk: Desk, service: Service) -> tuple[Line, Line]:
    """Return the seven items of article 8.2 and the question."""
    assert service.consent is not None  # noqa: S101 - the loader refuses approval without it
    told = say(
        "utter_consent",
        purpose=service.consent.purpose,
        data=service.consent.data,
        controller=desk.office.controller,
        contact=desk.office.contact,
    )
    return told, say("utter_consent_question").but(expects=Expects.YES_NO)


def keep_proof(
    desk: Desk,
    service: Service,
    register_number: str,
    *,
    operations: tuple[str, ...],
    answer: Answer | None = None,
    result: str = "ok",
) -> None:
    """Stage what an approved call leaves: citizen, bound phone, consent, access log. No value."""
    turn = desk.turn
    assert service.consent is not None  # noqa: S101 - the loader refuses approval without it
    told = f"{service.consent.purpose}|{service.consent.data}|{desk.office.controller}"
    agreement = Agreement(
        agreement=service.id,
        version=AGREEMENT_VERSION,
        text_sha256=hashlib.sha256(told.encode()).hexdigest(),
        purpose=service.consent.purpose,
        data_items=operations,
        valid_until=turn.now + VALIDITY,
        method="khur_otp",
        evidence={"message_id": turn.message_id, "request_id": answer and answer.request_id},
    )

    async def store(session: StoreSession) -> None:
        citizen = await ensure_citizen(session, register_number, at=turn.now)
        identity = await bind_identity(
            session,
            turn.identity_channel,
            turn.address,
            citizen_id=citizen.id,
            assurance="khur_otp",
            at=turn.now,
            expires_at=turn.now + IDENTITY_VALIDITY,
        )
        consent = await add_consent(session, citizen.id, agreement, at=turn.now)
        consent.channel_identity_id = identity.id
        for operation in operations:
            access = Access(
                actor=BOT,
                operation=operation,
                purpose=agreement.purpose,
                result=result,
                citizen_id=citizen.id,
                citizen_hash=citizen.id_hash,
                consent_id=consent.id,
                khur_request_id=answer.request_id if answer else None,
            )
            await append_access(session, access, at=turn.now)

    turn.stage(store)
    if turn.person is None or turn.person.register_number != register_number:
        turn.person = Person(turn.person.citizen_id if turn.person else "", register_number)
