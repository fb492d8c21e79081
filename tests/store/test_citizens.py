"""Citizens, their channels and their consents."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.store import cases, citizens
from bot.store.database import Store
from tests.store.support import NOW, PHONE, REGISTER_NUMBER, opened
from tests.store.test_cases import NEW, new_case

MINUTE = timedelta(minutes=1)
AGREEMENT = citizens.Agreement(
    agreement="vehicle_fines",
    version=1,
    text_sha256="0" * 64,
    purpose="торгуулийн мэдээлэл үзэх",
    data_items=("WS100403_getVehiclePenaltyList",),
    valid_until=NOW + 10 * MINUTE,
    method="khur_otp",
    recipients=("Цагдаагийн ерөнхий газар",),
    evidence={"request_id": "r1"},
)


def test_a_citizen_is_one_however_the_number_is_typed(database_url: str) -> None:
    async def ensure(store: Store, number: str) -> str:
        async with store.write() as session:
            return (await citizens.ensure_citizen(session, number, at=NOW)).id

    async def scenario() -> None:
        async with opened(database_url) as store:
            numbers = [REGISTER_NUMBER, " уб95021217 ", REGISTER_NUMBER]
            assert len(set(await asyncio.gather(*(ensure(store, n) for n in numbers)))) == 1
            async with store.read() as session:
                found = await citizens.find_citizen(session, REGISTER_NUMBER)
                assert found is not None
                assert citizens.register_number_of(session, found) == REGISTER_NUMBER
                assert await citizens.find_citizen(session, "УБ00000000") is None

    asyncio.run(scenario())


def test_erasure_removes_what_identifies_but_keeps_the_proof(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                citizen = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
                await citizens.bind_identity(
                    session, "sms", PHONE, citizen_id=citizen.id, assurance="phone", at=NOW
                )
                await citizens.add_consent(session, citizen.id, AGREEMENT, at=NOW)
                new = replace(NEW, citizen_id=citizen.id)
                case = await new_case(session)
                case.citizen_id = new.citizen_id
            async with store.write() as session:
                found = await citizens.find_citizen(session, REGISTER_NUMBER)
                assert found is not None
                await citizens.erase_citizen(session, found, at=NOW)
            async with store.read() as session:
                assert await citizens.find_citizen(session, REGISTER_NUMBER) is None
                assert await citizens.find_identity(session, "sms", PHONE, at=NOW) is None
                kept = await cases.case_by_number(session, case.number)
                assert kept is not None
                assert (cases.case_form(session, kept), cases.case_address(session, kept)) == (
                    None,
                    None,
                )
            async with store.write() as session:
                again = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
                assert again.id == citizen.id
                assert citizens.register_number_of(session, again) == REGISTER_NUMBER

    asyncio.run(scenario())


def test_a_binding_holds_until_it_expires_and_may_be_replaced(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                assert await citizens.find_identity(session, "sms", PHONE, at=NOW) is None
                citizen = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
                other = await citizens.ensure_citizen(session, "УБ90010112", at=NOW)
                first = await citizens.bind_identity(
                    session,
                    "sms",
                    PHONE,
                    citizen_id=citizen.id,
                    assurance="khur_otp",
                    at=NOW,
                    expires_at=NOW + MINUTE,
                )
                assert citizens.address_of(session, first) == PHONE
            async with store.write() as session:
                found = await citizens.find_identity(session, "sms", PHONE, at=NOW)
                assert found is not None
                assert (found.citizen_id, found.assurance) == (citizen.id, "khur_otp")
                late = NOW + MINUTE
                assert await citizens.find_identity(session, "sms", PHONE, at=late) is None
                assert await citizens.identities_of(session, citizen.id, at=late) == []
                again = await citizens.bind_identity(
                    session, "sms", PHONE, citizen_id=other.id, assurance="dan", at=late
                )
                assert again.id == found.id
                assert (again.citizen_id, again.expires_at) == (other.id, None)
                assert len(await citizens.identities_of(session, other.id, at=late)) == 1

    asyncio.run(scenario())


def test_an_unknown_assurance_is_refused(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store, store.write() as session:
            with pytest.raises(IntegrityError):
                await citizens.bind_identity(
                    session, "sms", PHONE, citizen_id=None, assurance="guess", at=NOW
                )
            await session.rollback()

    asyncio.run(scenario())


def test_a_consent_covers_its_own_operations_and_its_own_time(database_url: str) -> None:
    own, other = "WS100403_getVehiclePenaltyList", "WS100101_getCitizenIDCardInfo"

    async def scenario() -> None:
        async with opened(database_url) as store, store.write() as session:
            citizen = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
            given = await citizens.add_consent(session, citizen.id, AGREEMENT, at=NOW)

            async def live(operation: str, at_minute: int) -> bool:
                at = NOW + at_minute * MINUTE
                found = await citizens.live_consent(session, citizen.id, operation, at=at)
                return found is not None and found.id == given.id

            assert await live(own, 9)
            assert not await live(own, 10)
            assert not await live(other, 0)
            revoked = await citizens.revoke_consents(session, citizen.id, at=NOW, channel="sms")
            assert revoked == 1
            assert not await live(own, 1)
            assert await citizens.revoke_consents(session, citizen.id, at=NOW, channel="sms") == 0

    asyncio.run(scenario())


def test_a_consent_keeps_what_was_shown(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                citizen = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
                await citizens.add_consent(session, citizen.id, AGREEMENT, at=NOW)
            async with store.read() as session:
                kept = await citizens.live_consent(
                    session, citizen.id, AGREEMENT.data_items[0], at=NOW
                )
                assert kept is not None
                assert kept.purpose == AGREEMENT.purpose
                assert kept.recipients == ["Цагдаагийн ерөнхий газар"]
                assert kept.evidence == {"request_id": "r1"}
                assert (kept.given_at, kept.valid_until) == (NOW, NOW + 10 * MINUTE)

    asyncio.run(scenario())
