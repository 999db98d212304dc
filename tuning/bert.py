"""BERT as an ONNX graph (Devlin et al. 2019, arXiv:1810.04805), with two ways of pooling texts and their parts.

Inputs `ids`, shape (texts, length): the token ids of texts that have as many tokens as each other; and `parts`, shape
(texts, parts, length): 1 where a token belongs to a part of its text, else 0. Outputs `vectors`, shape (texts, parts,
width): the mean of a part's token vectors in the last layer, at unit length, as sentence-transformers has it for whole
texts; and `views`, shape (texts, parts, views, width): their mean weighed by attention to each of the learnt queries,
at unit length. Needed at training alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

Floats = np.ndarray[Any, np.dtype[np.float32]]
ATTENTION = "attention to the queries"
"""The node that eight bits would blur too much for what little it costs."""


class _Graph:
    """Collects nodes and weights; `op` and `constant` hand back the name of what they made."""

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self.weights = weights
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, value: Any) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, dtype=np.int64))

    def number(self, value: float) -> str:
        return self.constant(np.float32(value))

    def op(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        name = name or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def dense(self, x: str, layer: str) -> str:
        product = self.op("MatMul", x, self.constant(self.weights[f"{layer}.weight"].T))
        return self.op("Add", product, self.constant(self.weights[f"{layer}.bias"]))

    def norm(self, x: str, layer: str, epsilon: float) -> str:
        scale, shift = self.constant(self.weights[f"{layer}.weight"]), self.constant(self.weights[f"{layer}.bias"])
        return self.op("LayerNormalization", x, scale, shift, axis=-1, epsilon=epsilon)

    def unit(self, x: str, name: str) -> None:
        """Output `name`: x with the vectors along its last axis at unit length."""
        length = self.op("Sqrt", self.op("ReduceSum", self.op("Mul", x, x), self.integers(-1), keepdims=1))
        self.nodes.append(helper.make_node("Div", [x, length], [name]))

    def gelu(self, x: str) -> str:
        """In the order of steps that ONNX Runtime knows as one."""
        erf = self.op("Erf", self.op("Div", x, self.number(2**0.5)))
        return self.op("Mul", self.op("Mul", x, self.op("Add", erf, self.number(1))), self.number(0.5))


def bert_graph(weights: Path, config: Mapping[str, Any], queries: Floats) -> ModelProto:
    """The graph of the weights in a safetensors file with the model's config.json, and of queries (views, width)."""
    graph = _Graph(load_file(weights))
    width, heads, epsilon = config["hidden_size"], config["num_attention_heads"], config["layer_norm_eps"]
    x = _embeddings(graph, epsilon)
    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        attended = graph.dense(
            _attention(graph, x, f"{layer}.attention.self", width, heads), f"{layer}.attention.output.dense"
        )
        x = graph.norm(graph.op("Add", attended, x), f"{layer}.attention.output.LayerNorm", epsilon)
        wide = graph.gelu(graph.dense(x, f"{layer}.intermediate.dense"))
        x = graph.norm(
            graph.op("Add", graph.dense(wide, f"{layer}.output.dense"), x), f"{layer}.output.LayerNorm", epsilon
        )
    graph.unit(graph.op("MatMul", "parts", x), "vectors")  # a mean at unit length is a sum at unit length
    attention = graph.op("MatMul", x, graph.constant(queries.T), name=ATTENTION)
    attention = graph.op("Unsqueeze", graph.op("Transpose", attention, perm=[0, 2, 1]), graph.integers(1))
    elsewhere = graph.op("Mul", graph.op("Sub", "parts", graph.number(1)), graph.number(1e4))  # leaves no share there
    attention = graph.op("Add", attention, graph.op("Unsqueeze", elsewhere, graph.integers(2)))
    shares = graph.op("Softmax", attention, axis=-1)
    graph.unit(graph.op("MatMul", shares, graph.op("Unsqueeze", x, graph.integers(1))), "views")
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "length"])
    parts = helper.make_tensor_value_info("parts", TensorProto.FLOAT, ["texts", "parts", "length"])
    vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", "parts", width])
    views = helper.make_tensor_value_info("views", TensorProto.FLOAT, ["texts", "parts", len(queries), width])
    made = helper.make_graph(graph.nodes, "sentence encoder", [ids, parts], [vectors, views], graph.constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _embeddings(graph: _Graph, epsilon: float) -> str:
    weights = graph.weights
    words = graph.op("Gather", graph.constant(weights["embeddings.word_embeddings.weight"]), "ids")
    # One text has one token type, so that its vector can be added to all positions beforehand.
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    length = graph.op("Slice", graph.op("Shape", "ids"), graph.integers(1), graph.integers(2))
    positions = graph.op("Slice", graph.constant(places), graph.integers(0), length, graph.integers(0))
    return graph.norm(graph.op("Add", words, positions), "embeddings.LayerNorm", epsilon)


def _attention(graph: _Graph, x: str, layer: str, width: int, heads: int) -> str:
    def part(name: str, order: list[int]) -> str:
        shape = graph.integers(0, 0, heads, width // heads)
        return graph.op("Transpose", graph.op("Reshape", graph.dense(x, f"{layer}.{name}"), shape), perm=order)

    query, key, value = part("query", [0, 2, 1, 3]), part("key", [0, 2, 3, 1]), part("value", [0, 2, 1, 3])
    scores = graph.op("Mul", graph.op("MatMul", query, key), graph.number((width // heads) ** -0.5))
    mixed = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), value)
    return graph.op("Reshape", graph.op("Transpose", mixed, perm=[0, 2, 1, 3]), graph.integers(0, 0, width))
