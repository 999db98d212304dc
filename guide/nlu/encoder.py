"""A small sentence encoder: texts to unit vectors that lie close where the meaning is close.

Its two files, an ONNX graph and a tokenizer, are named in config.yml with their hashes; at training they are checked
and copied into the model archive, from which they are served. Any encoder of that form can take its place: input
`ids`, shape (texts, length), output `vectors`, shape (texts, width), and perhaps `views`, shape (texts, len(VIEWS),
width): the text as each reader best sees it. Without them all readers see the same. `make tune` made this one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from guide.nlu.counts import Floats

GRAPH, TOKENIZER = "encoder.onnx", "tokenizer.json"
LONGEST = 128
"""Tokens of a text that are encoded; people ask in far fewer."""
VIEWS = ("danger", "bulbar", "upper_limb", "lower_limb", "respiratory", "gastrostomy", "niv", "rest")
"""The order of the views in the graph: signs of danger, then what is told of each slot."""
BATCH = 64
"""Texts that go through the graph at once at training."""


class EncoderError(ValueError):
    """A file of the encoder is missing, or not the one that config.yml names. Says which, and what to do."""


@dataclass(frozen=True)
class Encoded:
    """Texts as unit vectors: `whole`, shape (texts, width); `views`, shape (texts, len(VIEWS), width)."""

    whole: Floats
    views: Floats

    def of(self, view: str) -> Floats:
        """The texts as one view sees them, shape (texts, width)."""
        return self.views[:, VIEWS.index(view)]

    def __getitem__(self, texts: slice) -> "Encoded":
        return Encoded(self.whole[texts], self.views[texts])


class SentenceEncoder:
    """An encoder from a folder with its two files."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Encoded:
        """The vectors of texts, one text at a time: the same text, the same vector."""
        return _joined([self._run([self._tokens(text)]) for text in texts])

    def encode_many(self, texts: Sequence[str]) -> Encoded:
        """Nearly the same, on all cores and many at once: for training. Eight bits are rounded by the batch."""
        tokens = [self._tokens(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda place: len(tokens[place]))
        batches: list[list[int]] = []
        for place in order:  # only texts of the same length, so that none has to be padded
            if not batches or len(batches[-1]) == BATCH or len(tokens[batches[-1][0]]) != len(tokens[place]):
                batches.append([])
            batches[-1].append(place)
        with ThreadPoolExecutor() as pool:
            encoded = _joined(list(pool.map(lambda batch: self._run([tokens[place] for place in batch]), batches)))
        back = np.argsort(order)
        return Encoded(encoded.whole[back], encoded.views[back])

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text).ids)

    def _run(self, tokens: Sequence[Sequence[int]]) -> Encoded:
        whole, *views = self._session.run(None, {"ids": np.array(tokens, dtype=np.int64)})
        return Encoded(whole, views[0] if views else np.repeat(whole[:, None], len(VIEWS), axis=1))


def _joined(parts: Sequence[Encoded]) -> Encoded:
    return Encoded(np.concatenate([part.whole for part in parts]), np.concatenate([part.views for part in parts]))


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
