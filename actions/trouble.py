"""What is said when the state's systems do not answer or do not accept the call."""

from __future__ import annotations

import logging

from actions.dialogue import Dialogue
from actions.khur.errors import ApprovalNeeded, KhurError
from actions.office import Desk
from actions.result import Result
from actions.speech import say, tell
from bot.catalogue.service import Service

logger = logging.getLogger(__name__)

_CODE_NOT_ACCEPTED = frozenset({203, 301, 302, 303, 304})
_GO_TO_OFFICE = frozenset({401, 402})


def unavailable(desk: Desk, service: Service, dialogue: Dialogue, error: KhurError) -> Result:
    """Return the way out of a failed call: try again later, or where to go. Nothing is lost.

    A retryable failure keeps the request: the same step is offered again.
    """
    logger.warning(
        "KHUR call for %s failed: %s (code %s, request %s)",
        service.id,
        type(error).__name__,
        error.code,
        error.request_id,
    )
    if error.retryable:
        line = tell(service.say.unavailable) if service.say.unavailable else None
        lines = (line,) if line else ()
        waiting = dialogue.without("_code").asking("retry")
        return Result((*lines, say("utter_khur_down")), waiting)
    if error.code in _GO_TO_OFFICE:
        return Result((say("utter_visit_office"),), dialogue.finish())
    return Result((say("utter_khur_refused"),), dialogue.finish())


def failed(desk: Desk, service: Service, dialogue: Dialogue, error: KhurError) -> Result:
    """Return the way out of a failed call that carried a code: a new code, or as `unavailable`."""
    if _code_not_accepted(error):
        asking = dialogue.without("_code").asking("code", "otp")
        return Result((say("utter_code_expired"),), asking)
    return unavailable(desk, service, dialogue, error)


def _code_not_accepted(error: KhurError) -> bool:
    """Return whether the citizen must give a new code: it is wrong, old, or was not asked for."""
    return isinstance(error, ApprovalNeeded) or error.code in _CODE_NOT_ACCEPTED
