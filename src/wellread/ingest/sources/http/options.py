"""Options of every source that is reached over HTTP, and the client they make."""

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING

from wellread.errors import UsageError
from wellread.ingest.sources.http.address import endpoint
from wellread.ingest.sources.http.client import USUAL_PAUSE, HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints
from wellread.ingest.sources.http.retry import MOST_PAUSE
from wellread.ingest.sources.option_values import seconds

if TYPE_CHECKING:
    from wellread.ingest.sources.kind import Place

HTTP_OPTIONS = {
    "allow_private": "Hosts of your own network that may be reached, as host:port,host:port; exactly these.",
    "delay": "Seconds between two requests to one host, 0 to 10; 0.2 unless told, more where robots.txt asks for it.",
}


def client_for(place: "Place", *own: str) -> HttpClient:
    """A client for a place at the canonical addresses `own`. Raises UsageError for a wrong option."""
    return HttpClient(
        *own,
        allow_private=endpoints(place.options.get("allow_private", "")),
        pause=seconds(place.options, "delay", USUAL_PAUSE, most=MOST_PAUSE),
    )


def authorization(place: "Place", address: str) -> Mapping[str, str]:
    """The header that shows the place's secret: `name:password` as RFC 7617 has it, else a token (RFC 6750).

    Raises UsageError where it would cross the internet unencrypted.
    """
    if not place.secret:
        return {}
    private = endpoints(place.options.get("allow_private", ""))
    if not address.startswith("https:") and endpoint(address) not in private:
        raise UsageError(f"{address} is not encrypted, and the source has a secret: give an https address")
    if ":" in place.secret:
        return {"Authorization": f"Basic {base64.b64encode(place.secret.encode()).decode()}"}
    if not (place.secret.isascii() and place.secret.isprintable()):
        raise UsageError(
            "the source's secret has characters that no token has: write name:password or a token"
        )
    return {"Authorization": f"Bearer {place.secret}"}
