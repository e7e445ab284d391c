"""Counts and sentences as people read them."""


def capital(text: str) -> str:
    """`text` as a sentence begins."""
    return text[:1].upper() + text[1:]


def count(n: int, noun: str) -> str:
    """`1 question`, `1,200 questions`."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
