"""The embedding model of every system, all-MiniLM-L6-v2: as Wellread runs it, and as files that others run it from."""

import json
import shutil
from pathlib import Path

from wellread.models.onnx import OnnxEmbedder
from wellread.models.weights import EMBEDDER, known

BATCH = 256
"""Texts given to Wellread's embedder at once, whatever the system's own habit: it spreads them over the cores."""
WEIGHTS = "all-minilm-l6-v2.safetensors"
TOKENIZER = f"{EMBEDDER}.tokenizer"
CONFIG = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": 384,
    "intermediate_size": 1536,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 512,
    "num_attention_heads": 12,
    "num_hidden_layers": 6,
    "pad_token_id": 0,
    "type_vocab_size": 2,
    "vocab_size": 30522,
}
TOKENIZING = {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 256}


def embedder(weights: Path) -> OnnxEmbedder:
    """Texts to unit vectors of 384 dimensions: in int8, from the folder `weights`."""
    graph, tokenizer = (weights / known(name).file for name in (EMBEDDER, TOKENIZER))
    return OnnxEmbedder(graph, tokenizer, name=EMBEDDER, digest=known(EMBEDDER).sha256)


def write_model(weights: Path, folder: Path) -> None:
    """The same model in float32 as `transformers` and `sentence-transformers` read one: weights, tokenizer, shapes."""
    folder.mkdir()
    shutil.copy(weights / known(WEIGHTS).file, folder / "model.safetensors")
    shutil.copy(weights / known(TOKENIZER).file, folder / "tokenizer.json")
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "tokenizer_config.json").write_text(json.dumps(TOKENIZING))
