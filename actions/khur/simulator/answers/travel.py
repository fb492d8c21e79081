"""Answers about travel passports, the border and convictions."""

from __future__ import annotations

from datetime import timedelta

from actions.khur.simulator.answers.call import Answerer, Call
from actions.khur.simulator.invent import latin
from actions.khur.simulator.records import Partial

MONGOLIA = "Монгол Улс"
CYRILLIC_E = "Е"
BANNED = "travel_ban"
"""Written out for the one person who is: having every record is no ban."""
REGISTRY = "Улсын бүртгэлийн ерөнхий газар"


def _passports(call: Call) -> Partial | None:
    passport = call.person.passport
    if passport is None:
        return None
    person = call.person
    valid = call.today <= passport.expires
    return {
        "listData": [
            {
                "passportStatus": "Хүчинтэй" if valid else "Хугацаа дууссан",
                "passportNum": passport.number,
                "issuedDateAsText": passport.issued.isoformat(),
                "expiryDateAsText": passport.expires.isoformat(),
                "extendDateAsText": None,
                "regnumEng": latin(person.regnum[:2]).upper() + person.regnum[2:],
                "lastnameEng": person.latin.lastname,
                "firstnameEng": person.latin.firstname,
            }
        ]
    }


def _current_passport(call: Call) -> Partial | None:
    passport = call.person.passport
    if passport is None:
        return None
    return {
        "passportNum": passport.number,
        "passportTypeCode": "E",
        "issuedDate": passport.issued.isoformat(),
        "expiryDate": passport.expires.isoformat(),
        "issuedOrgName": REGISTRY,
        "birthDate": call.person.born.isoformat(),
    }


def _first_passport(call: Call) -> Partial | None:
    passport = call.person.passport
    if passport is None:
        return None
    return {
        "passportNum": passport.earlier or passport.number,
        "issuedDate": passport.earlier_issued or passport.issued,
        "citizenship": MONGOLIA,
    }


def _second_passport(call: Call) -> Partial | None:
    passport = call.person.passport
    if passport is None or passport.earlier is None:
        return None
    return {
        "passportNum": passport.number,
        "issuedDate": passport.issued,
        "invPassportNum": passport.earlier,
        "invIssuedDate": passport.earlier_issued,
        "invCauseName": "Хугацаа дууссан",
        "citizenship": MONGOLIA,
    }


def _has_no_passport(call: Call) -> Partial:
    return {"result": call.person.passport is None}


def _passport_by_number(call: Call) -> Partial | None:
    wanted = call.text("passportNumber").upper().replace(CYRILLIC_E, "E")
    for person in call.state.people.values():
        if person.passport is not None and person.passport.number == wanted:
            passport = person.passport
            return {
                "list": [
                    {
                        "passportNum": passport.number,
                        "issuedDateAsText": passport.issued.isoformat(),
                        "expiryDateAsText": passport.expires.isoformat(),
                        "regnumEng": None,
                        "surNameEng": person.latin.lastname,
                        "givenNameEng": person.latin.firstname,
                        "dateOfBirth": None,
                        "sex": None,
                    }
                ]
            }
    return None


def _ban(call: Call) -> Partial:
    if BANNED not in call.person.has:
        return {"listData": []}
    return {
        "listData": [
            {
                "status": "1",
                "statusText": "Хоригтой",
                "banCommandDate": (call.today - timedelta(days=75)).isoformat(),
                "createdDate": (call.today - timedelta(days=74)).isoformat(),
                "banDocOrgName": "Шүүхийн шийдвэр гүйцэтгэх ерөнхий газар",
            }
        ]
    }


def _no_conviction(call: Call) -> Partial:
    person = call.person
    return {
        "regnum": person.regnum,
        "familyName": person.names.surname,
        "lastname": person.names.lastname,
        "firstname": person.names.firstname,
        "statusId": "0",
        "statusName": "Эрүүгийн хариуцлага хүлээж байгаагүй",
        "country": MONGOLIA,
    }


def _no_conviction_english(call: Call) -> Partial:
    return {
        **_no_conviction(call),
        "familyName": call.person.latin.surname,
        "lastname": call.person.latin.lastname,
        "firstname": call.person.latin.firstname,
        "statusName": "No criminal liability",
        "country": "Mongolia",
    }


def _past_convictions(call: Call) -> Partial:
    return {"punishmentCount": 0, "listData": []}


ANSWERS: dict[str, Answerer] = {
    "WS100110_passportInfo": _passports,
    "WS100136_checkCitizenNonPassport": _has_no_passport,
    "WS100140_firstTimePassportInfo": _first_passport,
    "WS100141_passportInfoSecondTime": _second_passport,
    "WS100174_citizenDoingCriminalLiabilitylInfo": _no_conviction,
    "WS100175_citizenWasCriminalLiabilitylInfo": _past_convictions,
    "WS101134_CitizenDoingCriminalLiabiltyEngInfo": _no_conviction_english,
    "WS101138_currentPassportInfo": _current_passport,
    "WS101180_PassportValidityChecker": _passport_by_number,
    "WS101181_BorderBan": _ban,
}
