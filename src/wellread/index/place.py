"""From settings to the place of the indexes: which engine, and where."""

import importlib.util
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from wellread.errors import SettingsError
from wellread.index.serving import Indexes, IndexFolder

EMBEDDED, LANCE = "index", "lance"
"""The folders of a workspace in which an engine keeps its indexes."""

_FOLDER, _BUCKET = "lance://", "s3://"
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPlace:
    """What the settings say of it."""

    setting: str = ""
    """Empty, `lance`, `lance:///FOLDER` or `s3://BUCKET/PREFIX`."""
    endpoint: str = ""
    region: str = ""
    secret: str | None = field(default=None, repr=False)
    """`ACCESS_KEY:SECRET_KEY`, with `:SESSION_TOKEN` if there is one."""


def indexes(place: IndexPlace, kept: Path) -> Indexes:
    """The indexes of the workspace that keeps its files in `kept`.

    Raises SettingsError naming what is wrong with a setting, or that the extra is not installed.
    """
    if not place.setting:
        return IndexFolder(kept / EMBEDDED, superseded=kept / LANCE)
    root = _root(place.setting, kept)
    options = _options(place) if root.startswith(_BUCKET) else None
    if importlib.util.find_spec("lance") is None:
        raise SettingsError(
            f"index is {place.setting!r}, which needs Lance: install the extra with `pip install 'wellread[lance]'`"
        )
    from wellread.index.lance.indexes import LanceIndexes
    from wellread.index.lance.storage import Storage

    inside = root == str(kept / LANCE)
    superseded = (kept / EMBEDDED,) if inside else (kept / EMBEDDED, kept / LANCE)
    return LanceIndexes(Storage(root=root, options=options), superseded)


def _root(setting: str, kept: Path) -> str:
    if setting == LANCE:
        return str(kept / LANCE)
    if setting.startswith(_FOLDER) and setting.removeprefix(_FOLDER).startswith("/"):
        return str(Path(setting.removeprefix(_FOLDER)))
    if setting.startswith(_BUCKET):
        bucket, _, prefix = setting.removeprefix(_BUCKET).partition("/")
        if not _BUCKET_NAME.fullmatch(bucket) or ".." in bucket:
            raise SettingsError(
                f"index is {setting!r}, and {bucket!r} is no name of a bucket: 3 to 63 small letters, digits, dots "
                "and hyphens"
            )
        if not prefix.strip("/"):
            raise SettingsError(f"index is {setting!r}: write a prefix of its own, s3://{bucket}/PREFIX")
        if re.search(r"[?#%]", prefix):
            raise SettingsError(f"index is {setting!r}: write a prefix without ?, # and %")
        return f"{_BUCKET}{bucket}/{prefix.strip('/')}"
    raise SettingsError(
        f"index is {setting!r}: leave it empty for the embedded engine, or write lance, lance:///FOLDER or "
        "s3://BUCKET/PREFIX"
    )


def _options(place: IndexPlace) -> dict[str, str]:
    """As Lance takes them. Without a key it looks for one where Amazon's programs do."""
    options = {"aws_region": place.region or "us-east-1"}
    if place.endpoint:
        parts = urlsplit(place.endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(f"index_endpoint is {place.endpoint!r}: write it as https://HOST:PORT")
        options |= {"aws_endpoint": place.endpoint, "allow_http": str(parts.scheme == "http").lower()}
    if place.secret:
        key, _, rest = place.secret.strip().partition(":")
        secret, _, token = rest.partition(":")
        if not key or not secret:
            raise SettingsError(
                "WELLREAD_SECRET_INDEX is no key of S3: write ACCESS_KEY:SECRET_KEY, with :SESSION_TOKEN if there is "
                "one"
            )
        options |= {"aws_access_key_id": key, "aws_secret_access_key": secret}
        if token:
            options["aws_session_token"] = token
    return options
