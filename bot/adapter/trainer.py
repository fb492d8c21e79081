"""The training loop of the adapter."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from bot.adapter.network import MATRICES, NORMS, LowRank, Network, Tokenizer
from bot.adapter.tasks import Labelled, Translations, as_typed, batches
from bot.language.adapter import Adapter
from bot.language.e5_file import E5File, dequantised, quantised

_HEAD_SCALE = 4.0
"""Factor on a head's outputs: the mean vectors are short."""
_TEMPERATURE = 0.05
_REPORT_EVERY = 100
_ROUNDING_EVERY = 60


@dataclass(frozen=True)
class Recipe:
    """The numbers of one training."""

    rank: int = 16
    epochs: int = 4
    batch: int = 32
    rate: float = 2e-3
    head_rate: float = 3e-3
    dropout: float = 0.1
    noise: float = 0.25
    """Share of the utterances taken as they would be typed."""
    smoothing: float = 0.05
    warm_up_steps: int = 100
    rounding_from: float = 0.6
    """Share of the steps after which the network feels the rounding of its merged weights."""
    seed: int = 0
    threads: int = 2


@dataclass(frozen=True)
class _Row:
    """One utterance with what it is to become."""

    task: int
    ids: list[int]
    target: int


class Training:
    """One run over the tasks."""

    def __init__(
        self, file: E5File, tasks: Sequence[Labelled | Translations], recipe: Recipe
    ) -> None:
        """Build the network and one head a labelled task."""
        torch.manual_seed(recipe.seed)
        torch.set_num_threads(recipe.threads)
        self._tasks = tasks
        self._recipe = recipe
        self._rng = random.Random(recipe.seed)  # noqa: S311 - decides spellings, keeps no secret
        self._tokenizer = Tokenizer(file.pieces)
        self.network = Network(file, recipe.rank)
        hidden = file.sizes.hidden
        self.heads = nn.ModuleDict(
            {t.name: _head(hidden, len(t.names)) for t in tasks if isinstance(t, Labelled)}
        )
        self._english = {
            i: self._vectors(t.english) for i, t in enumerate(tasks) if isinstance(t, Translations)
        }

    def run(self, say: Callable[[str], object]) -> Adapter:
        """Train, telling how far it is, and return the adapter."""
        recipe = self._recipe
        trained = [p for p in self.network.parameters() if p.requires_grad]
        optimiser = torch.optim.AdamW(
            [
                {"params": trained, "lr": recipe.rate, "weight_decay": 0.0},
                {"params": self.heads.parameters(), "lr": recipe.head_rate},
            ]
        )
        total = recipe.epochs * len(self._epoch())
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: self._share(s, total))
        started, step, losses = time.monotonic(), 0, []
        for _ in range(recipe.epochs):
            self.network.train()
            for batch in self._epoch():
                if step >= recipe.rounding_from * total and step % _ROUNDING_EVERY == 0:
                    _feel_rounding(self.network)
                loss = self._loss(batch)
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(trained, 1.0)
                optimiser.step()
                schedule.step()
                step += 1
                losses.append(loss.item())
                if step % _REPORT_EVERY == 0:
                    mean = sum(losses[-_REPORT_EVERY:]) / _REPORT_EVERY
                    say(f"{step} of {total}: loss {mean:.3f}, {time.monotonic() - started:.0f} s")
        return exported(self.network)

    def _share(self, step: int, total: int) -> float:
        return min(1.0, (step + 1) / self._recipe.warm_up_steps) * max(0.0, 1 - step / total)

    def _epoch(self) -> list[list[_Row]]:
        """Return the batches of one pass; a batch is of one task."""
        out: list[list[_Row]] = []
        for number, task in enumerate(self._tasks):
            names = {n: i for i, n in enumerate(task.names)} if isinstance(task, Labelled) else {}
            rows = [
                _Row(
                    number,
                    self._tokenizer.ids(as_typed(text, self._rng, self._recipe.noise)),
                    names[task.labels[i]] if isinstance(task, Labelled) else i,
                )
                for i, text in enumerate(task.texts)
            ]
            out += batches(rows, self._recipe.batch, lambda row: len(row.ids), self._rng)
        self._rng.shuffle(out)
        return out

    def _loss(self, batch: Sequence[_Row]) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = self.network([row.ids for row in batch], self._recipe.dropout)
        vectors = vectors.float()
        number = batch[0].task
        task = self._tasks[number]
        targets = [row.target for row in batch]
        if isinstance(task, Translations):
            return _nearness(vectors, self._english[number][targets])
        dropped = functional.dropout(vectors, self._recipe.dropout, self.network.training)
        scores = self.heads[task.name](dropped) * _HEAD_SCALE
        return functional.cross_entropy(
            scores, torch.tensor(targets), label_smoothing=self._recipe.smoothing
        )

    def _vectors(self, texts: Sequence[str]) -> Tensor:
        """Return the vectors that the network gives before it is trained."""
        self.network.eval()
        out = []
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            for start in range(0, len(texts), 64):
                ids = [self._tokenizer.ids(t.lower()) for t in texts[start : start + 64]]
                out.append(functional.normalize(self.network(ids).float(), dim=1))
        return torch.cat(out)


def exported(network: Network) -> Adapter:
    """Return the trained deltas of a network."""
    ups, downs, vectors = {}, {}, {}
    for i, layer in enumerate(network.layers):
        for name in MATRICES:
            low = getattr(layer, name)
            ups[f"l{i}.{name}.w"] = low.up.detach().numpy().copy()
            downs[f"l{i}.{name}.w"] = low.down.detach().numpy().copy()
        for name in NORMS:
            for part in "wb":
                values = getattr(layer, f"{name}_{part}").detach().numpy().copy()
                vectors[f"l{i}.{name}.{part}"] = values
    return Adapter(ups, downs, vectors)


def _head(hidden: int, count: int) -> nn.Linear:
    head = nn.Linear(hidden, count)
    nn.init.normal_(head.weight, std=0.02)
    return head


def _nearness(vectors: Tensor, targets: Tensor) -> Tensor:
    """Return how far vectors are from their own targets, and how near to the others'."""
    vectors = functional.normalize(vectors, dim=1)
    near = vectors @ targets.T
    own = torch.arange(len(vectors))
    return functional.cross_entropy(near / _TEMPERATURE, own) + 5 * (1 - near.diagonal()).mean()


def _feel_rounding(network: Network) -> None:
    """Let every layer compute with its merged weights rounded as they will be in the file."""
    for module in network.modules():
        if isinstance(module, LowRank):
            whole = (module.original + module.up.detach() @ module.down.detach()).numpy()
            rounded = dequantised(quantised(np.ascontiguousarray(whole))).reshape(whole.shape)
            module.weight.copy_(module.original + torch.from_numpy(rounded - whole))
