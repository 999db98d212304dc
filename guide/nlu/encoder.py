"""A small sentence encoder: texts to unit vectors that lie close where the meaning is close.

At training the weights of a published BERT model become one ONNX file, quantised to eight bits; it travels inside the
model archive, so that serving needs neither the package with the weights nor the network. Any BERT of that layout does.
"""

import hashlib
import importlib.util
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

Vectors = np.ndarray[Any, np.dtype[np.float32]]
GRAPH, TOKENIZER = "encoder.onnx", "tokenizer.json"
LONGEST = 128
"""Tokens of a text that are encoded; people ask in far fewer."""


class EncoderError(ValueError):
    """The weights are missing, or not the published ones. Says which file and what to do."""


class SentenceEncoder:
    """An encoder from the folder that `build` wrote. One thread, one text at a time: the same text, the same vector."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    def encode(self, texts: list[str]) -> Vectors:
        """Unit vectors, shape (len(texts), width of the encoder)."""
        return np.concatenate([self._encode(text) for text in texts])

    def _encode(self, text: str) -> Vectors:
        tokens = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        vector: Vectors = self._session.run(None, {"ids": tokens})[0]
        return vector


def published(package: str, hashes: Mapping[str, str]) -> Path:
    """The folder of an installed package's weights, each file checked against its SHA-256. Raises EncoderError."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(f"The encoder's package {package} is not installed: run `make train`, which installs it.")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    for name, expected in hashes.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest() if (folder / name).exists() else "no file"
        if found != expected:
            raise EncoderError(f"{name} of {package} is not the published file: {found} instead of {expected}.")
    return folder


def build(weights: Path, folder: Path) -> None:
    """Write the encoder of published weights into `folder`: ONNX graph in eight bits, and tokenizer."""
    import onnx  # needed at training alone
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from guide.nlu.bert import bert_graph

    with tempfile.TemporaryDirectory() as exact:
        onnx.save(
            bert_graph(weights / "model.safetensors", json.loads((weights / "config.json").read_text())),
            f"{exact}/f32.onnx",
        )
        quantize_dynamic(f"{exact}/f32.onnx", str(folder / GRAPH), weight_type=QuantType.QInt8, per_channel=True)
    (folder / TOKENIZER).write_bytes((weights / TOKENIZER).read_bytes())
