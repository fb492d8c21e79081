"""Malformed requests, drawn: a right request with its data, then its envelope, made wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus

from hypothesis import strategies as st

from tests.channels.asgi import Ask
from tests.channels.every_door import SECRETS, Right

MARK = "zq7marker"
"""Stands in every request, and must stand in no log."""
HUGE = 70_000

_WORDS: tuple[bytes, ...] = (
    b"", b" ", b"\t", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\x00", b"\x1b[31m", b"0", b"-1",
    b"\r\nset-cookie: a=b", b"%00%ff", b"+976990000019999999999", b"1e999", b"NaN", b"null", b"[",
    b"../../../etc/passwd", b"' or 1=1 --", b"<script>", b"{{7*7}}", b"9" * 400, b"9" * 5000,
    MARK.encode(), MARK.encode() * 400, "ө".encode() * 5000, "🙏".encode() * 500,
    "\u202eөрөг".encode(), "е\u0306".encode(), "\ufeff".encode(), "٠١٢".encode(), "０１".encode(),
    b"%d0%ff", b"&=&=", b"+", b"99112233", b"00976", b"STOP", "й".encode("utf-16"),
)  # fmt: skip
_SIMPLE: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**18, 10**30, -(10**400), 10**400, 1.5, float("inf"), float("nan"),
    "", " ", MARK, "\ud83d", "a\x00b", "\x1b[31m", "е\u0306", "9" * 5000, "ө" * 5000, [], {},
    [[[[[[1]]]]]], {"a": {"b": {"id": MARK}}}, list(range(300)), {MARK: MARK}, "private", "kicked",
)  # fmt: skip
_MEDIA_TYPES = (
    "text/plain", "multipart/form-data; boundary=a", "application/xml", "", "/", ";", MARK,
    "application/json5", "application/x-www-form-urlencoded2", "\xff", "a" * 9000,
)  # fmt: skip
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW", "post")
_HEADERS: tuple[tuple[str, str], ...] = (
    ("host", "["), ("host", "a:b:c"), ("host", ""), ("host", f"{MARK}.example"),
    ("origin", "http://["), ("origin", "null"), ("origin", f"https://{MARK}"), ("origin", "\xff"),
    ("cookie", "urtuu_chat"), ("cookie", "urtuu_chat=.1."), ("cookie", 'a="\\777;;=,=\xff'),
    ("cookie", f"urtuu_chat={MARK}.x.y"), ("cookie", ";" * 4000), ("authorization", "Bearer"),
    ("authorization", f"Basic {MARK}"), ("authorization", "\xff " + "a" * 9000),
    ("content-length", "-1"), ("content-length", MARK), ("transfer-encoding", "chunked, gzip"),
    ("content-encoding", "gzip"), ("x-forwarded-for", ",,,"), ("x-forwarded-for", MARK),
    ("x-forwarded-for", "::1, 999.1.1.1"), ("x-forwarded-host", f"{MARK}.example"),
    ("x-http-method-override", "PUT"), ("expect", "100-continue"), ("range", "bytes=9-1"),
    ("x-twilio-signature", "\xff"), ("x-twilio-webhooks-signature-settings", "algorithm=MD5"),
    ("x-twilio-webhooks-signature-settings", "algorithm=,=,algorithm"), ("upgrade", "websocket"),
    ("x-telegram-bot-api-secret-token", "\xff"), ("sec-fetch-site", "cross-site"),
    ("accept-language", MARK), (MARK, MARK), ("x-" + "a" * 4000, "b" * 9000), ("", ""),
    ("access-control-request-method", MARK), ("referer", f"http://{MARK}/"), ("te", "\x00"),
)  # fmt: skip
_TAILS = (
    "/", "//", "/..", "/%00", "%00", "/%2e%2e/", "/reports", "/session", "/status", "/events",
    f"/{MARK}", "%ff", "%ed%a0%80", ";a=b", "/ө", "a" * 3000, "?", "#", "\\", "%0d%0aa:b",
)  # fmt: skip
_QUERIES = (
    b"&" * 3000, b"=", b"%", b"%zz=%z", b"\xff\xfe", b"a=\xd0", MARK.encode() + b"=1", b"a=1&a=2",
    b"?#", b"text=%ff&text=%00", b"from=%2B97699000001", b";" * 99, b"a[]=1&a[b]=2", b"a" * 5000,
)  # fmt: skip
_BODIES = (
    b"", b"\x00" * 64, b"[" * 30_000, b'{"a":' * 5000, b"[" * 400 + b"]" * 400, b"null", b"true",
    b'"a"', b"1", b"1" * 5000, b"-", b"[]", b"{}", b'{"id": "a", "id": "b", "text": "c"}', b"=",
    b"%", b"a=%zz", b"a=%ff", b"a&b&c", b"&&&&", b"text=%ed%a0%80", b"a=1&" * 3000,
    b"\xef\xbb\xbf{}", '{"id": "a"}'.encode("utf-16"), b'{"update_id": 1e999}',
    b'{"id": "\\ud800", "text": "\\ud800"}', MARK.encode() * 9,
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///'>]><a>&b;</a>",
)  # fmt: skip
_FALSE = (None, b"", MARK.encode(), b"\xff", b"http://[", b"Bearer a.1.b")
"""In place of a header that makes a request right; None: without it."""
_word = st.one_of(st.sampled_from(_WORDS), st.sampled_from(_WORDS), st.binary(max_size=24))
_simple = st.one_of(st.sampled_from(_SIMPLE), st.sampled_from(_SIMPLE), st.text(max_size=12))


@dataclass(frozen=True)
class Attack:
    """One malformed request."""

    ask: Ask
    must_be_refused: bool
    """Whether nothing of what was changed can leave it a right request."""


@st.composite
def attacks(draw: st.DrawFn, rights: Sequence[Right]) -> Attack:
    """A right request, made wrong in one to three ways."""
    right = draw(st.sampled_from(rights))
    asked, sure = right.unsealed(), False
    ways = draw(st.sampled_from((0, 1, 1, 1, 2)))
    if right.data and ways:
        asked, sure = _spoiled(draw, right, asked, ways)
    envelope = draw(st.sampled_from(_ENVELOPES if ways else _ENVELOPES[1:]))
    asked, is_refused = envelope(draw, right, asked)
    if envelope is not _unsigned:
        asked = right.seal(asked)
    sure = sure and envelope is not _body  # another body may be right again
    return Attack(_marked(asked), sure or is_refused)


def _spoiled(draw: st.DrawFn, right: Right, asked: Ask, ways: int) -> tuple[Ask, bool]:
    """The request with its fields made wrong, and whether it must be refused for it."""
    if right.kind == "json":
        data = copy.deepcopy(dict(right.data))
        for _ in range(ways):
            _spoil_member(draw, data)
        return replace(asked, body=json.dumps(data).encode()), False
    pairs = [(name.encode(), _octets(value)) for name, value in right.data.items()]
    sure = False
    for _ in range(ways):
        at = draw(st.integers(0, len(pairs) - 1)) if pairs else 0
        way = draw(st.sampled_from(("value", "value", "value", "drop", "repeat", "many", "name")))
        if way == "value" and pairs:
            word = draw(_word)
            pairs[at] = (pairs[at][0], word)
            sure = ways == 1 and right.kind == "form" and _is_broken(word) and _is_utf8(right)
        elif way == "drop" and pairs:
            pairs.pop(at)
        elif way == "repeat" and pairs:
            pairs.append((pairs[at][0], draw(_word)))
            sure = ways == 1
        elif way == "many":
            pairs += [(b"f%d" % number, b"a") for number in range(draw(st.integers(30, 300)))]
        else:
            pairs.append((draw(_word), draw(_word)))
    written = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
    if right.kind == "form":
        return replace(asked, body=written.encode()), sure
    query = b"&".join(part for part in (right.signed_query.encode(), written.encode()) if part)
    return replace(asked, query=query), sure


def _spoil_member(draw: st.DrawFn, data: dict[str, Any]) -> None:
    place: Any = data
    while place:
        name = draw(st.sampled_from(sorted(place)))
        if isinstance(place[name], dict) and place[name] and draw(st.booleans()):
            place = place[name]
            continue
        way = draw(st.sampled_from(("value", "value", "drop", "add")))
        if way == "drop":
            del place[name]
        else:
            place[name if way == "value" else MARK] = copy.deepcopy(draw(_simple))
        return


def _octets(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _is_broken(word: bytes) -> bool:
    try:
        word.decode()
    except UnicodeDecodeError:
        return True
    return False


def _is_utf8(right: Right) -> bool:
    """Whether every field of the form is read as UTF-8, also those of no use."""
    return not right.path.startswith("/gateway/")


_Envelope = Callable[[st.DrawFn, Right, Ask], tuple[Ask, bool]]


def _plain(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    return asked, False


def _method(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    method = draw(st.sampled_from(_METHODS))
    is_known = method in ("GET", "POST", "OPTIONS") or right.kind == "none"
    return replace(asked, method=method), not is_known


def _media_type(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    media_type = draw(st.sampled_from(_MEDIA_TYPES)).encode("latin-1")
    changed = _with(asked, b"content-type", media_type)
    return changed, right.kind in ("form", "json")


def _header(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    name, value = draw(st.sampled_from(_HEADERS))
    pair = (name.encode("latin-1"), value.encode("latin-1"))
    if draw(st.booleans()):
        return _with(asked, *pair), False
    return replace(asked, headers=(*asked.headers, pair)), False


def _without(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    """One of the headers that make it right is missing, or says something else."""
    if not right.headers or right.kind == "none":
        return asked, False
    name = draw(st.sampled_from(sorted(right.headers))).encode()
    value = draw(
        st.sampled_from((None, b"", MARK.encode(), b"\xff", b"http://[", b"Bearer a.1.b"))
    )
    if value is not None:
        return _with(asked, name, value), True
    return replace(asked, headers=tuple(pair for pair in asked.headers if pair[0] != name)), True


def _path(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    return replace(asked, path=asked.path + draw(st.sampled_from(_TAILS))), False


def _secret(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    """The secret of the path is another."""
    other = draw(st.sampled_from((MARK, "%ff", "a", "%00", "a" * 3000, "%D3%A9" * 8, "..")))
    for secret in SECRETS:
        if secret in asked.path:
            return replace(asked, path=asked.path.replace(secret, other)), True
    return asked, False


def _query(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    junk = draw(st.one_of(st.sampled_from(_QUERIES), st.binary(max_size=24)))
    return replace(asked, query=b"&".join(part for part in (asked.query, junk) if part)), False


def _body(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    junk = st.one_of(st.sampled_from(_BODIES), st.binary(max_size=40))
    if asked.body and draw(st.booleans()):
        end = draw(st.integers(0, len(asked.body) - 1))
        return replace(asked, body=asked.body[:end] + draw(st.binary(max_size=3))), False
    return replace(asked, body=draw(junk)), False


def _huge(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    filler = draw(st.sampled_from((b"a", b"&", b"[", b" ", b"%", b"\xff")))
    if right.kind == "query":
        return replace(asked, query=asked.query + b"&b=" + filler * HUGE), True
    return replace(asked, body=asked.body + filler * HUGE), right.kind != "none"


def _unsigned(draw: st.DrawFn, right: Right, asked: Ask) -> tuple[Ask, bool]:
    """The signature is missing, or belongs to something else."""
    signed = right.seal(asked)
    if signed == asked:
        return asked, False
    if draw(st.booleans()):
        return asked, True
    return replace(signed, body=signed.body + b"&a=" + MARK.encode()), True


def _with(asked: Ask, name: bytes, value: bytes) -> Ask:
    kept = tuple(pair for pair in asked.headers if pair[0] != name)
    return replace(asked, headers=(*kept, (name, value)))


def _marked(asked: Ask) -> Ask:
    return replace(asked, headers=(*asked.headers, (b"user-agent", MARK.encode())))


_ENVELOPES: tuple[_Envelope, ...] = (
    _plain, _method, _media_type, _header, _header, _without, _path, _secret, _query, _body, _body,
    _huge, _unsigned,
)  # fmt: skip
