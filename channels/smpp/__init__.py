"""SMPP 3.4: SMS and USSD over an operator's own gateway.

Two plans, because an operator's SMSC and its USSD gateway are two servers more often than one:
`smpp_sms` binds to an SMSC, and carries the USSD of the same bind too where URTUU_SMPP_DIALECT
names a dialect; `smpp_ussd` binds to a USSD gateway of its own. Either way the doors are called
smpp_sms and smpp_ussd, so only one of the two may carry USSD.
"""

from __future__ import annotations

import random
import time
from decimal import Decimal, InvalidOperation

from bot.errors import SettingsError
from channels.numbers import MOBILE_PREFIXES, prefixes_of
from channels.plan import Opened, Plan, Tools, Values
from channels.routing import OutRoute
from channels.smpp.carrier import Carrier
from channels.smpp.dialects import dialect
from channels.smpp.link import Bind
from channels.smpp.reassembly import Reassembly
from channels.smpp.repeats import Repeats
from channels.smpp.sender import SmppSender
from channels.smpp.settings import (
    SMS,
    USSD,
    bind_settings,
    read_bind,
    read_origin,
    read_receipt_ids,
    read_screen,
    sms_settings,
    ussd_settings,
)
from channels.smpp.sms import SmppSms, SmsDesk
from channels.smpp.thread import LinkThread
from channels.smpp.ussd import SmppUssd, UssdDesk

_SMS_GRACE_S, _SMS_WINDOW_S = 5, 600
"""Nobody answers by SMS within seconds of an answer that travels as long; an SMSC tries again for
minutes."""
_USSD_GRACE_S, _USSD_WINDOW_S = 1, 60
"""Nobody reads a screen and answers it within a second; a dialogue lives for a minute or two."""


def _link(name: str, bind: Bind) -> LinkThread:
    return LinkThread(name, bind, random.random)


def _repeats(bind: Bind, link: LinkThread, *, is_ussd: bool) -> Repeats:
    secret = f"{bind.host} {bind.system_id} {bind.password}".encode()
    return Repeats(
        secret,
        time.monotonic,
        lambda: link.binds,
        grace_s=_USSD_GRACE_S if is_ussd else _SMS_GRACE_S,
        window_s=_USSD_WINDOW_S if is_ussd else _SMS_WINDOW_S,
        asks_always=is_ussd,
    )


def _ussd_desk(
    values: Values, prefix: str, bind: Bind, link: LinkThread
) -> tuple[SmppUssd, UssdDesk]:
    door = SmppUssd(read_screen(values, prefix))
    desk = UssdDesk(
        door,
        dialect(values.text(f"{prefix}_DIALECT")),
        _repeats(bind, link, is_ussd=True),
        link,
        values.optional(f"{prefix}_CODE") or "",
    )
    return door, desk


def _open_sms(values: Values, tools: Tools) -> tuple[Opened, ...]:
    bind = read_bind(values, SMS)
    link = _link(SmppSms.name, bind)
    door = SmppSms(values.script(f"{SMS}_SCRIPT"))
    desk = SmsDesk(
        door,
        _repeats(bind, link, is_ussd=False),
        Reassembly(time.monotonic),
        read_receipt_ids(values, SMS),
    )
    route = OutRoute(
        name=door.name,
        sender=SmppSender(link, read_origin(values, SMS)),
        script=values.script(f"{SMS}_SCRIPT"),
        prefixes=_prefixes(values.optional(f"{SMS}_NETWORKS")),
        cost_mnt=_cost(values.optional(f"{SMS}_COST_MNT")),
        rate_per_s=values.number(f"{SMS}_RATE") or None,
    )
    if values.optional(f"{SMS}_DIALECT") is None:
        return (Opened(door, route=route, service=Carrier(door.name, link, desk)),)
    ussd_door, ussd_desk = _ussd_desk(values, SMS, bind, link)
    carrier = Carrier(door.name, link, desk, ussd_desk)
    return Opened(door, route=route, service=carrier), Opened(ussd_door)


def _open_ussd(values: Values, tools: Tools) -> Opened:
    bind = read_bind(values, USSD)
    link = _link(SmppUssd.name, bind)
    door, desk = _ussd_desk(values, USSD, bind, link)
    return Opened(door, service=Carrier(door.name, link, ussd=desk))


def _prefixes(text: str | None) -> tuple[str, ...]:
    networks = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    try:
        return prefixes_of(networks)
    except KeyError as error:
        known = ", ".join(MOBILE_PREFIXES)
        raise SettingsError(f"{SMS}_NETWORKS: networks are {known}") from error


def _cost(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise SettingsError(f"{SMS}_COST_MNT: must be a number") from error


PLAN_SMS = Plan(
    "smpp_sms",
    "SMS over SMPP 3.4, with USSD where the bind carries it",
    (*bind_settings(SMS), *sms_settings(SMS), *ussd_settings(SMS, default="")),
    _open_sms,
)
PLAN_USSD = Plan(
    "smpp_ussd",
    "USSD over SMPP 3.4, at a gateway of its own",
    (*bind_settings(USSD), *ussd_settings(USSD, default="standard")),
    _open_ussd,
)
PLANS = (PLAN_SMS, PLAN_USSD)
