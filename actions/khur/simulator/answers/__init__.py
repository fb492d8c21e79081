"""Every answer that is written by hand; an operation that is not here is invented whole."""

from __future__ import annotations

from collections.abc import Mapping

from actions.khur.simulator.answers import (
    assets,
    civil,
    government,
    health,
    social,
    transport,
    travel,
    welfare,
)
from actions.khur.simulator.answers.call import Answerer, Call, Rejected

ANSWERS: Mapping[str, Answerer] = {
    **assets.ANSWERS,
    **civil.ANSWERS,
    **government.ANSWERS,
    **health.ANSWERS,
    **social.ANSWERS,
    **transport.ANSWERS,
    **travel.ANSWERS,
    **welfare.ANSWERS,
}

__all__ = ["ANSWERS", "Answerer", "Call", "Rejected"]
