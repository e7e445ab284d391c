"""An environment for each peer, with pinned versions, made when first needed."""

import subprocess
import sys
from pathlib import Path

EMBEDDING = ("onnxruntime==1.32.0", "tokenizers==0.23.3", "numpy==2.4.6")
TORCH = ("torch==2.13.0", "sentence-transformers==6.2.0")
ENVIRONMENTS = {
    "llamaindex": (
        *TORCH,
        "llama-index-embeddings-huggingface==0.8.0",
        "llama-index-core==0.14.25",
        "llama-index-readers-file==0.7.0",
        "llama-index-retrievers-bm25==0.8.0",
        "llama-index-vector-stores-lancedb==0.6.0",
        "lancedb==0.40.0",
        "docx2txt==0.9",
        *EMBEDDING,
    ),
    "haystack": (
        *TORCH,
        "sentence-transformers-haystack==2.0.0",
        "haystack-ai==3.4.0",
        "pypdf==7.1.0",
        "python-docx==1.2.0",
        "trafilatura==2.3.1",
        "lxml_html_clean==0.4.6",
        # Its converter for many formats wants the packages of all of them.
        "python-pptx==1.0.2",
        "openpyxl==3.1.5",
        "pandas==3.1.1",
        "tabulate==0.10.0",
        *EMBEDDING,
    ),
    "txtai": (
        "torch==2.13.0",
        "txtai==9.14.0",
        "faiss-cpu==1.15.1",
        "chonkie==1.7.0",
        "pypdf==6.21.4",
        "python-docx==1.2.0",
        "beautifulsoup4==4.15.0",
        *EMBEDDING,
    ),
}
OF_SYSTEM = {
    "LlamaIndex": "llamaindex",
    "LlamaIndex + LanceDB": "llamaindex",
    "Haystack": "haystack",
    "txtai": "txtai",
}
READY = "ready"


def environment(system: str, cache: Path) -> Path:
    """The interpreter that `system` runs in; Wellread's is this one."""
    name = OF_SYSTEM.get(system)
    if name is None:
        return Path(sys.executable)
    folder = cache / name
    python = folder / "bin" / "python"
    wanted = "\n".join(ENVIRONMENTS[name])
    ready = folder / READY
    if not ready.exists() or ready.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *ENVIRONMENTS[name]], check=True)
        ready.write_text(wanted)
    return python
