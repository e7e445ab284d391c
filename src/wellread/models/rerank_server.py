"""A Reranker behind a server that has `/rerank` as Cohere, Jina, vLLM and Infinity have it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from wellread.errors import ModelError
from wellread.models.openai_server import OpenAIServer


class ServerReranker:
    """The model `model` at `base_url`. Safe to call from several threads."""

    def __init__(
        self, model: str, base_url: str, *, api_key: str | None = None, timeout: float = 120.0
    ) -> None:
        """Nothing is asked of the server yet. `timeout` is in seconds."""
        self._model = model
        self._server = OpenAIServer(base_url, api_key=api_key, timeout=timeout)

    @property
    def name(self) -> str:
        return f"rerank:{self._model}@{self._server.base_url}"

    def score(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        import openai

        if not texts:
            return np.empty(0, np.float32)
        body = {"model": self._model, "query": question, "documents": list(texts), "top_n": len(texts)}
        try:
            told = self._server.client.post("/rerank", cast_to=object, body=body)
        except openai.OpenAIError as error:
            raise self._server.failure(error, self._model) from error
        try:
            scores = {int(one["index"]): float(one["relevance_score"]) for one in told["results"]}
            return np.array([scores[place] for place in range(len(texts))], np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"the server at {self._server.base_url} did not answer with a `relevance_score` for each of "
                f"{len(texts)} texts ({error!r}): check that {self._model!r} is a reranker there"
            ) from error

    def close(self) -> None:
        self._server.close()
