"""The HTTP client for all requests to other machines, which refuses private addresses.

A name is resolved once, every address it has must be public, and the connection goes to an address that was checked.
"""

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore
import httpx
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DEADLINE = 10.0  # seconds for all of it: name, connection, TLS, sending, reading
MOST = 64 * 1024  # bytes read of a response
IP = ipaddress.IPv4Address | ipaddress.IPv6Address
HOST = re.compile(r"[^\s/?#@%\\]+")
PORTS = range(1, 1 << 16)
# Allowed by what is given out rather than refused by what is known to be private: a range that is reserved tomorrow is
# refused today.
UNICAST = ipaddress.ip_network("2000::/3")  # all of IPv6 that is given out
# Public by their numbers, and yet the way to an IPv4 address within (Teredo, 6to4), or to nobody.
DETOURS = [
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "2620:4f:8000::/48",
    )
]


class OutgoingRefused(Exception):
    """The address may not be asked; the message says why."""


class OutgoingFailed(Exception):
    """No answer, or none in time; the message says what went wrong."""


@dataclass(frozen=True)
class OutgoingResponse:
    """An answer. ``body`` is its first ``MOST`` bytes at most."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    deadline: float = DEADLINE,
) -> OutgoingResponse:
    """Asks ``url`` once; redirects are answers, not followed, and no proxy is asked.

    Raises ``OutgoingRefused`` and ``OutgoingFailed``. ``deadline`` is seconds for the whole, trickling or not.
    """
    try:
        validate_address(url)
    except ValidationError as error:
        raise OutgoingRefused(error.messages[0]) from error
    # Uncompressed, so that ``MOST`` bounds what is read and not only what is sent: no compressed bombs.
    own = {"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "Waymark", **(headers or {})}
    transport = GuardedTransport(until=time.monotonic() + deadline)
    try:
        with (
            httpx.Client(transport=transport, trust_env=False, timeout=deadline) as client,
            client.stream(method, url, headers=own, content=content) as response,
        ):
            return OutgoingResponse(response.status_code, response.headers, _first(response.iter_raw(4096)))
    except (httpcore.TimeoutException, httpx.TimeoutException) as error:
        message = _("No complete answer within %(seconds)g seconds.") % {"seconds": deadline}
        raise OutgoingFailed(message) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise OutgoingFailed(f"{str(error) or type(error).__name__}.") from error


def _first(chunks: Iterable[bytes]) -> bytes:
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) >= MOST:
            break
    return body[:MOST]


def validate_address(url: str) -> None:
    """Refuses (``address_invalid``) what is no http(s) address of a host, (``address_forbidden``) a forbidden one.

    Asks nobody: what a name leads to is looked at whenever something is sent.
    """
    try:
        read = httpx.URL(url)
        port = 443 if read.port is None else read.port
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        message = _("Write an address like https://example.org/hook.")
        raise ValidationError(message, code="address_invalid") from error
    if read.scheme not in ("http", "https") or not HOST.fullmatch(read.host) or port not in PORTS:
        message = _("Write an address that begins with https:// and a host.")
        raise ValidationError(message, code="address_invalid")
    if read.userinfo or "@" in read.netloc.decode("ascii", "replace"):
        message = _("Take user name and password out of the address.")
        raise ValidationError(message, code="address_invalid")
    if read.fragment:
        message = _("Take out what comes after “#”: it is never sent.")
        raise ValidationError(message, code="address_invalid")
    try:
        literal = ipaddress.ip_address(read.host.strip("[]"))
    except ValueError:
        return
    if not may_ask(literal):
        message = _("%(address)s is not on the public internet; the setting OUTGOING_ALLOW can allow its network.")
        raise ValidationError(message % {"address": literal}, code="address_forbidden")


def may_ask(ip: IP) -> bool:
    """Whether ``ip`` is public, or in one of the networks that ``OUTGOING_ALLOW`` names."""
    # ``::ffff:10.0.0.1`` is 10.0.0.1 to the system that connects.
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if any(ip in network for network in settings.OUTGOING_ALLOW):
        return True
    if ip.version == 6 and ip not in UNICAST:
        return False  # loopback, link-local, private, multicast, NAT64, IPv4-compatible and more
    if any(ip in network for network in DETOURS):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def resolve(host: str, port: int, *, timeout: float) -> list[str]:
    """The addresses of ``host``, all of them checked. Raises ``OutgoingRefused`` if one of them may not be asked."""
    found: list[str] = []
    for text in _look_up(host, port, timeout=timeout):
        if not may_ask(ipaddress.ip_address(text.partition("%")[0])):
            # Without the address: whoever may name an endpoint need not learn what the network within is like.
            message = _(
                "%(host)s leads to an address that is not on the public internet; "
                "the setting OUTGOING_ALLOW can allow its network."
            )
            raise OutgoingRefused(message % {"host": host})
        found.append(text)
    return list(dict.fromkeys(found))


def _look_up(host: str, port: int, *, timeout: float) -> list[str]:
    """The system's resolver knows no deadline, so it is asked in a thread that may be left behind."""
    answers: list[Any] = []

    def ask() -> None:
        try:
            answers.extend(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    # The thread may outlive the request; it holds no lock and no connection, and ends when the resolver gives up.
    thread.join(max(timeout, 0))
    if not answers:
        raise httpcore.ConnectTimeout(_("%(host)s was not found in time") % {"host": host})
    if isinstance(answers[0], Exception):
        raise httpcore.ConnectError(_("%(host)s has no address") % {"host": host}) from answers[0]
    return answers


class GuardedStream(httpcore.NetworkStream):
    """A connection that keeps to the deadline of the whole, whatever single reads and writes may take."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self.stream, self.until = stream, until

    def remaining(self) -> float:
        """The seconds until the deadline. Raises ``ReadTimeout`` once it has passed."""
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout(_("The time is up"))
        return seconds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces: what is written at once has its timeout anew for every part that the other side takes.
        for start in range(0, len(buffer), MOST):
            self.stream.write(buffer[start : start + MOST], self.remaining())

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return GuardedStream(self.stream.start_tls(ssl_context, server_hostname, self.remaining()), self.until)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses. The name stays what ``Host`` and TLS go by."""

    def __init__(self, until: float) -> None:
        self.until = until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(_("%(host)s has no address") % {"host": host})
        # By address, not by name: a second look-up could answer with another, unchecked one (DNS rebinding).
        for text in resolve(host, port, timeout=self.until - time.monotonic()):
            seconds = self.until - time.monotonic()
            if seconds <= 0:
                raise httpcore.ConnectTimeout(_("The time is up"))
            try:
                return GuardedStream(httpcore.SyncBackend().connect_tcp(text, port, seconds), self.until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class Streamed(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self.stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self.stream

    def close(self) -> None:
        if hasattr(self.stream, "close"):
            self.stream.close()


class GuardedTransport(httpx.BaseTransport):
    """httpx over connections of ours."""

    def __init__(self, until: float) -> None:
        self.pool = httpcore.ConnectionPool(ssl_context=_trust(), network_backend=GuardedBackend(until))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        response = self.pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        body = Streamed(response.stream)  # type: ignore[arg-type]
        return httpx.Response(response.status, headers=response.headers, stream=body)

    def close(self) -> None:
        with closing(self.pool):
            pass
