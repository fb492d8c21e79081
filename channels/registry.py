"""The one list of channels. A new channel is its file, one line here, and its case file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from bot.errors import SettingsError
from bot.outcome import Door
from channels import (
    africastalking_sms,
    africastalking_ussd,
    chat,
    http_gateway,
    smpp,
    telegram,
    twilio_sms,
    webchat,
)
from channels.base import HttpChannel, Service
from channels.doors import Doors
from channels.plan import Opened, Plan, Tools
from channels.reception import Reception
from channels.routing import SMS, Direct, OutRoute, Router

PLANS: tuple[Plan, ...] = (
    africastalking_ussd.PLAN,
    africastalking_sms.PLAN,
    twilio_sms.PLAN,
    http_gateway.PLAN,
    *smpp.PLANS,
    telegram.PLAN,
    chat.PLAN,
    webchat.PLAN,
)


@dataclass(frozen=True)
class Open:
    """The channels that the settings open."""

    channels: tuple[Opened, ...]
    router: Router

    @property
    def services(self) -> tuple[Service, ...]:
        """What they do beside answering HTTP."""
        return tuple(one.service for one in self.channels if one.service is not None)

    @property
    def carriers(self) -> dict[str, Router | Direct]:
        """What takes the outbox's messages out, by channel."""
        routed: dict[str, Router | Direct] = dict.fromkeys((*self.router.names, SMS), self.router)
        direct = {
            one.channel.name: Direct(one.channel.name, one.sender)
            for one in self.channels
            if one.sender is not None
        }
        return routed | direct

    def door(self, name: str) -> Door:
        """The channel of this name. Raises KeyError where it is not open."""
        return {one.channel.name: one.channel for one in self.channels}[name]

    def routes(self, reception: Reception, *, trusted_proxies: int = 0) -> list[BaseRoute]:
        """Every HTTP route of every channel, to be given to a Starlette application."""
        mounted = [
            (one.channel, one.gate)
            for one in self.channels
            if isinstance(one.channel, HttpChannel) and one.gate is not None
        ]
        routes: list[BaseRoute] = []
        routes += Doors(reception, trusted_proxies=trusted_proxies).routes(mounted)
        for one in self.channels:
            routes += one.pages(reception) if one.pages is not None else ()
        return routes


def open_channels(environ: Mapping[str, str], tools: Tools, plans: Sequence[Plan] = PLANS) -> Open:
    """The channels that the settings open. Raises SettingsError, also where they open none."""
    opened = tuple(one for plan in plans for one in plan.open(environ, tools))
    if not opened:
        first = "\n".join(f"  {plan.name}: {_key(plan)}" for plan in plans)
        raise SettingsError(f"no channel is open: set what one of them needs\n{first}")
    routes: list[OutRoute] = [one.route for one in opened if one.route is not None]
    return Open(opened, Router(routes))


def _key(plan: Plan) -> str:
    return ", ".join(setting.name for setting in plan.settings if setting.required)
