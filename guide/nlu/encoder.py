"""A small sentence encoder: texts to unit vectors that lie close where the meaning is close.

Its two files, an ONNX graph and a tokenizer, are named in config.yml with their hashes; at training they are checked
and copied into the model archive, from which they are served. Any encoder of that form can take its place: input
`ids`, shape (1, length), output `vectors`, shape (1, width). `make tune` made this one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from guide.nlu.counts import Floats

GRAPH, TOKENIZER = "encoder.onnx", "tokenizer.json"
LONGEST = 128
"""Tokens of a text that are encoded; people ask in far fewer."""


class EncoderError(ValueError):
    """A file of the encoder is missing, or not the one that config.yml names. Says which, and what to do."""


class SentenceEncoder:
    """An encoder from a folder with its two files. One text at a time: the same text, the same vector."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (len(texts), width of the encoder)."""
        return np.concatenate([self._encode(text) for text in texts])

    def encode_many(self, texts: Sequence[str]) -> Floats:
        """The same, on all cores: for training."""
        with ThreadPoolExecutor() as pool:
            return np.concatenate(list(pool.map(self._encode, texts)))

    def _encode(self, text: str) -> Floats:
        tokens = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        vector: Floats = self._session.run(None, {"ids": tokens})[0]
        return vector


def install(source: Path, hashes: Mapping[str, str], folder: Path) -> None:
    """Copy an encoder's files into a folder, each checked against its SHA-256. Raises EncoderError."""
    for name in (GRAPH, TOKENIZER):
        content = (source / name).read_bytes() if (source / name).exists() else b""
        found = hashlib.sha256(content).hexdigest() if content else "missing"
        if found != hashes.get(name):
            raise EncoderError(
                f"{source / name} is {found}, and config.yml wants {hashes.get(name)}: restore the file from git, or, "
                "after `make tune`, write the hashes of guide/nlu/weights/record.json into config.yml."
            )
        (folder / name).write_bytes(content)
