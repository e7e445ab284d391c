"""What can go wrong, as one tree.

    WellreadError                    exit code 1
    ├── UsageError                   2  the request itself cannot be carried out as written
    │   └── SettingsError            2  a setting has a value it may not have
    ├── NotFoundError                3  a named thing does not exist
    ├── NotAllowedError              4  the person acting may not do this
    ├── RefusedError                 5  a gate or a rule of the data says no
    ├── BusyError                    1  another process holds what this one needs
    ├── ParseError                   1  a document cannot be read
    ├── UnreachableError             1  a source's place does not answer now
    ├── ClusterError                 1  the machines that were to do the work cannot, or are not alike
    ├── WeightsError                 1  weights are missing, damaged or of the wrong kind
    ├── ModelError                   1  a model backend failed or did not answer
    │   └── NoToolsError             1  it cannot call tools; ask it for JSON instead
    └── StorageError                 1  the disk or database refused; nothing half-written remains

Every message names the value, the rule it broke and the fix. The command line
prints the message as it stands and ends with `exit_code`.
"""


class WellreadError(Exception):
    """Anything Wellread raises on purpose."""

    exit_code = 1


class UsageError(WellreadError):
    """The request cannot be carried out as written."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting has a value it may not have."""


class NotFoundError(WellreadError):
    """A workspace, document, person, dataset, adapter or file that was named does not exist."""

    exit_code = 3


class NotAllowedError(WellreadError):
    """The person acting is outside the audience of what was asked for."""

    exit_code = 4


class RefusedError(WellreadError):
    """A gate or a rule of the data says no; overruling needs a name and a reason."""

    exit_code = 5


class BusyError(WellreadError):
    """Another process holds the writer's lock."""


class ParseError(WellreadError):
    """A document cannot be read; the reason is for the person who owns the file."""


class UnreachableError(WellreadError):
    """A source's place does not answer, or refuses for now; what is known of it stays as it is."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds that it asked to be left alone, if it did."""


class ClusterError(WellreadError):
    """The machines that were to do the work cannot be reached, fail, or are not alike; what was finished is kept."""


class WeightsError(WellreadError):
    """Weights are missing, damaged or of the wrong kind."""


class ModelError(WellreadError):
    """A model backend failed or did not answer."""


class NoToolsError(ModelError):
    """The model, or the server before it, cannot be offered tools; constrained JSON may do instead."""


class StorageError(WellreadError):
    """The disk or the database refused a change; the state before it still holds."""
