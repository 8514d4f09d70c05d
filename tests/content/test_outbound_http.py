"""The one way out: which addresses may be asked, and how long and how much an answer may be."""

import ipaddress
import socket
import ssl
import subprocess
import time

import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError

from config.environment import Environment
from content import outbound_http
from content.outbound_http import OutgoingFailed, OutgoingRefused, send, validate_address
from tests.receiver import receiving

FORBIDDEN = [
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["1.1.1.1", "93.184.216.34", "::ffff:1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4010::8a"]


@pytest.fixture
def loopback(settings):
    settings.OUTGOING_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]


@pytest.fixture
def names(monkeypatch):
    """A resolver that knows what a test tells it."""
    known = {}

    def resolve(host, port, *_, **__):
        if host not in known:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, port)) for text in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_is_not_on_the_public_internet_may_not_be_asked(text):
    assert not outbound_http.may_ask(ipaddress.ip_address(text))
    host = f"[{text}]" if ":" in text else text
    with pytest.raises(OutgoingRefused):
        send("POST", f"http://{host}:9/")


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_public_may_be_asked(text):
    assert outbound_http.may_ask(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", FORBIDDEN)
def test_a_name_that_leads_to_one_of_those_is_refused_even_among_public_ones(names, text):
    names["hooks.example"] = ["1.1.1.1", text]
    with pytest.raises(OutgoingRefused) as refused:
        send("POST", "http://hooks.example/")
    # Not where it leads: that would map the network within for whoever may name an endpoint.
    assert str(refused.value) == (
        "hooks.example leads to an address that is not on the public internet; "
        "the setting OUTGOING_ALLOW can allow its network."
    )
    assert "OUTGOING_ALLOW" in str(refused.value)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "127。0。0。1"])
def test_other_ways_to_write_this_machine_are_refused(host):
    with pytest.raises((OutgoingRefused, OutgoingFailed)):
        send("POST", f"http://{host}:9/")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.org/", "address_invalid"),
        ("file:///etc/passwd", "address_invalid"),
        ("//example.org/", "address_invalid"),
        ("example.org", "address_invalid"),
        ("https://", "address_invalid"),
        ("https://me:secret@example.org/", "address_invalid"),
        ("https://me@example.org/", "address_invalid"),
        ("https://example.org/#part", "address_invalid"),
        ("https://example.org:99999/", "address_invalid"),
        ("https://exa mple.org/", "address_invalid"),
        ("https://example.org/\r\nX: y", "address_invalid"),
        ("", "address_invalid"),
        ("https://10.0.0.1/", "address_forbidden"),
        ("https://[::1]/", "address_forbidden"),
        ("https://[::ffff:127.0.0.1]/", "address_forbidden"),
    ],
)
def test_an_address_that_cannot_be_is_refused_with_a_code(url, code):
    with pytest.raises(ValidationError) as refused:
        validate_address(url)
    assert refused.value.code == code
    with pytest.raises(OutgoingRefused):
        send("POST", url)


@pytest.mark.parametrize("url", ["https://example.org", "http://example.org:8080/a?b=c", "https://blåbær.no/krok"])
def test_an_address_of_a_host_is_let_pass(url):
    validate_address(url)


def test_a_network_can_be_allowed(loopback):
    with receiving() as receiver:
        answer = send("POST", receiver.url, content=b"hello")
    assert (answer.status, answer.body) == (200, b"thanks")
    assert [(path, body) for path, _, body in receiver.requests] == [("/hook", b"hello")]


def test_the_name_is_looked_up_once_and_kept_in_the_host_header(loopback, names, monkeypatch):
    with receiving() as receiver:
        names["hooks.example"] = ["127.0.0.1"]
        lookups = []
        known = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: lookups.append(host) or known(host, *a, **k))
        names["127.0.0.1"] = ["127.0.0.1"]  # what was checked is what is connected to
        send("POST", f"http://hooks.example:{receiver.server_port}/")
    assert lookups.count("hooks.example") == 1
    assert receiver.requests[0][1]["host"] == f"hooks.example:{receiver.server_port}"


def test_proxies_of_the_environment_are_not_asked(loopback, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with receiving() as receiver:
        assert send("POST", receiver.url).status == 200


def test_a_redirect_is_an_answer(loopback):
    with receiving() as receiver:
        receiver.status, receiver.headers = 302, {"Location": "http://169.254.169.254/"}
        assert send("POST", receiver.url).status == 302
    assert len(receiver.requests) == 1


def test_a_body_without_end_is_cut(loopback):
    with receiving() as receiver:
        receiver.body = b"x" * 5_000_000
        assert send("POST", receiver.url).body == b"x" * outbound_http.MOST


def test_a_body_that_trickles_ends_with_the_time(loopback):
    with receiving() as receiver:
        receiver.body, receiver.pause = b"x" * 200, 0.05
        began = time.monotonic()
        with pytest.raises(OutgoingFailed, match=r"within 0\.4 seconds"):
            send("POST", receiver.url, deadline=0.4)
    assert time.monotonic() - began < 2


def test_a_resolver_that_does_not_answer_ends_with_the_time(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: time.sleep(1) or [])
    began = time.monotonic()
    with pytest.raises(OutgoingFailed):
        send("POST", "https://hooks.example/", deadline=0.2)
    assert time.monotonic() - began < 0.9


def test_nobody_there_is_a_failure_in_words(loopback, names):
    with pytest.raises(OutgoingFailed, match="has no address"):
        send("POST", "https://nowhere.example/")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    names["127.0.0.1"] = ["127.0.0.1"]
    with pytest.raises(OutgoingFailed, match="refused"):
        send("POST", f"http://127.0.0.1:{port}/")


@pytest.fixture
def certified(tmp_path):
    """A certificate for ``hooks.example``, as a server wears it and as a client trusts it."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hooks.example"]
    names = ["-addext", "subjectAltName=DNS:hooks.example", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command, *names], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))


def test_the_certificate_is_checked_for_the_name_though_an_address_is_connected_to(
    loopback, names, certified, monkeypatch
):
    server, trust = certified
    names.update({"hooks.example": ["127.0.0.1"], "other.example": ["127.0.0.1"], "127.0.0.1": ["127.0.0.1"]})
    with receiving(lambda plain: server.wrap_socket(plain, server_side=True)) as receiver:
        with pytest.raises(OutgoingFailed, match="CERTIFICATE_VERIFY_FAILED"):
            send("POST", f"https://hooks.example:{receiver.server_port}/")
        monkeypatch.setattr(outbound_http, "_trust", lambda: trust)
        assert send("POST", f"https://hooks.example:{receiver.server_port}/").status == 200
        with pytest.raises(OutgoingFailed, match="CERTIFICATE_VERIFY_FAILED"):
            send("POST", f"https://other.example:{receiver.server_port}/")


def test_networks_are_read_strictly(monkeypatch, tmp_path):
    monkeypatch.setenv("OUTGOING_ALLOW", "127.0.0.0/8, ::1")
    assert Environment(tmp_path).networks("OUTGOING_ALLOW") == [
        ipaddress.ip_network("127.0.0.0/8"),
        ipaddress.ip_network("::1/128"),
    ]
    monkeypatch.setenv("OUTGOING_ALLOW", "localhost")
    with pytest.raises(ImproperlyConfigured, match="OUTGOING_ALLOW"):
        Environment(tmp_path).networks("OUTGOING_ALLOW")


def test_httpx_keeps_what_is_sent_as_it_is(loopback):
    with receiving() as receiver:
        send("POST", f"{receiver.url}?a=b%20c", headers={"Surrogate-Key": "a b"}, content=b"\xff")
    path, headers, body = receiver.requests[0]
    assert (path, headers["surrogate-key"], body) == ("/hook?a=b%20c", "a b", b"\xff")
    assert headers["accept-encoding"] == "identity" and httpx.__version__ not in headers["user-agent"]
