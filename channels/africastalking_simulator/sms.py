"""SMS of the simulated network: what phones send, the REST interface, delivery reports.

Source: developers.africastalking.com/docs/sms (sending, notifications) and recorded answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from channels.africastalking_simulator.length import measure
from channels.africastalking_simulator.network import Network, Violation

_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_MAX_RECIPIENTS = 100

STATUS_CODES: Mapping[str, int] = MappingProxyType(
    {
        "Success": 101,
        "Queued": 102,
        "RiskHold": 401,
        "InvalidSenderId": 402,
        "InvalidPhoneNumber": 403,
        "UnsupportedNumberType": 404,
        "InsufficientBalance": 405,
        "UserInBlacklist": 406,
        "CouldNotRoute": 407,
        "DoNotDisturbRejection": 409,
        "InternalServerError": 500,
        "GatewayError": 501,
        "RejectedByGateway": 502,
    }
)
"""`status` of a recipient and its `statusCode`."""


async def send_from_phone(network: Network, phone: str, text: str) -> str | None:
    """Post an incoming message to our webhook; None when taken, else what went wrong."""
    form = {
        "linkId": "",
        "text": text,
        "to": network.config.sms_code,
        "id": network.new_id(),
        "date": network.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "from": phone,
        "networkCode": network.config.network_code,
    }
    return await _report(network, network.config.sms_url, form, "incoming SMS")


async def messaging(network: Network, request: Request) -> Response:
    """`POST /version1/messaging`."""
    config, faults = network.config, network.faults
    if faults.slow_s:
        await network.sleep(faults.slow_s)
    if faults.http500 > 0:
        faults.http500 -= 1
        return PlainTextResponse("Internal Server Error", status_code=500)
    async with request.form(max_fields=20, max_files=0) as form:
        fields = {name: str(value) for name, value in form.items()}
    if (
        request.headers.get("apikey") != config.api_key
        or fields.get("username") != config.username
    ):
        return PlainTextResponse("The supplied authentication is invalid", status_code=401)
    for name in ("to", "message"):
        if not fields.get(name):
            reason = f"Request is missing required form field '{name}'"
            return PlainTextResponse(reason, status_code=400)
    senders = (config.sms_code, *config.sender_ids)
    sender = fields.get("from", config.sms_code)
    if sender not in senders or faults.refuse == "InvalidSenderId":
        return _answer("InvalidSenderId", [])
    return _send(network, fields, sender)


def _send(network: Network, fields: Mapping[str, str], sender: str) -> Response:
    text, queued = fields["message"], fields.get("enqueue") == "1"
    price_mnt = network.price_mnt(text)
    recipients: list[dict[str, object]] = []
    for number in fields["to"].split(",")[:_MAX_RECIPIENTS]:
        refused = network.faults.refuse
        if not _PHONE.fullmatch(number):
            refused = "InvalidPhoneNumber"
        if refused:
            recipients.append(_recipient(number, refused, STATUS_CODES.get(refused, 500), "None"))
            continue
        message_id = f"ATXid_{network.new_id()}"
        code = STATUS_CODES["Queued" if queued else "Success"]
        recipients.append(_recipient(number, "Success", code, message_id, price_mnt))
        network.later(_deliver(network, number, sender, text, message_id))
    sent = sum(each["status"] == "Success" for each in recipients)
    total = f"Total Cost: MNT {sent * price_mnt:.4f} Message parts: {measure(text).parts}"
    return _answer(f"Sent to {sent}/{len(recipients)} {total}", recipients)


def _recipient(
    number: str, status: str, code: int, message_id: str, price_mnt: int | None = None
) -> dict[str, object]:
    cost = "0" if price_mnt is None else f"MNT {price_mnt:.4f}"
    return {
        "cost": cost,
        "messageId": message_id,
        "number": number,
        "status": status,
        "statusCode": code,
    }


def _answer(message: str, recipients: list[dict[str, object]]) -> Response:
    # The content type is exactly "application/json": the official client parses nothing else.
    data = {"SMSMessageData": {"Message": message, "Recipients": recipients}}
    return JSONResponse(data, status_code=201)


async def _deliver(network: Network, phone: str, sender: str, text: str, message_id: str) -> None:
    status = network.faults.report
    await network.sleep(network.config.report_delay_s)
    if status == "Success":
        network.deliver(phone, sender, text, message_id)
    form = {
        "id": message_id,
        "status": status,
        "phoneNumber": phone,
        "networkCode": network.config.network_code,
        "retryCount": "0",
    }
    if status in ("Failed", "Rejected"):
        form["failureReason"] = network.faults.failure_reason or "DeliveryFailure"
    await _report(network, f"{network.config.sms_url}/reports", form, "delivery report")


async def opt_out(network: Network, phone: str) -> str | None:
    """Post a bulk opt-out; None when taken, else what went wrong."""
    form = {"senderId": network.config.sms_code, "phoneNumber": phone}
    return await _report(network, f"{network.config.sms_url}/optout", form, "opt-out")


async def _report(network: Network, url: str, form: Mapping[str, str], what: str) -> str | None:
    try:
        response = await network.post(url, form)
    except httpx.HTTPError as error:
        found = Violation("no_answer", f"{what}: {type(error).__name__}")
    else:
        if response.is_success:
            return None
        found = Violation("status", f"{what}: {response.status_code}")
    network.violations.append(found)
    return found.code
