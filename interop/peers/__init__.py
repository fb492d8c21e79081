"""The peers, in the order in which they are tried."""

from __future__ import annotations

from interop.peer import Peer
from interop.peers import africastalking, chromium, kannel, segments, smpp, telegram, twilio

PEERS: tuple[Peer, ...] = (
    africastalking.APPS,
    africastalking.NETWORK,
    segments.PEER,
    kannel.FAKE,
    kannel.CENTRE,
    smpp.NODE,
    smpp.PERL,
    twilio.PEER,
    telegram.PEER,
    chromium.PEER,
)
