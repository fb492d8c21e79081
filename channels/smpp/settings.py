"""The settings of the SMPP doors: those of a bind, of its SMS and of its USSD."""

from __future__ import annotations

from bot.errors import SettingsError
from bot.text.pages import Screen
from channels.plan import Setting, Values
from channels.smpp.link import Bind
from channels.smpp.parts import CONCATENATIONS
from channels.smpp.receipts import RECEIPT_IDS, ReceiptIds
from channels.smpp.sender import Origin

SMS, USSD = "URTUU_SMPP", "URTUU_SMPP_USSD"
"""How the names of settings begin: of the bind to an SMSC, of one to a USSD gateway."""

_MAX_SYSTEM_ID, _MAX_PASSWORD, _MAX_SYSTEM_TYPE, _MAX_ADDRESS = 15, 8, 12, 20
"""SMPP 3.4, 4.1.1 and 4.4.1, without the NUL."""
_MAX_PORT = 65535
_MAX_OCTET = 255


def bind_settings(prefix: str) -> tuple[Setting, ...]:
    """Where and as whom to bind."""
    return (
        Setting(f"{prefix}_HOST", "Host of the operator's SMPP server"),
        Setting(f"{prefix}_SYSTEM_ID", "system_id that the operator has given"),
        Setting(f"{prefix}_PASSWORD", "Password of the bind, at most 8 characters", secret=True),
        Setting(f"{prefix}_PORT", "Its TCP port", "2775"),
        Setting(f"{prefix}_SYSTEM_TYPE", "system_type, where the operator wants one", ""),
        Setting(f"{prefix}_TLS", "off: without TLS, as inside a VPN to the operator", "on"),
        Setting(f"{prefix}_WINDOW", "How many submit_sm may wait for their answers", "10"),
        Setting(f"{prefix}_ENQUIRE_S", "Seconds between two enquire_link", "30"),
        Setting(f"{prefix}_RESPONSE_S", "Seconds that an answer may take", "10"),
    )


def sms_settings(prefix: str) -> tuple[Setting, ...]:
    """How text messages leave and arrive."""
    return (
        Setting(f"{prefix}_SOURCE", "Short code, number or name that messages come from"),
        Setting(f"{prefix}_SOURCE_TON", "Its type of number: 0 unknown, 3 network, 5 name", "0"),
        Setting(f"{prefix}_SOURCE_NPI", "Its numbering plan: 0 unknown, 1 telephone", "0"),
        Setting(f"{prefix}_SCRIPT", "Script of its messages: cyrillic or latin", "cyrillic"),
        Setting(
            f"{prefix}_CONCATENATION",
            "How parts are joined: udh8, udh16, sar or payload",
            "udh8",
        ),
        Setting(f"{prefix}_RECEIPTS", "off: no delivery receipts are asked for", "on"),
        Setting(
            f"{prefix}_RECEIPT_IDS",
            "Ids in receipts: same, hex_to_decimal (hexadecimal in the receipt, decimal in the "
            "answer to the message) or decimal_to_hex",
            "same",
        ),
        Setting(f"{prefix}_NETWORKS", "Networks it carries best, such as mobicom,unitel", ""),
        Setting(f"{prefix}_COST_MNT", "Price of a segment in tugrik; empty: unknown", ""),
        Setting(f"{prefix}_RATE", "Segments a second that the operator allows; 0: any", "0"),
    )


def ussd_settings(prefix: str, *, default: str) -> tuple[Setting, ...]:
    """How dialogues go; `default` is the dialect, "" where there are none."""
    return (
        Setting(
            f"{prefix}_DIALECT", "USSD dialect: standard, sixdee or the path of a file", default
        ),
        Setting(f"{prefix}_CODE", "Service code, such as *141#; empty: any one group", ""),
        Setting(f"{prefix}_SCREEN", "Script of USSD screens: cyrillic or latin", "cyrillic"),
        Setting(f"{prefix}_SCREEN_UCS2", "Characters of a Cyrillic screen", "80"),
        Setting(f"{prefix}_SCREEN_GSM7", "Characters of a Latin screen", "182"),
    )


def read_bind(values: Values, prefix: str) -> Bind:
    """The bind. Raises SettingsError."""
    port = values.whole(f"{prefix}_PORT", least=1)
    if port > _MAX_PORT:
        raise SettingsError(f"{prefix}_PORT: must be at most {_MAX_PORT}")
    system_type = values.optional(f"{prefix}_SYSTEM_TYPE")
    return Bind(
        host=values.text(f"{prefix}_HOST"),
        port=port,
        system_id=_ascii(values, f"{prefix}_SYSTEM_ID", _MAX_SYSTEM_ID),
        password=_ascii(values, f"{prefix}_PASSWORD", _MAX_PASSWORD),
        system_type=_ascii(values, f"{prefix}_SYSTEM_TYPE", _MAX_SYSTEM_TYPE)
        if system_type
        else "",
        tls=values.switch(f"{prefix}_TLS"),
        window=values.whole(f"{prefix}_WINDOW", least=1),
        enquire_s=values.whole(f"{prefix}_ENQUIRE_S", least=1),
        response_s=values.whole(f"{prefix}_RESPONSE_S", least=1),
    )


def read_origin(values: Values, prefix: str) -> Origin:
    """Whom messages come from. Raises SettingsError."""
    word = values.choice(f"{prefix}_CONCATENATION", CONCATENATIONS)
    return Origin(
        address=_ascii(values, f"{prefix}_SOURCE", _MAX_ADDRESS),
        ton=_octet(values, f"{prefix}_SOURCE_TON"),
        npi=_octet(values, f"{prefix}_SOURCE_NPI"),
        concatenation=next(each for each in CONCATENATIONS if each == word),
        receipts=values.switch(f"{prefix}_RECEIPTS"),
    )


def read_receipt_ids(values: Values, prefix: str) -> ReceiptIds:
    """How ids of receipts are written. Raises SettingsError."""
    word = values.choice(f"{prefix}_RECEIPT_IDS", RECEIPT_IDS)
    return next(each for each in RECEIPT_IDS if each == word)


def read_screen(values: Values, prefix: str) -> Screen:
    """What a USSD screen holds. Raises SettingsError."""
    try:
        return Screen(
            ucs2_chars=values.whole(f"{prefix}_SCREEN_UCS2", least=1),
            gsm7_chars=values.whole(f"{prefix}_SCREEN_GSM7", least=1),
            script=values.script(f"{prefix}_SCREEN"),
        )
    except ValueError as error:
        raise SettingsError(f"{prefix}_SCREEN_UCS2, {prefix}_SCREEN_GSM7: {error}") from error


def _ascii(values: Values, name: str, most: int) -> str:
    value = values.text(name)
    if not value.isascii() or not value.isprintable() or len(value) > most:
        raise SettingsError(f"{name}: must be at most {most} ASCII characters")
    return value


def _octet(values: Values, name: str) -> int:
    value = values.whole(name)
    if value > _MAX_OCTET:
        raise SettingsError(f"{name}: must be at most {_MAX_OCTET}")
    return value
