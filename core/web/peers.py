"""Whose request it is: the machine behind the proxies that this site has named, and what no other one may claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Network = IPv4Network | IPv6Network


def plain(text: str) -> str:
    """The address as it is written; "" for what is none. IPv4 inside IPv6 is IPv4."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def is_named(address: str, proxies: Iterable[Network]) -> bool:
    return bool(address) and any(ip_address(address) in network for network in proxies)


def client_of(peer: str, forwarded: str, proxies: Iterable[Network]) -> str:
    """The client's address: from the right the first that is no named proxy. What stands left of it the client may
    have written itself."""
    found = plain(peer)
    for hop in reversed(forwarded.split(",")):
        if not is_named(found, proxies):
            break
        if not (before := plain(hop)):
            break
        found = before
    return found


class NamedProxies:
    """Behind a proxy of TRUSTED_PROXIES the client is REMOTE_ADDR; what others say of themselves is dropped."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        peer = plain(meta.get("REMOTE_ADDR", ""))
        if is_named(peer, settings.TRUSTED_PROXIES):
            meta["REMOTE_ADDR"] = client_of(peer, meta.get("HTTP_X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES)
        else:
            for name in [name for name in meta if name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED"))]:
                del meta[name]
        return self.get_response(request)
