"""The action endpoint that runs `rasa_sdk` actions in this process instead of over HTTP."""

from __future__ import annotations

import json
from typing import Any

from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from bot.context import current


class InProcessEndpoint(EndpointConfig):
    """Answers as an action server would, keeping its contract (400 for a rejection)."""

    def __init__(self, package: str) -> None:
        super().__init__(url="in-process://actions", enable_selective_domain=True)
        self.executor = ActionExecutor()
        self.executor.register_package(package)

    async def request(self, *_args: Any, **kwargs: Any) -> Any:
        call = kwargs["json"]
        try:
            return await self.executor.run(call)
        except ActionExecutionRejection as error:
            raise _refusal(400, error.message, call) from error
        except ActionNotFoundException as error:
            raise _refusal(404, error.message, call) from error
        except Exception as error:
            # Rasa swallows what an action raises; the turn takes it from its context instead.
            current().failure = error
            raise


def _refusal(status: int, message: str, call: dict[str, Any]) -> ClientResponseError:
    body = json.dumps({"error": message, "action_name": call["next_action"]})
    return ClientResponseError(status, message, body)
