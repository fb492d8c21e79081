"""The operator's file of gateways, read and checked. Its form is described in docs/gateways.md."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import yaml

from bot.errors import SettingsError
from bot.text.compiler import MAX_SEGMENTS
from channels.guard import networks
from channels.http_gateway.gateway import Call, Gateway, In, Out, Pairs, Refusal, Report
from channels.http_gateway.section import (
    FILE_SETTING,
    Environment,
    Section,
    Words,
    compiled,
    merged,
    scalar,
    wrong,
)

_PRESETS = Path(__file__).with_name("presets.yml")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
_PREFIX = re.compile(r"\+[1-9][0-9]{0,9}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{24,}")
_CALL = ("method", "url", "headers", "query", "form", "json", "charset", "hex", "coding")
_OUT = (*_CALL, "unicode", "success", "id", "errors", "timeout_s")
_IN = ("methods", "format", "fields", "charset", "codings", "answer", "repeat_s")
_REPORT = ("methods", "format", "fields", "statuses", "otherwise", "answer")
_GATEWAY = (
    "name", "preset", "values", "plain", "secret", "allow", "callback", "script",
    "prefixes", "cost_mnt", "rate_per_s", "max_segments", "out", "in", "report",
)  # fmt: skip
_IN_FIELDS = ("from", "to", "text", "hex", "id", "date", "charset", "coding")
_REPORT_FIELDS = ("id", "status")


def read_gateways(text: str, environment: Environment) -> tuple[Gateway, ...]:
    """The gateways of the file's text. Raises SettingsError naming the place that is wrong."""
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SettingsError(f"{FILE_SETTING}: is not YAML") from error
    entries = Section("file", loaded, ("gateways",)).list("gateways")
    gateways = tuple(_gateway(entry, place, environment) for place, entry in enumerate(entries, 1))
    names = [gateway.name for gateway in gateways]
    if not names or len(set(names)) != len(names):
        raise wrong("gateways", "must have one gateway or more, each with its own name")
    return gateways


@cache
def presets() -> Mapping[str, dict[str, Any]]:
    """The forms of presets.yml, those that are like another already put together with it."""
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(_PRESETS.read_text(encoding="utf-8"))
    return {
        name: merged(loaded[form.pop("like")], form) if "like" in form else form
        for name, form in loaded.items()
    }


def _gateway(entry: Any, number: int, environment: Environment) -> Gateway:
    named = Section(f"gateways.{number}", entry, _GATEWAY)
    name = named.text("name")
    if not _NAME.fullmatch(name):
        raise wrong(named.at("name"), "must be small letters, digits and _, at most 30")
    preset = named.optional("preset")
    if preset is not None and preset not in presets():
        raise wrong(named.at("preset"), f"is unknown; known are {', '.join(presets())}")
    form = merged(presets()[preset], entry) if preset else merged({}, entry)
    section = Section(f"gateways.{name}", form, _GATEWAY)
    bare = Words(environment, {})
    values = {
        key: bare.plain(f"{section.at('values')}.{key}", text)
        for key, text in section.pairs("values")
    }
    words, plain = Words(environment, values), section.switch("plain")
    out = _out(section, words, plain=plain) if section.raw("out") else None
    incoming = _in(section) if section.raw("in") else None
    report = _report(section) if section.raw("report") else None
    if out is None and incoming is None:
        raise wrong(section.place, "has neither `out` nor `in`, and no preset")
    return Gateway(
        name=name,
        out=out,
        incoming=incoming,
        report=report,
        secret=_secret(section, bare, needed=bool(incoming or report)),
        allow=networks(section.text("allow", "")),
        callback=_address(section, "callback", words, plain=plain),
        script=cast(
            Literal["cyrillic", "latin"],
            section.choice("script", ("cyrillic", "latin"), "cyrillic"),
        ),
        prefixes=_prefixes(section),
        cost_mnt=section.decimal("cost_mnt"),
        rate_per_s=section.number("rate_per_s"),
        max_segments=int(section.number("max_segments") or MAX_SEGMENTS),
    )


def _secret(section: Section, words: Words, *, needed: bool) -> str | None:
    if not needed:
        return None
    secret = words.plain(section.at("secret"), section.text("secret"))
    if not _SECRET.fullmatch(secret):
        raise wrong(section.at("secret"), "must have at least 24 letters, digits, - or _")
    return secret


def _prefixes(section: Section) -> tuple[str, ...]:
    prefixes = tuple(scalar(section.at("prefixes"), each) for each in section.list("prefixes"))
    if not all(_PREFIX.fullmatch(prefix) for prefix in prefixes):
        raise wrong(section.at("prefixes"), 'must be numbers such as "+97699"')
    return prefixes


def _out(section: Section, words: Words, *, plain: bool) -> Out:
    place, data = section.at("out"), section.raw("out")
    part = Section(place, data, _OUT)
    common = {key: value for key, value in data.items() if key in _CALL}
    other = part.raw("unicode") or {}
    Section(part.at("unicode"), other, _CALL)
    special = merged(common, other)
    return Out(
        plain=_call(Section(place, common, _CALL), words, plain=plain),
        unicode=_call(Section(place, special, _CALL), words, plain=plain),
        success=part.pattern("success"),
        id=part.pattern("id"),
        refusals=tuple(_refusal(part, each) for each in part.list("errors")),
        timeout_s=part.number("timeout_s", 10) or 10,
    )


def _call(part: Section, words: Words, *, plain: bool) -> Call:
    address = _address(part, "url", words, plain=plain)
    if address is None:
        raise wrong(part.at("url"), "is missing")
    return Call(
        method=part.choice("method", ("GET", "POST"), "GET"),
        url=address,
        headers=_pairs(part, "headers", words),
        query=_pairs(part, "query", words),
        form=_pairs(part, "form", words),
        json=None
        if part.raw("json") is None
        else _nested(part.at("json"), part.raw("json"), words),
        charset=_charset(part.at("charset"), part.text("charset", "UTF-8")),
        is_hex=part.switch("hex"),
        coding=part.text("coding", "0"),
    )


def _address(part: Section, key: str, words: Words, *, plain: bool) -> str | None:
    """An address whose host the operator chose; plain http only where that is said."""
    text = part.optional(key)
    if text is None:
        return None
    address = words.plain(part.at(key), text).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
        raise wrong(part.at(key), "must be an address that begins with https://")
    if parts.scheme == "http" and not plain:
        raise wrong(part.at(key), "is open http: write `plain: true` if the line is private")
    return address


def _pairs(part: Section, key: str, words: Words) -> Pairs:
    return tuple(
        (name, words.template(f"{part.at(key)}.{name}", text)) for name, text in part.pairs(key)
    )


def _nested(place: str, data: Any, words: Words) -> Any:
    if isinstance(data, dict):
        return {str(key): _nested(f"{place}.{key}", each, words) for key, each in data.items()}
    if isinstance(data, list):
        return [_nested(f"{place}.{number}", each, words) for number, each in enumerate(data)]
    return words.template(place, data) if isinstance(data, str) else data


def _refusal(part: Section, data: Any) -> Refusal:
    each = Section(part.at("errors"), data, ("match", "code", "retryable", "opted_out"))
    pattern = compiled(each.at("match"), each.text("match"))
    return Refusal(pattern, each.text("code"), each.switch("retryable"), each.switch("opted_out"))


def _in(section: Section) -> In:
    part = Section(section.at("in"), section.raw("in"), _IN)
    fields = _fields(part, _IN_FIELDS, ("from",))
    if "text" not in fields and "hex" not in fields:
        raise wrong(part.at("fields"), "must name `text` or `hex`")
    return In(
        methods=_methods(part),
        format=_format(part),
        fields=fields,
        charset=_charset(part.at("charset"), part.text("charset", "UTF-8")),
        codings={
            coding: _charset(part.at("codings"), name) for coding, name in part.pairs("codings")
        },
        answer=part.text("answer", ""),
        repeat_s=part.number("repeat_s", 20) or 20,
    )


def _report(section: Section) -> Report:
    part = Section(section.at("report"), section.raw("report"), _REPORT)
    otherwise = part.optional("otherwise")
    return Report(
        methods=_methods(part),
        format=_format(part),
        fields=_fields(part, _REPORT_FIELDS, ("status",)),
        statuses={theirs: _status(part, ours) for theirs, ours in part.pairs("statuses")},
        otherwise=None if otherwise is None else _status(part, otherwise),
        answer=part.text("answer", ""),
    )


def _status(part: Section, text: str) -> tuple[str, str | None]:
    status, _, code = text.partition(":")
    if status not in ("sent", "delivered", "failed"):
        raise wrong(part.at("statuses"), "must be sent, delivered, failed or failed:<code>")
    return status, (code or "unknown_reason") if status == "failed" else None


def _fields(part: Section, known: tuple[str, ...], needed: tuple[str, ...]) -> dict[str, str]:
    fields = dict(Section(part.at("fields"), part.raw("fields"), known).texts())
    missing = [name for name in needed if name not in fields]
    if missing:
        raise wrong(f"{part.at('fields')}.{missing[0]}", "is missing")
    return fields


def _methods(part: Section) -> frozenset[str]:
    methods = frozenset(scalar(part.at("methods"), each) for each in part.list("methods"))
    if not methods or not methods <= {"GET", "POST"}:
        raise wrong(part.at("methods"), "must be a list of GET, POST or both")
    return methods


def _format(part: Section) -> Literal["form", "json"]:
    return "json" if part.choice("format", ("form", "json"), "form") == "json" else "form"


def _charset(place: str, name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise wrong(place, "is not a charset that is known here") from error
    return name
