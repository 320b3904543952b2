"""Whose address is believed, and from whom."""

from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core.web.peers import NamedProxies, client_of

PROXIES = [ip_network("127.0.0.1"), ip_network("10.1.0.0/16"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours: what it says counts for nothing
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the left one was sent by the client
        ("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),  # through two of ours
        ("127.0.0.1", "1.1.1.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "1.1.1.1, nonsense", "127.0.0.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_no_proxy_of_ours(peer, forwarded, client):
    assert client_of(peer, forwarded, PROXIES) == client


@pytest.mark.parametrize(("peer", "secure"), [("127.0.0.1", True), ("203.0.113.9", False)])
def test_only_a_named_proxy_says_that_the_line_is_encrypted(peer, secure, settings):
    settings.TRUSTED_PROXIES, settings.SECURE_PROXY_SSL_HEADER = PROXIES, ("HTTP_X_FORWARDED_PROTO", "https")
    seen = []
    middleware = NamedProxies(lambda request: seen.append(request.is_secure()) or HttpResponse())
    middleware(RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-Proto": "https"}))
    assert seen == [secure]
