"""Rasa's action classes: one thin class per act, all work in the functions of this package.

The same classes run in the serving process and under `rasa run actions`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import answering, choosing, helping, own_matters, steering
from actions.dialogue import Dialogue
from actions.heard import Heard
from actions.office import Desk, desk
from actions.result import Result
from actions.speech import say, utter

Handler = Callable[[Desk, Dialogue, Heard], Awaitable[Result]]

HANDLERS: dict[str, Handler] = {
    "action_dial": steering.dial,
    "action_greet": steering.greet,
    "action_resume": steering.resume,
    "action_cancel": steering.cancel,
    "action_back": steering.back,
    "action_repeat": steering.repeat,
    "action_start_over": steering.start_over,
    "action_bye": steering.bye,
    "action_find_service": choosing.find_service,
    "action_choose_service": choosing.choose_service,
    "action_menu": choosing.menu,
    "action_category": choosing.category,
    "action_wrong_key": choosing.wrong_key,
    "action_not_understood": choosing.not_understood,
    "action_take_value": answering.take_value,
    "action_affirm": answering.affirm,
    "action_deny": answering.deny,
    "action_resend_code": answering.resend_code,
    "action_status": own_matters.status,
    "action_my_data": own_matters.my_data,
    "action_revoke": own_matters.revoke,
    "action_stop": own_matters.stop,
    "action_start": own_matters.start,
    "action_help": helping.help_,
    "action_human": helping.human,
    "action_emergency": helping.emergency,
    "action_complain": helping.complain,
    "action_recommend": helping.recommend,
    "action_life_event": helping.life_event,
    "action_send_sms": helping.send_sms,
}
"""Every custom action of domain.yml and the function that answers it."""


async def answer(handler: Handler, at: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Return the handler's result; a service put aside earlier goes on by itself."""
    result = await handler(at, dialogue, heard)
    if not result.dialogue.returning:
        return result
    service = at.catalogue.services.get(result.dialogue.service or "")
    going_on = await steering.resume(at, replace(result.dialogue, returning=False), heard)
    resumed = say("utter_back_to", service=service.short if service else "")
    return Result((*result.lines, resumed, *going_on.lines), going_on.dialogue)


class _Answering:
    """Takes the dialogue from its slot, answers, and puts it back.

    Not itself an Action: the SDK registers every subclass of Action that it finds.
    """

    action_name: str
    handler: Handler

    def name(self) -> str:
        return self.action_name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        dialogue = Dialogue.from_slot(tracker.get_slot("dialogue"))
        heard = Heard.of(tracker.latest_message)
        result = await answer(type(self).handler, desk(), dialogue, heard)
        utter(dispatcher, result.lines)
        return [SlotSet("dialogue", result.dialogue.to_slot())]


ACTIONS = tuple(
    type(name, (_Answering, Action), {"action_name": name, "handler": staticmethod(handler)})
    for name, handler in HANDLERS.items()
)
