"""What S3 says when it refuses, in Wellread's errors (Amazon S3 API Reference, "Error responses")."""

from wellread.errors import NotFoundError, ParseError, UnreachableError, WellreadError
from wellread.ingest.sources.http.messages import Answer
from wellread.ingest.sources.s3.location import BucketPlace
from wellread.ingest.sources.strange_xml import local_name, xml_root

_REASONS = {
    "AccessDenied": "access is denied: let its key list the bucket and read its objects (s3:ListBucket, s3:GetObject; "
    "for tags s3:GetObjectTagging), or check the key in WELLREAD_SECRET_NAME",
    "AllAccessDisabled": "access is switched off",
    "InvalidAccessKeyId": "the access key is not known there: check WELLREAD_SECRET_NAME and the endpoint",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key: check WELLREAD_SECRET_NAME",
    "ExpiredToken": "the session token is over: put a new key into WELLREAD_SECRET_NAME",
    "InvalidToken": "the session token is none: check WELLREAD_SECRET_NAME",
    "RequestTimeTooSkewed": "this machine's clock is more than 15 minutes off: set it right",
    "PermanentRedirect": "it is kept elsewhere",
    "TemporaryRedirect": "it is kept elsewhere",
    "AuthorizationHeaderMalformed": "it is kept in another region",
    "IllegalLocationConstraintException": "it is kept in another region",
    "InvalidObjectState": "it is archived and must be restored first",
}
_OF_ONE_OBJECT = frozenset({"AccessDenied", "InvalidObjectState", "NoSuchKey", "PreconditionFailed"})


def refused(answer: Answer, place: BucketPlace, key: str = "") -> WellreadError:
    """The error of an answer that is none of 200 to 299.

    ParseError for what ails one object, NotFoundError for a bucket that is not there, else UnreachableError.
    """
    told = _told(answer)
    code = told.get("Code") or _code_of(answer.status)
    what = key or place.location
    if code == "NoSuchBucket" or (answer.status == 404 and not key):
        where = place.base.removesuffix(f"/{place.name}")
        return NotFoundError(f"there is no bucket {place.name} at {where}: check its name and the endpoint")
    if key and code == "NoSuchKey":
        return ParseError(f"{what} is there no longer")
    if key and code == "PreconditionFailed":
        return ParseError(f"{what} has changed since it was listed: synchronise again")
    reason = _REASONS.get(code, f"it answers with the status {answer.status} {code}".rstrip())
    if code == "RequestTimeTooSkewed" and "ServerTime" in told:
        reason += f" (there it is {told['ServerTime'][:40]})"
    region = answer.headers.get("x-amz-bucket-region") or told.get("Region", "")
    if region and region != place.region:
        reason += f"; give region={region[:40]}"
    error = ParseError if key and code in _OF_ONE_OBJECT else UnreachableError
    return error(f"{what} cannot be had: {reason}")


def _told(answer: Answer) -> dict[str, str]:
    try:
        root = xml_root(answer.body)
    except ParseError:
        return {}
    return {local_name(one): "".join(one.itertext()).strip() for one in root}


def _code_of(status: int) -> str:
    """Where an answer has no words."""
    return {
        301: "PermanentRedirect",
        302: "TemporaryRedirect",
        307: "TemporaryRedirect",
        308: "PermanentRedirect",
        403: "AccessDenied",
        404: "NoSuchKey",
        412: "PreconditionFailed",
    }.get(status, "")
