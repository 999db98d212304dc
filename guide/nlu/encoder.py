"""A small sentence encoder: texts, and parts of texts, to unit vectors that lie close where the meaning is close.

Its two files, an ONNX graph and a tokenizer, are named in config.yml with their hashes; at training they are checked
and copied into the model archive, from which they are served. `make tune` made this one; any encoder of that form can
take its place. Inputs: `ids`, shape (texts, length), and `parts`, shape (texts, parts, length), 1 where a token belongs
to a part of its text, else 0. Outputs: `vectors`, shape (texts, parts, width), and `views`, shape (texts, parts,
len(VIEWS), width): a part as each reader best sees it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from guide.nlu.counts import Floats

GRAPH, TOKENIZER = "encoder.onnx", "tokenizer.json"
LONGEST = 128
"""Tokens that are read at once; people ask in far fewer."""
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

    def encode(self, text: str, parts: Sequence[str] = ()) -> Encoded:
        """The vectors of a text and then of its parts, which stand in it in this order.

        A part is read in its text: its vector is the mean of its own tokens', and these have seen the others. What is
        too long to be read at once is read from the first part that was not seen whole.
        """
        places, after = [], 0
        for part in parts:
            start = max(text.find(part, after), after)
            places.append((start, after := start + len(part)))
        encoded: list[Encoded] = []
        while places or not encoded:
            begin = places[0][0] if encoded else 0
            tokens = self._tokenizer.encode(text[begin:])
            seen = begin + max(end for _, end in tokens.offsets) if tokens.overflowing else len(text)
            count = sum(end <= seen for _, end in places) or (1 if encoded else 0)
            masks = [_inside(tokens, start - begin, end - begin) for start, end in places[:count]]
            whole = [] if encoded else [np.ones(len(tokens.ids), dtype=np.float32)]
            encoded.append(self._run([tokens.ids], np.stack([*whole, *masks])[None]))
            places = places[count:]
        return _joined(encoded)

    def encode_many(self, texts: Sequence[str]) -> Encoded:
        """The vectors of whole texts, on all cores and many at once: for training.

        Nearly those of `encode`: eight bits are rounded by what is read at once.
        """
        tokens = [self._tokenizer.encode(text).ids for text in texts]
        order = sorted(range(len(texts)), key=lambda place: len(tokens[place]))
        batches: list[list[int]] = []
        for place in order:  # only texts of the same length, so that none has to be padded
            if not batches or len(batches[-1]) == BATCH or len(tokens[batches[-1][0]]) != len(tokens[place]):
                batches.append([])
            batches[-1].append(place)
        with ThreadPoolExecutor() as pool:
            encoded = _joined(list(pool.map(lambda batch: self._whole([tokens[place] for place in batch]), batches)))
        back = np.argsort(order)
        return Encoded(encoded.whole[back], encoded.views[back])

    def _whole(self, ids: Sequence[Sequence[int]]) -> Encoded:
        return self._run(ids, np.ones((len(ids), 1, len(ids[0])), dtype=np.float32))

    def _run(self, ids: Sequence[Sequence[int]], parts: Floats) -> Encoded:
        """The vectors of the parts of texts of one length, text by text."""
        fed = {"ids": np.array(ids, dtype=np.int64), "parts": parts}
        vectors, views = self._session.run(("vectors", "views"), fed)
        return Encoded(vectors.reshape(-1, vectors.shape[-1]), views.reshape(-1, *views.shape[-2:]))


def _inside(tokens: Encoding, start: int, end: int) -> Floats:
    """1 for each token between two letters of its text, else 0; for all where there is none, as of a lone accent."""
    inside = np.array([start <= first < last <= end for first, last in tokens.offsets], dtype=np.float32)
    return inside if inside.any() else np.ones_like(inside)


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
