"""A server that speaks the OpenAI protocol: the client to it, and what its failures mean."""

from typing import Any

from wellread.errors import ModelError

_RETRIES = 2
"""Of requests that met a busy or broken server; the client waits longer each time."""


class OpenAIServer:
    """Where it is and how it is asked. Safe to use from several threads."""

    def __init__(self, base_url: str, *, api_key: str | None = None, timeout: float = 120.0) -> None:
        """Nothing is asked of the server yet. `timeout` is in seconds."""
        import openai

        self.base_url = base_url
        self._timeout = timeout
        self.client: Any = openai.OpenAI(
            base_url=base_url, api_key=api_key or "none", timeout=timeout, max_retries=_RETRIES
        )

    def failure(self, error: Exception, model: str) -> ModelError:
        """The error in words that say what to do."""
        import openai

        where = f"the server at {self.base_url}"
        match error:
            case openai.APITimeoutError():
                said = f"{where} did not answer within {self._timeout:g} seconds; raise the timeout or ask for less"
            case openai.APIConnectionError():
                said = f"{where} cannot be reached: {error.__cause__ or error}; check the address and that it runs"
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                said = f"{where} refused the API key ({error.status_code}); set the key that belongs to it"
            case openai.NotFoundError():
                said = f"{where} answered 404 for the model {model!r}; check the model's name and the address's path"
            case openai.RateLimitError():
                said = f"{where} was too busy (429), also after {_RETRIES} further tries; ask again later"
            case _:
                said = f"{where} failed: {error}"
        return ModelError(said)

    def close(self) -> None:
        """Let go of its connections."""
        self.client.close()
