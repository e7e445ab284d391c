"""Which network addresses a link may lead to: those of the public internet, and what the user named.

After the IANA registries of special-purpose addresses (RFC 6890) and of IPv6 global unicast: what is not known to be
public is refused, whatever the version of Python says of it.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from wellread.errors import UnreachableError, UsageError

Address = IPv4Address | IPv6Address

Endpoint = tuple[str, int]
"""A host as it is named, in lower case and without brackets, and a port."""

_PAIR = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:/@\[\]]+)):([0-9]{1,5})", re.IGNORECASE)


class ForbiddenAddressError(UnreachableError):
    """A host has no address that may be connected to. Trying again does not help."""


def _networks(listed: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one) for one in listed.split())


_NOT_PUBLIC = _networks("""
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
    168.63.129.16/32
    2001::/23 2001:db8::/32 2002::/16 3fff::/20
""")
"""Besides the usual: Azure's platform (168.63.129.16), which looks public and answers only to insiders; Teredo (within
2001::/23) and 6to4 (2002::/16), which hold an IPv4 address and are used by no site."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052): how networks without IPv4 reach it; the last 32 bits are the address that is reached."""

_INSIDE = _networks("""
    10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 127.0.0.0/8
    fc00::/7 ::1/128
""")

_METADATA = _networks("100.100.100.200/32 fd00:ec2::/32")
"""Where clouds hand out credentials to whoever asks from inside; 169.254.169.254 is in no list of `_INSIDE`."""


def is_public(address: Address) -> bool:
    """Whether it is a globally routable unicast address, and not one that embeds an address that is not."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address in _TRANSLATED:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GLOBAL_UNICAST:
            return False
    return not _within(address, _NOT_PUBLIC)


def is_inside(address: Address) -> bool:
    """Whether it belongs to this machine or a private network, and so may be reached if the user named it.

    Link-local addresses and those of cloud metadata are not among them.
    """
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    return _within(address, _INSIDE) and not _within(address, _METADATA)


def endpoints(listed: str) -> frozenset[Endpoint]:
    """What `host:port,[::1]:port` names. Raises UsageError."""
    found = set()
    for one in filter(None, (part.strip() for part in listed.split(","))):
        pair = _PAIR.fullmatch(one)
        if pair is None or not 0 < int(pair[3]) < 65536:
            raise UsageError(f"allow_private has {one!r}: write each as host:port, such as wiki.example:443")
        found.add(((pair[1] or pair[2]).lower(), int(pair[3])))
    return frozenset(found)


def _within(address: Address, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)
