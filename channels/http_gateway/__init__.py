"""SMS through any gateway that speaks HTTP, described in a file: see docs/gateways.md.

One file of the operator's lists one gateway or more; each becomes a channel, and a route for what
is sent. The idea of templates and field maps is that of RapidPro's "External" channel.
"""

from __future__ import annotations

from bot.errors import SettingsError
from channels.guard import Gate
from channels.http_gateway.channel import GatewaySms, channel_name, channel_path
from channels.http_gateway.gateway import Gateway
from channels.http_gateway.reading import read_gateways
from channels.http_gateway.reports import ReportAddress
from channels.http_gateway.sender import GatewaySender
from channels.plan import Opened, Plan, Setting, Tools, Values
from channels.routing import OutRoute

_REPORT_FIELDS = frozenset({"report_url", "report_plain"})

SETTINGS = (
    Setting("URTUU_GATEWAYS_FILE", "Path of the YAML file that describes the SMS gateways"),
    Setting(
        "URTUU_GATEWAYS_KEY",
        "Signs the addresses that gateways report to: 32 random bytes in base64",
        secret=True,
    ),
)


def _open(values: Values, tools: Tools) -> tuple[Opened, ...]:
    text, key = values.file("URTUU_GATEWAYS_FILE"), values.key("URTUU_GATEWAYS_KEY")
    gateways = read_gateways(text, values.environment)
    return tuple(_opened(gateway, key, tools) for gateway in gateways)


def _opened(gateway: Gateway, key: bytes, tools: Tools) -> Opened:
    reports = _reports(gateway, key, tools.public_url)
    gate = None if gateway.secret is None else Gate(gateway.secret, gateway.allow)
    return Opened(GatewaySms(gateway, reports), gate, _route(gateway, reports, tools))


def _route(gateway: Gateway, reports: ReportAddress | None, tools: Tools) -> OutRoute | None:
    if gateway.out is None:
        return None
    by_own_id = gateway.report is None or gateway.report.by_own_id
    sender = GatewaySender(
        gateway.name, gateway.out, tools.client, reports=reports, by_own_id=by_own_id
    )
    return OutRoute(
        name=channel_name(gateway),
        sender=sender,
        script=gateway.script,
        prefixes=gateway.prefixes,
        cost_mnt=gateway.cost_mnt,
        max_segments=gateway.max_segments,
        rate_per_s=gateway.rate_per_s,
    )


def _reports(gateway: Gateway, key: bytes, public_url: str | None) -> ReportAddress | None:
    """Where the gateway reports; None where its messages name no such address."""
    if gateway.out is None or not gateway.out.plain.fields & _REPORT_FIELDS:
        return None
    base = gateway.callback or (public_url or "").rstrip("/")
    if gateway.report is None or not base:
        raise SettingsError(
            f"the gateway {gateway.name} is told where to report: it needs `report` in its"
            " description, and URTUU_PUBLIC_URL or `callback` as the address it reaches us by"
        )
    url = f"{base}/{channel_path(gateway)}/{gateway.secret}/reports"
    return ReportAddress(url, gateway.name, key)


PLAN = Plan("http_gateway", "SMS through gateways described in a file", SETTINGS, _open)
