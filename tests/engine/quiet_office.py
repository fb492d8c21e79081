"""An office whose data exchange is always away, for tests of the engine alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.khur.approval import Approval
from actions.khur.client import Answer
from actions.khur.envelope import Sendable
from actions.khur.errors import Unavailable
from actions.office import Office, open_office
from bot.app import life_events
from bot.live import build_event_ranker, live_catalogue
from bot.places import data_folder


class AwayKhur:
    """A data exchange that does not answer."""

    async def call(
        self,
        operation: str,
        fields: Mapping[str, Sendable],
        approval: Approval | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Answer:
        raise Unavailable(f"{operation}: away")

    async def request_code(self, register_number: str, operations: Sequence[str]) -> None:
        raise Unavailable("request_code: away")

    async def check_code(self, register_number: str, code: str) -> bool:
        raise Unavailable("check_code: away")


def open_quiet_office() -> None:
    """Give the actions this office."""
    open_office(
        Office(
            catalogue=lambda: live_catalogue().catalogue,
            khur=AwayKhur(),
            life_events=life_events(data_folder()),
            life_event_ranker=build_event_ranker(data_folder()),
            controller="Өртөө",
            contact="1111",
            sms_channel="sms",
            sms_texts=lambda replies, address, script: tuple(reply.text for reply in replies),
            codes_per_day=9,
            seed=lambda: 7,
        )
    )
