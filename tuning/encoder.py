"""The sentence encoder while it is tuned: BERT, with views that are means of its token vectors by learnt attention."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertConfig, BertModel

LONGEST = 96
"""Tokens of a text that are learnt from."""
TOGETHER = 28
"""Texts that go through it at once, those of like length, so that little is padded."""


class Encoder(torch.nn.Module):
    """The published encoder of a folder, to be tuned, with so many views."""

    def __init__(self, folder: Path, views: int) -> None:
        super().__init__()
        config = BertConfig(**json.loads((folder / "config.json").read_text()))
        config._attn_implementation = "sdpa"
        self.bert = BertModel(config, add_pooling_layer=False)
        weights = load_file(folder / "model.safetensors")
        known = set(self.bert.state_dict())
        self.bert.load_state_dict({name: value for name, value in weights.items() if name in known})
        self.queries = torch.nn.Parameter(torch.zeros(views, config.hidden_size))  # at first each view is the mean
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.no_padding()

    def forward(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Unit vectors: of the whole texts, shape (len(texts), width), and by view, (len(texts), views, width)."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        parts = [order[at : at + TOGETHER] for at in range(0, len(order), TOGETHER)]
        whole, views = zip(*(self._some([texts[i] for i in part]) for part in parts), strict=True)
        back = torch.tensor(sorted(range(len(order)), key=order.__getitem__))
        return torch.cat(whole)[back], torch.cat(views)[back]

    def _some(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        tokens = [self.tokenizer.encode(text).ids for text in texts]
        ids = torch.zeros(len(texts), max(map(len, tokens)), dtype=torch.long)
        mask = torch.zeros(ids.shape)
        for row, its in enumerate(tokens):
            ids[row, : len(its)], mask[row, : len(its)] = torch.tensor(its), 1
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        whole = (states * mask[..., None]).sum(1)
        attention = (states @ self.queries.T).transpose(1, 2).masked_fill(mask[:, None] == 0, -1e9)
        views = torch.softmax(attention, dim=-1) @ states
        return functional.normalize(whole, dim=-1), functional.normalize(views, dim=-1)
