"""USSD of the simulated network: dialling, answering, hanging up, and checking each answer.

The wire form and the ceilings (182 GSM-7 or 80 UCS-2 characters, 10 s) are the provider's:
developers.africastalking.com/docs/ussd/overview and 3GPP TS 23.038.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

import httpx

from channels.africastalking_simulator.length import measure
from channels.africastalking_simulator.network import Network, UssdSession, Violation

MAX_ANSWER_S = 10
_OK = 200


@dataclass(frozen=True)
class Page:
    """What the phone shows after a hop."""

    session: str
    text: str = field(repr=False)
    open: bool
    """Whether the phone may answer."""
    violations: tuple[Violation, ...] = ()
    error: str | None = None
    """`unknown_code`, `session_over` or `no_answer`; None where there is a page."""


async def dial(network: Network, phone: str, code: str) -> Page:
    """The first page of a code such as *1111#, or of *1111*5# with an input of its own."""
    base = network.config.ussd_code.removesuffix("#")
    match = re.fullmatch(rf"{re.escape(base)}(?:\*([0-9*]*))?#", code)
    if match is None:
        return Page("", "", open=False, error="unknown_code")
    session = UssdSession(
        f"ATUid_{network.new_id()}", phone, network.config.ussd_code, network.now()
    )
    session.text = match[1] or ""
    network.open_session(session)
    async with session.lock:
        return await _hop(network, session)


async def keys(network: Network, session_id: str, text: str) -> Page:
    """The page after an input."""
    session = network.sessions.get(session_id)
    if session is None:
        return Page(session_id, "", open=False, error="session_over")
    async with session.lock:
        age_s = (network.now() - session.started_at).total_seconds()
        if session.id not in network.sessions or age_s > network.config.session_s:
            await _end(network, session, "Incomplete")
            return Page(session_id, "", open=False, error="session_over")
        session.text = f"{session.text}*{text}" if session.hops > 1 or session.text else text
        return await _hop(network, session)


async def hang_up(network: Network, session_id: str) -> None:
    """The citizen leaves."""
    session = network.sessions.get(session_id)
    if session is not None:
        await _end(network, session, "Incomplete")


async def _hop(network: Network, session: UssdSession) -> Page:
    session.hops += 1
    form = {
        "sessionId": session.id,
        "phoneNumber": session.phone,
        "networkCode": network.config.network_code,
        "serviceCode": session.code,
        "text": session.text,
    }
    started_s = time.monotonic()
    try:
        response = await network.post(network.config.ussd_url, form)
    except httpx.HTTPError as error:
        found = [Violation("no_answer", type(error).__name__)]
        return await _fail(network, session, found)
    found = violations(response, time.monotonic() - started_s)
    verb, _, text = response.text.partition(" ")
    session.answer = response.text
    if response.status_code != _OK or verb not in ("CON", "END"):
        return await _fail(network, session, found)
    network.violations.extend(found)
    if verb == "END":
        await _end(network, session, "Success")
    return Page(session.id, text, open=verb == "CON", violations=tuple(found))


async def _fail(network: Network, session: UssdSession, found: list[Violation]) -> Page:
    network.violations.extend(found)
    await _end(network, session, "Failed")
    return Page(session.id, "", open=False, violations=tuple(found), error="no_answer")


async def _end(network: Network, session: UssdSession, status: str) -> None:
    if network.sessions.pop(session.id, None) is not None:
        network.later(_notify(network, session, status))


async def _notify(network: Network, session: UssdSession, status: str) -> None:
    lasted = network.now() - session.started_at
    form = {
        "date": network.now().strftime("%Y-%m-%d %H:%M:%S"),
        "sessionId": session.id,
        "serviceCode": session.code,
        "networkCode": network.config.network_code,
        "phoneNumber": session.phone,
        "status": status,
        "cost": "0.00",
        "durationInMillis": str(int(lasted.total_seconds() * 1000)),
        "hopsCount": str(session.hops),
        "input": session.text,
        "lastAppResponse": session.answer,
        "errorMessage": "" if status != "Failed" else "Invalid response from the application",
    }
    try:
        response = await network.post(f"{network.config.ussd_url}/events", form)
    except httpx.HTTPError as error:
        network.violations.append(Violation("no_answer", f"end: {type(error).__name__}"))
        return
    if not response.is_success:
        network.violations.append(Violation("status", f"end: {response.status_code}"))


def violations(response: httpx.Response, elapsed_s: float) -> list[Violation]:
    """What is wrong with an answer to a hop; empty where nothing is."""
    media_type = response.headers.get("content-type", "").partition(";")[0]
    verb, space, text = response.text.partition(" ")
    length = measure(text)
    spoken = verb in ("CON", "END") and bool(space)
    rules = [
        (response.status_code == _OK, "status", str(response.status_code)),
        (media_type == "text/plain", "content_type", media_type or "-"),
        (spoken, "prefix", "-"),
        (not spoken or bool(text.strip()), "empty", "-"),
        (
            length.units <= length.max_screen_units,
            "length",
            f"{length.units}/{length.max_screen_units}",
        ),
        (elapsed_s <= MAX_ANSWER_S, "slow", f"{elapsed_s:.1f} s"),
    ]
    return [Violation(code, detail) for kept, code, detail in rules if not kept]
