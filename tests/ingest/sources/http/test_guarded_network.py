"""Connections go to public addresses and to what the user named, however a link or a name service puts it."""

import socket
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_server import WebServer, serving

from wellread.errors import UnreachableError, UsageError
from wellread.ingest.sources.http.address import canonical
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.guarded_network import GuardedNetwork, resolve
from wellread.ingest.sources.http.messages import Request
from wellread.ingest.sources.http.network_addresses import (
    ForbiddenAddressError,
    endpoints,
    is_inside,
    is_public,
)

NAT64, MAPPED, COMPATIBLE = IPv6Address("64:ff9b::"), IPv6Address("::ffff:0:0"), IPv6Address("::")

REFUSED = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1
    172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9
    224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16 100.100.100.200
    :: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 ::8.8.8.8 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::808:808
    100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1
    fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1 2606:4700::1%1
""".split()
ALLOWED = (
    "8.8.8.8 1.1.1.1 100.63.255.255 100.128.0.0 172.32.0.1 223.255.255.255 2606:4700::1 2a00:1450::1".split()
)


def network(
    found: Callable[[str], Sequence[str]], allow_private: str = ""
) -> tuple[GuardedNetwork, list[tuple[str, int]]]:
    """A network with its own name service, that notes where it would connect."""
    made = GuardedNetwork(endpoints(allow_private), lambda host, port: found(host))
    reached: list[tuple[str, int]] = []

    class Plain(httpcore2.NetworkBackend):
        def connect_tcp(self, host: str, port: int, *_: object, **__: object) -> httpcore2.NetworkStream:
            reached.append((host, port))
            raise httpcore2.ConnectError("nothing is there")

    made._plain = Plain()
    return made, reached


@pytest.mark.parametrize("text", REFUSED)
def test_addresses_that_are_not_of_the_public_internet_are_refused(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", [*ALLOWED, "64:ff9b::808:808"])
def test_public_addresses_are_allowed(text: str) -> None:
    assert is_public(ip_address(text))


IPV4 = st.integers(0, 2**32 - 1).map(IPv4Address)
NEAR = st.sampled_from([ip_address(text.partition("%")[0]) for text in REFUSED]).flatmap(
    lambda one: st.integers(-300, 300).map(
        lambda step: type(one)(min(max(int(one) + step, 0), 2**one.max_prefixlen - 1))
    )
)
IPV6 = st.one_of(
    st.integers(0, 2**128 - 1).map(IPv6Address),
    st.integers(0x2000 << 112, (0x4000 << 112) - 1).map(IPv6Address),
)
RESERVED_HERE = [ip_network(text) for text in ("192.88.99.0/24", "168.63.129.16/32", "192.0.0.0/24")]


@given(st.one_of(IPV4, NEAR, IPV6))
def test_what_is_public_is_global_unicast_to_the_standard_library_too(
    address: IPv4Address | IPv6Address,
) -> None:
    if is_public(address) and not (
        isinstance(address, IPv6Address) and int(address) >> 32 == int(NAT64) >> 32
    ):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved
        assert not address.is_unspecified


@given(IPV4)
def test_global_unicast_of_version_4_is_public_but_for_a_few_ranges(address: IPv4Address) -> None:
    few = any(address in one for one in RESERVED_HERE)
    if address.is_global and not address.is_multicast and not address.is_reserved and not few:
        assert is_public(address)


@given(IPV4)
def test_addresses_that_embed_others_are_no_way_around(address: IPv4Address) -> None:
    number = int(address)
    assert not is_public(IPv6Address(int(MAPPED) | number))
    assert not is_public(IPv6Address(int(COMPATIBLE) | number))
    assert not is_public(IPv6Address((0x2002 << 112) | (number << 80)))
    assert not is_public(IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF)))
    assert is_public(IPv6Address(int(NAT64) | number)) == is_public(address)


@given(st.one_of(IPV4, NEAR, IPV6))
def test_what_a_user_may_name_is_never_link_local_metadata_or_many(
    address: IPv4Address | IPv6Address,
) -> None:
    if is_inside(address):
        assert not is_public(address)
        assert not address.is_link_local
        assert not address.is_multicast
        assert not address.is_unspecified
        assert str(address) not in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200")


def test_a_name_that_resolves_to_another_address_the_next_time_is_judged_each_time() -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["169.254.169.254"]])
    made, reached = network(lambda host: next(answers))
    with pytest.raises(httpcore2.ConnectError):
        made.connect_tcp("rebinding.example", 80)
    for _ in range(2):
        with pytest.raises(ForbiddenAddressError, match=r"allow_private=rebinding\.example:80"):
            made.connect_tcp("rebinding.example", 80)
    assert reached == [("8.8.8.8", 80)], "and what is connected to is what was judged, not the name"


def test_of_several_addresses_only_public_ones_are_tried() -> None:
    made, reached = network(lambda host: ["10.0.0.1", "::1", "8.8.4.4", "fe80::1%2", "1.1.1.1"])
    with pytest.raises(httpcore2.ConnectError):
        made.connect_tcp("mixed.example", 443)
    assert reached == [("8.8.4.4", 443), ("1.1.1.1", 443)]


def test_a_named_host_may_be_private_at_its_port_but_never_link_local() -> None:
    made, reached = network(
        lambda host: {"wiki": ["10.1.2.3"], "meta": ["169.254.169.254"]}[host], "wiki:8080,meta:80"
    )
    with pytest.raises(httpcore2.ConnectError):
        made.connect_tcp("wiki", 8080)
    for host, port in (("wiki", 80), ("meta", 80)):
        with pytest.raises(ForbiddenAddressError):
            made.connect_tcp(host, port)
    assert reached == [("10.1.2.3", 8080)]


def test_network_interfaces_and_sockets_of_files_are_refused() -> None:
    made, _ = network(lambda host: ["8.8.8.8"])
    with pytest.raises(ForbiddenAddressError):
        made.connect_tcp("2606:4700::1%eth0", 80)
    with pytest.raises(ForbiddenAddressError):
        made.connect_unix_socket("/run/docker.sock")


def test_a_name_service_that_hangs_is_left_after_the_time_to_connect() -> None:
    import threading

    hanging = threading.Event()

    def never(host: str) -> Sequence[str]:
        hanging.wait(20)
        return []

    made, _ = network(never)
    with pytest.raises(httpcore2.ConnectTimeout):
        made.connect_tcp("slow.example", 80, timeout=0.05)
    hanging.set()


@pytest.mark.parametrize(
    "text", ["host", "host:0", "host:70000", "http://host:80", "user@host:80", "::1:80", "a:b"]
)
def test_what_is_no_pair_of_host_and_port_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="host:port"):
        endpoints(text)


def test_pairs_are_read_with_brackets_and_without_regard_to_case() -> None:
    assert endpoints("Wiki.Example:443, [::1]:8080,") == {("wiki.example", 443), ("::1", 8080)}


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving() as made:
        made.page("/", "inside")
        yield made


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "localhost.", "LOCALHOST", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.1",
        "017700000001", "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[fe80::1]",
    ],
)  # fmt: skip
def test_no_spelling_of_this_machine_gets_through(host: str, server: WebServer) -> None:
    client = HttpClient(f"http://{host}:{server.port}/", pause=0)
    if canonical(f"http://{host}:{server.port}/"):
        with pytest.raises(UnreachableError):
            client.request(f"http://{host}:{server.port}/")
    assert server.asked == []


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/", "http://[::1]:{port}/", "http://0.0.0.0:{port}/", "http://localhost.:{port}/",
        "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://017700000001:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/", "//127.0.0.1:{port}/", "http://public.example@127.0.0.1:{port}/",
        "http://public.example:80@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@public.example/",
        "http://127.0.0.1:{port}#@public.example/", "http://public.example\\@127.0.0.1:{port}/",
        "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/",
        "http://[fe80::1%25lo]/", "file:///etc/passwd", "gopher://127.0.0.1:{port}/", "ftp://127.0.0.1/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("any_port", [False, True])
def test_no_redirect_leads_inside(target: str, any_port: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server stands for one on the internet, the other for one inside; a redirect may leave the site here."""
    if any_port:
        monkeypatch.setattr(HttpClient, "_check_port", lambda *_: None)
    with serving() as outside, serving() as inside:
        inside.page("/", "a secret")
        outside.redirect("/", target.format(port=inside.port))
        client = HttpClient(outside.address, allow_private=endpoints(outside.allowed), pause=0)
        with pytest.raises(Exception, match=r".") as caught:
            client.request(outside.address, Request(may_leave=True))
        assert type(caught.value).__module__.startswith("wellread."), repr(caught.value)
        assert inside.asked == []
        assert [one.path for one in outside.asked] == ["/"]


def test_the_system_resolver_gives_each_address_once() -> None:
    try:
        found = resolve("localhost", 80)
    except socket.gaierror:
        pytest.skip("this machine does not know its own name")
    assert found
    assert len(found) == len(set(found))
