"""Signatures of requests: AWS Signature Version 4 as S3 has it, where a path is escaped once and never tidied.

The secret key itself never travels. After "Authenticating Requests (AWS Signature Version 4)" of the Amazon S3 API
Reference.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from wellread.errors import UsageError

_ALGORITHM = "AWS4-HMAC-SHA256"
_NO_BODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key with its secret; `token` belongs to keys that are lent for a time."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)

    @staticmethod
    def from_secret(secret: str) -> "Credentials":
        """From `ACCESS_KEY:SECRET_KEY`, or `ACCESS_KEY:SECRET_KEY:SESSION_TOKEN`. Raises UsageError."""
        parts = secret.strip().split(":", 2)
        if len(parts) < 2 or not all(part.isascii() and part.isprintable() and part for part in parts):
            raise UsageError(
                "the source's secret is no key of S3: write ACCESS_KEY:SECRET_KEY, with :SESSION_TOKEN if there is one"
            )
        return Credentials(*parts)


def signed(
    method: str, address: str, credentials: Credentials, region: str, moment: datetime
) -> Mapping[str, str]:
    """The headers that let a request of `address` pass; its query must be escaped and in order. `moment` is in UTC."""
    parts = urlsplit(address)
    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    headers = {"x-amz-content-sha256": _NO_BODY, "x-amz-date": stamp}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    covered = {"host": parts.netloc, **headers}
    names = ";".join(sorted(covered))
    listed = "".join(f"{name}:{covered[name]}\n" for name in sorted(covered))
    request = "\n".join((method, parts.path or "/", parts.query, listed, names, _NO_BODY))
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    summary = hashlib.sha256(request.encode()).hexdigest()
    signature = _keyed(_key(credentials, scope), "\n".join((_ALGORITHM, stamp, scope, summary))).hex()
    told = f"Credential={credentials.access_key}/{scope},SignedHeaders={names},Signature={signature}"
    return {**headers, "Authorization": f"{_ALGORITHM} {told}"}


def _key(credentials: Credentials, scope: str) -> bytes:
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = _keyed(key, part)
    return key


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
