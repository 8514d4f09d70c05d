"""Finds the client's IP address of a request, behind trusted proxies too."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

ONE_SITE = 64  # bits of an IPv6 address that whoever connects cannot choose; the rest is theirs


def client_address(request: HttpRequest) -> str | None:
    """The address that counts; ``None`` where there is none, as over a Unix socket.

    Behind ``TRUSTED_PROXIES`` proxies it is what the outermost of them saw: each appends to ``X-Forwarded-For``, so
    it is the entry that many from the right. Whatever else the header says, anybody could have written. Where there
    is no such entry, whoever connects counts. Of IPv6 only the network counts, for one host has all its addresses.
    """
    return normal_address(_forwarded(request)) or normal_address(request.META.get("REMOTE_ADDR", ""))


def normal_address(text: str) -> str | None:
    """``text`` as addresses are compared; ``None`` if it is none. A port behind it is left out."""
    found = _parsed(text.strip())
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or ip_network((found, ONE_SITE), strict=False).network_address
    return str(found) if found else None


def _forwarded(request: HttpRequest) -> str:
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    count = settings.TRUSTED_PROXIES
    return entries[-count] if 0 < count <= len(entries) else ""


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    host, _, port = text.rpartition(":")
    # As IPv4 or IPv6, with a port (“[::1]:80”, “1.2.3.4:80”), and in brackets without one; a zone is cut off.
    for candidate in (text, host.strip("[]") if port.isdigit() else "", text.strip("[]")):
        try:
            return ip_address(candidate.partition("%")[0])
        except ValueError:
            continue
    return None
