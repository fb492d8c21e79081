"""A stand-in for Africa's Talking: it speaks the provider's wire form on both sides.

Towards us it posts callbacks over HTTP and checks every answer; towards our sender it is the REST
interface. Phones are driven through a small JSON interface. All state is in memory.
"""

from __future__ import annotations

from channels.africastalking_simulator.app import build_at_simulator
from channels.africastalking_simulator.network import Network, SimulatorConfig

__all__ = ["Network", "SimulatorConfig", "build_at_simulator"]
