"""A cross-encoder is any graph that gives one figure for a question and a text that are read together."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from wellread.errors import ModelError, WeightsError
from wellread.models.cross_encoder import MOST_TOKENS, CrossEncoder
from wellread.models.onnx_file import GraphBuilder

WORDS = ["[UNK]", "[CLS]", "[SEP]", "no", "two", "three", "what"]
"""A word's place is what the graph counts it for."""


def write(folder: Path, *, outputs: int = 1, also: str = "", graph: str = "model.onnx") -> Path:
    """A network that adds up the numbers of the second text's words, and its tokenizer."""
    builder = GraphBuilder()
    for name in ("input_ids", "token_type_ids", *([also] if also else [])):
        builder.input(name, "int64", ["texts", "tokens"])
    ids = builder.node("Cast", ["input_ids"], "ids", to=1)
    types = builder.node("Cast", ["token_type_ids"], "types", to=1)
    second = builder.node("Mul", [ids, types], "second")
    axis = builder.constant("axis", np.array([1], np.int64))
    total = builder.node("ReduceSum", [second, axis], "total", keepdims=1)
    score = builder.node("Concat", [total] * outputs, "score", axis=1)
    builder.output(score, "float32", ["texts", outputs])
    (folder / graph).parent.mkdir(parents=True, exist_ok=True)
    (folder / graph).write_bytes(builder.model())
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.mark.parametrize("graph", ["model.onnx", "onnx/model.onnx"])
@pytest.mark.parametrize("threads", [1, 3])
def test_question_and_text_are_read_together_and_told_apart(graph: str, threads: int, tmp_path: Path) -> None:
    model = CrossEncoder(write(tmp_path, graph=graph), threads=threads)
    scores = model.score("what what", ["no two", "three three three", "", "two"])
    sep = WORDS.index("[SEP]")
    assert scores.tolist() == [7 + sep, 15 + sep, sep, 4 + sep]
    assert scores.dtype == np.float32
    assert model.score("what", []).shape == (0,)
    model.close()


def test_the_question_is_kept_where_a_text_is_too_long(tmp_path: Path) -> None:
    model = CrossEncoder(write(tmp_path))
    [score] = model.score("what", ["no " * 5000])
    frame = len(["[CLS]", "what", "[SEP]", "[SEP]"])
    assert score == (MOST_TOKENS - frame) * WORDS.index("no") + WORDS.index("[SEP]")


def test_what_is_no_cross_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"needs model\.onnx"):
        CrossEncoder(tmp_path)
    with pytest.raises(WeightsError, match="asks for pixels"):
        CrossEncoder(write(tmp_path / "pixels", also="pixels"))
    with pytest.raises(WeightsError, match="gives 2 figures"):
        CrossEncoder(write(tmp_path / "two", outputs=2)).score("what", ["no"])
    (write(tmp_path / "broken") / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(WeightsError, match="not a model ONNX Runtime can load"):
        CrossEncoder(tmp_path / "broken")


def test_a_closed_one_says_so(tmp_path: Path) -> None:
    model = CrossEncoder(write(tmp_path))
    model.close()
    model.close()
    with pytest.raises(ModelError, match="closed"):
        model.score("what", ["no"])
