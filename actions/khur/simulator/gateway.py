"""What the gateway decides about an admitted call: approval, person, answer, result code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.khur.fields import Fields
from actions.khur.operations import Operation
from actions.khur.simulator.answers import ANSWERS, Call, Rejected
from actions.khur.simulator.invent import Inventor
from actions.khur.simulator.people import Person
from actions.khur.simulator.records import Partial, Record
from actions.khur.simulator.state import Access, SentCode, State
from actions.khur.simulator.wire import Incoming

OK, NOT_FOUND, BAD_REQUEST, NO_APPROVAL, NO_ACCESS = 0, 1, 3, 200, 203
NEEDS_FILE = Path(__file__).with_name("needs.yml")
ORGANISATION = "Өртөө"
REQUEST_CODE = "WS100008_registerOTPRequest"
CHECK_CODE = "WS100009_checkOtp"

_CITIZEN_INPUTS = ("regnum", "civilId", "parentRegnum", "regNumberA", "pin", "value")
_CITIZEN_NUMBER = re.compile(r"[А-ЯЁӨҮ]{2}\d{8}|\d{12}")
"""A register number or a civil ID; a company's number or a plate is neither."""
_PERSONAL_INPUTS = frozenset({"regnum", "civilId"})
PERSONAL_WITHOUT_NUMBER = frozenset(
    {
        "GS10023_notaryTrustInfo",
        "WS100003_getLog",
        "WS100017_logCheck",
        "WS100237_cadastreApplicantStatusInfo",
        "WS100403_getVehiclePenaltyList",
        "WS100445_driverLicenseOrderedLog",
        "WS100449_vehicleCertificate",
        "WS100636_UnpaidTaxInformationService",
        "WS100818_taxPayerInfo",
        "WS100921_setChildRequest",
    }
)
"""Personal though no register number is among their inputs: it is known from the approval."""
PUBLIC_WITH_NUMBER = frozenset(
    {
        "WS100316_legalEntityOpenData",
        "WS100328_checkLegalEntityNameInfo",
        "WS300102_eHealthGetHospitals",
    }
)
"""Open to all though they take a `regnum`: a company's, or a citizen's who is not looked up."""
FOR_EVERYBODY = frozenset(
    {
        "GS10052_TreeRegister",
        "WS100003_getLog",
        "WS100017_logCheck",
        "WS300110_eHealthOnlineAppointmentOrder",
    }
)
"""Personal operations that need no earlier record of the citizen."""


@dataclass(frozen=True)
class Verdict:
    """A result code and, with 0, the response."""

    code: int
    response: Fields | None = None
    sms: SentCode | None = None
    """A code that is to be sent."""


def is_personal(operation: Operation) -> bool:
    """Whether an operation needs the citizen's approval."""
    if operation.name in PUBLIC_WITH_NUMBER or operation.group == "meta":
        return operation.name in PERSONAL_WITHOUT_NUMBER
    named = not _PERSONAL_INPUTS.isdisjoint(operation.inputs)
    return named or operation.name in PERSONAL_WITHOUT_NUMBER


class Gateway:
    """Answers admitted calls from the state."""

    def __init__(self, state: State) -> None:
        self._state = state
        needs: Mapping[str, list[str]] = yaml.safe_load(NEEDS_FILE.read_text("utf-8"))
        self._needs = {name: register for register, names in needs.items() for name in names}
        self._meta: Mapping[str, Callable[[Incoming], Verdict]] = {
            REQUEST_CODE: self._send_code,
            CHECK_CODE: self._check_code,
        }

    def answer(self, call: Incoming, group: str, request_id: str) -> Verdict:
        """The verdict on a call whose headers were admitted."""
        operation = self._state.operations.get(call.operation)
        if operation is None or operation.group != group:
            return Verdict(BAD_REQUEST)
        own = self._meta.get(operation.name)
        if own is not None:
            return own(call)
        citizen = self._citizen(call)
        verdict = self._approved(operation, call, citizen) or self._data(operation, call, citizen)
        if citizen is not None:
            self._note(operation, citizen, verdict.code, request_id)
        return verdict

    def _citizen(self, call: Incoming) -> Person | None:
        people = self._state.people
        for name in _CITIZEN_INPUTS:
            given = str(call.fields.get(name)).upper()
            if _CITIZEN_NUMBER.fullmatch(given):
                by_civil_id = (p for p in people.values() if p.civil_id == given)
                return people.get(given) or next(by_civil_id, None)
        return people.get(call.auth_regnum.upper())

    def _approved(
        self, operation: Operation, call: Incoming, citizen: Person | None
    ) -> Verdict | None:
        if not is_personal(operation):
            return None
        code = call.auth_code
        if code.lstrip("0") == "":
            return Verdict(NO_APPROVAL)
        approver = call.auth_regnum.upper()
        if not self._state.codes.allows(approver, code, operation.name):
            return Verdict(NO_ACCESS)
        if citizen is None:
            return Verdict(NOT_FOUND)
        return None if citizen.regnum == approver else Verdict(NO_ACCESS)

    def _data(self, operation: Operation, call: Incoming, citizen: Person | None) -> Verdict:
        if is_personal(operation) and not self._is_known(operation, citizen):
            return Verdict(NOT_FOUND)
        answer = ANSWERS.get(operation.name)
        try:
            known: Partial | None = (
                {}
                if answer is None
                else answer(Call(operation, call.fields, citizen, self._state))
            )
        except Rejected as rejected:
            return Verdict(rejected.code)
        if known is None:
            return Verdict(NOT_FOUND)
        return Verdict(OK, self._record(operation, call, citizen).complete(known))

    def _is_known(self, operation: Operation, citizen: Person | None) -> bool:
        if operation.name in FOR_EVERYBODY:
            return True
        if citizen is None or not citizen.has_records:
            return False
        register = self._needs.get(operation.name)
        return register is None or citizen.stands_in(register)

    def _record(self, operation: Operation, call: Incoming, citizen: Person | None) -> Record:
        about = citizen.regnum if citizen else ""
        sent = json.dumps(call.fields, ensure_ascii=False, sort_keys=True)
        return Record(
            operation=operation,
            inventor=Inventor(
                words=self._state.words,
                person=citizen,
                operation=operation.name,
                today=self._state.now.date(),
                seed=f"{operation.name}|{about}|{sent}",
            ),
            bare_booleans=self._state.settings.bare_booleans,
        )

    def _note(self, operation: Operation, citizen: Person, code: int, request_id: str) -> None:
        self._state.accesses.append(
            Access(
                regnum=citizen.regnum,
                operation=operation.name,
                group=operation.group,
                code=code,
                at=self._state.now,
                request_id=request_id,
                organisation=ORGANISATION,
            )
        )

    def _send_code(self, call: Incoming) -> Verdict:
        person = self._citizen(call)
        operations = _operations_of(call.fields.get("jsonWSList"))
        if operations is None:
            return Verdict(BAD_REQUEST)
        if person is None:
            return Verdict(NOT_FOUND)
        code = self._state.codes.issue(person.regnum, operations)
        if code is None:
            return Verdict(NO_ACCESS)
        sms = SentCode(
            to=person.phone,
            code=code,
            text=self._state.words.sms_text.format(code=code),
            sent_at=self._state.now,
            regnum=person.regnum,
            operations=operations,
        )
        self._state.outbox.append(sms)
        return Verdict(OK, {"status": "1", "resultMsg": self._state.words.results[OK]}, sms)

    def _check_code(self, call: Incoming) -> Verdict:
        regnum, code = call.fields.get("regnum"), call.fields.get("otp")
        if not isinstance(regnum, str) or not isinstance(code, str):
            return Verdict(BAD_REQUEST)
        matches = self._state.codes.check(regnum.upper(), code)
        return Verdict(OK, {self._state.settings.match_name: "true" if matches else "false"})


def _operations_of(text: Any) -> tuple[str, ...] | None:
    """The names in jsonWSList, `[{"ws": "WS…"}]`; None where it is not that."""
    try:
        return tuple(str(entry["ws"]) for entry in json.loads(text))
    except (TypeError, KeyError, ValueError):
        return None
