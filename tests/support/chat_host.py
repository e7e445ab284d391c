"""An OpenAI-compatible server as a process of its own: `python chat_host.py tools|json`, prints its address.

It looks up what it is asked and then says the sentence of what it was shown that tells who leads: by tool calls, or,
with `json`, by JSON that it is asked for after it has refused tools. Without tools or schema it says the same of the
prompt, in pieces.
"""

import json
import sys
from typing import Any

from http_host import Host, serving


class Chat(Host):
    """Answers by what stands in the request alone."""

    def get(self) -> None:
        self.answer(200, json.dumps({"object": "list", "data": [{"id": "m", "object": "model"}]}).encode())

    def post(self) -> None:
        body = json.loads(self.body())
        by_json = sys.argv[1] == "json"
        if body.get("tools") and by_json:
            said = {"error": {"message": "m does not support tools"}}
            self.answer(400, json.dumps(said).encode())
            return
        deltas = list(_deltas(body))
        chunks = [_chunk(delta, None) for delta in deltas]
        chunks.append(_chunk({}, "tool_calls" if body.get("tools") else "stop"))
        lines = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks)
        self.answer(200, f"{lines}data: [DONE]\n\n".encode(), "text/event-stream")


def _deltas(body: dict[str, Any]) -> list[dict[str, Any]]:
    turns = body["messages"]
    seen = turns[-1]["content"] if len(turns) > 2 else ""
    if body.get("tools"):
        name, arguments = _next(turns[1]["content"], seen)
        text = json.dumps(arguments)
        call = {"index": 0, "id": f"call_{len(turns)}", "type": "function"}
        return [
            {"tool_calls": [{**call, "function": {"name": name, "arguments": text[:5]}}]},
            {"tool_calls": [{"index": 0, "function": {"arguments": text[5:]}}]},
        ]
    if body.get("response_format"):
        name, arguments = _next(turns[1]["content"], seen)
        return [{"content": json.dumps({"tool": name, **arguments})}]
    passages = turns[-1]["content"].split("\n\nQuestion: ")[0]
    return [{"content": f"{word} "} for word in _telling(passages).split()]


def _next(question: str, seen: str) -> tuple[str, dict[str, str]]:
    if not seen:
        return "search", {"query": question}
    shown = "\n".join(line[2:] for line in seen.splitlines() if line.startswith("| "))
    return "finish", {"answer": _telling(shown)}


def _telling(text: str) -> str:
    found = [line for line in text.splitlines() if "lead is" in line]
    return found[0] if found else "Not in your sources."


def _chunk(delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "choices": [choice]}


if __name__ == "__main__":
    with serving(Chat) as address:
        print(address, flush=True)
        sys.stdin.read()
