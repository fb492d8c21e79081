"""The one list of channels. A new channel is its file, one line here, and its case file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from starlette.routing import Route

from bot.errors import SettingsError
from bot.text.pages import Screen
from channels.africastalking_sms import AfricasTalkingSms
from channels.africastalking_ussd import AfricasTalkingUssd
from channels.base import Channel, Turn
from channels.chat import Chat, ChatSettings
from channels.doors import Doors, Limits
from channels.guard import Gate, networks


@dataclass(frozen=True)
class ChannelSettings:
    """What all channels need from the settings. A channel without its secret is closed."""

    ussd_secret: str | None = field(default=None, repr=False)
    ussd_allow: str = ""
    """Networks that may call, separated by commas; empty means any."""
    ussd_screen: Screen = Screen.CYRILLIC
    """What one screen of the route holds, and in which script."""
    sms_secret: str | None = field(default=None, repr=False)
    sms_allow: str = ""
    sms_latin: bool = False
    """Messages in MNS 5217 Latin (160 characters a segment) instead of Cyrillic (70)."""
    chat: ChatSettings | None = None
    trusted_proxies: int = 0
    """How many proxies of ours append to X-Forwarded-For."""
    limits: Limits = field(default_factory=Limits)


_Opened = tuple[Channel, Gate] | None


def _ussd(settings: ChannelSettings) -> _Opened:
    if settings.ussd_secret is None:
        return None
    gate = Gate(settings.ussd_secret, networks(settings.ussd_allow))
    return AfricasTalkingUssd(settings.ussd_screen), gate


def _sms(settings: ChannelSettings) -> _Opened:
    if settings.sms_secret is None:
        return None
    gate = Gate(settings.sms_secret, networks(settings.sms_allow))
    return AfricasTalkingSms(latin=settings.sms_latin), gate


def _chat(settings: ChannelSettings) -> _Opened:
    return None if settings.chat is None else (Chat(settings.chat), Gate(None))


CHANNELS: Mapping[str, Callable[[ChannelSettings], _Opened]] = MappingProxyType(
    {
        AfricasTalkingUssd.name: _ussd,
        AfricasTalkingSms.name: _sms,
        Chat.name: _chat,
    }
)


def open_channels(settings: ChannelSettings) -> Sequence[tuple[Channel, Gate]]:
    """The channels that the settings open, each with its gate. Raises SettingsError."""
    opened = [make(settings) for make in CHANNELS.values()]
    channels = [pair for pair in opened if pair is not None]
    if not channels:
        raise SettingsError("no channel is open: set the secret of at least one")
    return channels


def channel_routes(
    settings: ChannelSettings, turn: Turn, channels: Sequence[tuple[Channel, Gate]]
) -> list[Route]:
    """The routes of open channels, to be given to a Starlette application."""
    doors = Doors(turn, limits=settings.limits, trusted_proxies=settings.trusted_proxies)
    return doors.routes(channels)
