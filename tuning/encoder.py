"""The sentence encoder while it is tuned: BERT, with vectors of texts and of their parts.

A part is read in its text: its vector is the mean of its own tokens' vectors, which have seen the others. The views
are means by learnt attention.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Encoding, Tokenizer
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence
from transformers import BertConfig, BertModel

from tuning.examples import Part

LONGEST = 128
"""Tokens of a text that are learnt from: as many as the guide reads at once."""
TOGETHER = 28
"""Texts that go through it at once, those of like length, so that little is padded."""


_Vectors = tuple[torch.Tensor, torch.Tensor]


class Encoder(torch.nn.Module):
    """The published encoder of a folder, to be tuned, with so many views."""

    def __init__(self, folder: Path, views: int) -> None:
        super().__init__()
        # Without dropout of attention, and not by torch's own kernel, whose gradient alone takes a third of the time.
        config = BertConfig(**json.loads((folder / "config.json").read_text()) | {"attention_probs_dropout_prob": 0.0})
        config._attn_implementation = "eager"
        self.bert = BertModel(config, add_pooling_layer=False)
        weights = load_file(folder / "model.safetensors")
        known = set(self.bert.state_dict())
        self.bert.load_state_dict({name: value for name, value in weights.items() if name in known})
        self.queries = torch.nn.Parameter(torch.zeros(views, config.hidden_size))  # at first each view is the mean
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.no_padding()

    def forward(self, texts: Sequence[str], parts: Sequence[Part] = ()) -> _Vectors:
        """Unit vectors of the texts and then of the parts: shape (both, width), and by view, (both, views, width)."""
        tokens = [self.tokenizer.encode(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i].ids))
        groups = [order[at : at + TOGETHER] for at in range(0, len(order), TOGETHER)]
        ids = torch.tensor([token for i in order for token in tokens[i].ids])
        # All words at once: the gradient of the table is as large as the table, each time.
        words = self.bert.embeddings.word_embeddings(ids).split([len(tokens[i].ids) for i in order])
        embedded = dict(zip(order, words, strict=True))
        of: dict[int, list[int]] = {number: [] for number in order}
        for number, part in enumerate(parts):
            of[part.text].append(number)
        found, places = [], []
        for group in groups:
            mine = [[_whole(tokens[i]), *(_inside(parts[n], tokens[i]) for n in of[i])] for i in group]
            found.append(self._some([embedded[i] for i in group], mine))
            places += [place for i in group for place in (i, *(len(texts) + n for n in of[i]))]
        back = torch.tensor(sorted(range(len(places)), key=places.__getitem__))
        return torch.cat([whole for whole, _ in found])[back], torch.cat([views for _, views in found])[back]

    def _some(self, words: Sequence[torch.Tensor], parts: Sequence[Sequence[torch.Tensor]]) -> _Vectors:
        """The vectors of the parts of some texts: of each the vectors of its words, and which words are of a part."""
        padded = pad_sequence(list(words), batch_first=True)
        whole = pad_sequence([torch.ones(len(its)) for its in words], batch_first=True)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.bert(inputs_embeds=padded, attention_mask=whole).last_hidden_state.float()
        states = states[[row for row, its in enumerate(parts) for _ in its]]
        mask = torch.stack([functional.pad(part, (0, padded.shape[1] - len(part))) for its in parts for part in its])
        attention = (states @ self.queries.T).transpose(1, 2).masked_fill(mask[:, None] == 0, -1e9)
        views = torch.softmax(attention, dim=-1) @ states
        return functional.normalize((states * mask[..., None]).sum(1), dim=-1), functional.normalize(views, dim=-1)


def _whole(tokens: Encoding) -> torch.Tensor:
    return torch.ones(len(tokens.ids))


def _inside(part: Part, tokens: Encoding) -> torch.Tensor:
    """1 for each token of a part, else 0."""
    return torch.tensor([float(part.start <= start < end <= part.end) for start, end in tokens.offsets])
