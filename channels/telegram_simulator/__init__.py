"""A stand-in for Telegram's Bot API: one bot, its citizens, their chats, all in memory.

It hands updates to a webhook or to a long poll, answers the methods that the bot calls in the
wire form of core.telegram.org/bots/api, and notes whatever it is sent against the rules there.
"""

from __future__ import annotations

from channels.telegram_simulator.app import build_telegram_simulator
from channels.telegram_simulator.network import Faults, SimulatorConfig, TelegramNetwork
from channels.telegram_simulator.people import People

__all__ = ["Faults", "People", "SimulatorConfig", "TelegramNetwork", "build_telegram_simulator"]
