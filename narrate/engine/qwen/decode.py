"""One frame for every slot, in plain torch ops: the reference that the captured step is tested against.

A frame is one pass of the predictor (codes 1 to 15, from the talker's hidden state and code 0)
and one step of the talker (the sum of the 16 codes' embeddings in, code 0 of the next frame
out). Everything a slot is, its cache, its draws' address and its settings, lies in State, so
a graph can run the same step with no word from the host. Products, norms and sums round where
upstream's modules round.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn.functional import linear, silu

from narrate.engine.qwen.cache import Cache, attend, new_caches
from narrate.engine.qwen.config import Shape
from narrate.engine.qwen.memory import FULL
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.sampling import (
    CAP,
    DUE,
    GREEDY,
    PENALTY,
    PREDICTOR_TEMPERATURE,
    PREDICTOR_TOP_K,
    PREDICTOR_TOP_P,
    REAL,
    SEED,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    WHOLE,
    draw,
    left_out,
    talker_scores,
)
from narrate.engine.qwen.weights import Layer, Model

# A step writes the predictor's cache before it reads it; the talker's is looked for by its place.
_STAY = ("caches", "places", "predictor_keys", "predictor_values")


@dataclass(slots=True, eq=False)
class State:
    """B slots of S positions and F frames. A row that is not `active` is empty or finished: it may
    compute, but its codes, frame, token and lengths stay as they are."""

    caches: tuple[Cache, ...]  # of each of the talker's layers, B places of S positions
    places: Tensor  # [B] int64, which place of the caches is the row's: each is one row's
    predictor_keys: Tensor  # [PL, B, KVH, 16, HD], written anew for every frame
    predictor_values: Tensor  # [PL, B, KVH, 16, HD]
    hidden: Tensor  # [B, H], the talker's last normed hidden state
    token: Tensor  # [B] int64, code 0 of the frame that is being made
    lengths: Tensor  # [B] int32, talker positions held: the next one to write
    frame: Tensor  # [B] int32, frames finished: the index of the one being made
    late: Tensor  # [B] bool, whether the last code 0 is an end-of-speech that only `due` has let in
    active: Tensor  # [B] bool
    codes: Tensor  # [B, F, 16] int32
    seen: Tensor  # [B, V] bool, code 0 of the frames so far
    whole: Tensor  # [B, len(WHOLE)] int64, its line's settings; see sampling.WHOLE
    real: Tensor  # [B, len(REAL)] float32, more of them; see sampling.REAL

    @property
    def slots(self) -> int:
        return self.token.shape[0]

    @property
    def positions(self) -> int:
        return self.caches[0].keys.shape[2]


def new_state(model: Model, slots: int, positions: int, cache: str = FULL) -> State:
    """Empty slots. `positions` (S) hold a line's prompt and its frames; F is S. cache: INT8, or the model's dtype."""
    talker, predictor, groups = model.config.talker, model.config.predictor, model.config.groups

    def zeros(*size: int, dtype: torch.dtype = model.dtype) -> Tensor:
        return torch.zeros(*size, dtype=dtype, device=model.device)

    size = talker.layers, slots, talker.kv_heads, positions, talker.head_dim
    scratch = predictor.layers, slots, predictor.kv_heads, groups, predictor.head_dim
    return State(
        caches=new_caches(size, model.dtype, model.device, cache),
        places=torch.arange(slots, device=model.device),
        predictor_keys=zeros(*scratch),
        predictor_values=zeros(*scratch),
        hidden=zeros(slots, talker.hidden),
        token=zeros(slots, dtype=torch.int64),
        lengths=zeros(slots, dtype=torch.int32),
        frame=zeros(slots, dtype=torch.int32),
        late=zeros(slots, dtype=torch.bool),
        active=zeros(slots, dtype=torch.bool),
        codes=zeros(slots, positions, groups, dtype=torch.int32),
        seen=zeros(slots, talker.vocab, dtype=torch.bool),
        whole=zeros(slots, len(WHOLE), dtype=torch.int64),
        real=zeros(slots, len(REAL), dtype=torch.float32) + 1,
    )


def admit(state: State, rows: Sequence[int], prompts: Sequence[Prompt]) -> None:
    """Set each row to the start of its prompt's line: seed, cap and settings; nothing seen, nothing said."""
    at = torch.tensor(rows, device=state.token.device)
    whole, real = settings_of(prompts)
    state.whole[at] = torch.tensor(whole).to(at.device)
    state.real[at] = torch.tensor(real).to(at.device)
    state.lengths[at] = torch.tensor([len(prompt.embeddings) for prompt in prompts], dtype=torch.int32).to(at.device)
    state.frame[at] = 0
    state.late[at] = False
    state.seen[at] = False
    state.active[at] = True


def settings_of(prompts: Sequence[Prompt]) -> tuple[list[list[int]], list[list[float]]]:
    """A row of sampling.WHOLE and one of sampling.REAL for each prompt."""
    whole, real = [], []
    for prompt in prompts:
        asked = prompt.sampling
        whole.append([prompt.seed, prompt.cap, prompt.due, asked.top_k, asked.predictor_top_k, int(asked.greedy)])
        real.append([float(getattr(asked, name)) for name in REAL])
    return whole, real


@torch.inference_mode()
def prefill(model: Model, state: State, rows: Sequence[int], prompts: Sequence[Prompt]) -> None:
    """Fill `rows` with their prompts, padded on the right, and draw code 0 of each first frame.

    What the padding leaves in the cache lies past a row's length: masked, then overwritten.
    """
    admit(state, rows, prompts)
    shape, talker = model.config.talker, model.talker
    at = torch.tensor(rows, device=model.device)
    x = torch.nn.utils.rnn.pad_sequence([p.embeddings for p in prompts], batch_first=True)  # [R, T, H]
    length = x.shape[1]
    cos, sin = talker.cos[None, None, :length], talker.sin[None, None, :length]
    places, positions = state.places[at], torch.arange(length, device=model.device)
    for number, layer in enumerate(talker.layers):
        q, k, v = _project(shape, layer, x, cos, sin)
        keys, values = state.caches[number].extended(places, positions, k, v, length)
        attended = attend(q, keys, values, is_causal=True)
        x = _finish(shape, layer, x, attended)
    lengths = state.lengths[at].long()
    hidden = norm(x[torch.arange(len(rows), device=model.device), lengths - 1], talker.norm, shape.eps)
    state.hidden[at] = hidden
    token, _ = _draw_first(model, state, at, hidden)
    state.token[at] = token
    state.seen[at, token] = True


@torch.inference_mode()
def step(model: Model, state: State) -> None:
    """One frame for every active slot. See State for what changes."""
    active = state.active.clone()
    at = active.nonzero()[:, 0]
    if not len(at):
        return
    codes, x = _predict(model, state, at)
    frame = state.frame[at].long()
    state.codes[at, frame] = codes.int()
    hidden = _talk(model, state, at, x)
    state.hidden[at] = hidden
    state.lengths[at] += 1
    state.frame[at] += 1
    token, late = _draw_first(model, state, at, hidden)
    state.token[at] = token
    state.late[at] = late
    state.seen[at, token] = True
    state.active[at] = (token != model.config.codec_eos) & (state.frame[at] < state.whole[at, CAP])


class EagerDecoder:
    """`prefill` and `step` over one State, with the calls of graphs.FastDecoder."""

    def __init__(self, model: Model, state: State) -> None:
        self.model, self.state = model, state

    def prefill(self, rows: Sequence[int], prompts: Sequence[Prompt]) -> None:
        prefill(self.model, self.state, rows, prompts)

    def step(self, rows: int) -> int:
        """One frame for every active row; `rows` bounds where these are."""
        step(self.model, self.state)
        return rows

    def move(self, sources: Sequence[int], targets: Sequence[int]) -> None:
        """Put rows `sources` in place of rows `targets`, of which none is active; see `move_rows`."""
        move_rows(self.state, *torch.tensor([list(sources), list(targets)], device=self.model.device))

    def close(self) -> None:
        """Nothing is held but the state."""


@torch.inference_mode()
def move_rows(state: State, sources: Tensor, targets: Tensor) -> None:
    """Rows `sources` [N] int64 go on as rows `targets` [N], none of which is active. Their keys and values stay where
    they are: the rows change places."""
    moved = state.places[sources]
    state.places[sources] = state.places[targets]
    state.places[targets] = moved
    for field in fields(State):
        if field.name not in _STAY:
            tensor: Tensor = getattr(state, field.name)
            tensor[targets] = tensor[sources]
    state.active[sources] = False


class Snapshot:
    """Every row's `active`, `frame`, `token` and `late` after the steps so far, on their way to the host."""

    def __init__(self, state: State) -> None:
        self._rows = torch.stack([state.active.int(), state.frame, state.token.int(), state.late.int()])  # [4, B]
        self._copied: torch.cuda.Event | None = None
        if self._rows.is_cuda:
            # The copy is in the order of this device's stream, which need not be the current device's.
            stream = torch.cuda.current_stream(self._rows.device)
            host = torch.empty(self._rows.shape, dtype=self._rows.dtype, pin_memory=True)
            self._rows = host.copy_(self._rows, non_blocking=True)
            self._copied = torch.cuda.Event()
            self._copied.record(stream)

    def read(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """active, frame, token, late of every row; waits until they are here."""
        if self._copied is not None:
            self._copied.synchronize()
        active, frame, token, late = self._rows.tolist()
        return active, frame, token, late


def _draw_first(model: Model, state: State, at: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
    """Code 0 [R] of the next frame of rows `at`, from hidden [R, H], and whether top-k and top-p had left it out."""
    logits = linear(hidden, model.talker.head)
    frame, eos = state.frame[at], model.config.codec_eos
    whole, real = state.whole[at], state.real[at]
    scores = talker_scores(logits, state.seen[at], model.talker.allowed, real[:, PENALTY], frame, eos)
    seed, settings = whole[:, SEED], (real[:, TEMPERATURE], whole[:, TOP_K], real[:, TOP_P], whole[:, GREEDY] != 0)
    due = frame >= whole[:, DUE]
    if not due.any():
        return draw(scores, seed, frame, 0, *settings), due
    also = torch.zeros_like(scores, dtype=torch.bool)
    also[:, eos] = due
    token = draw(scores, seed, frame, 0, *settings, also)
    return token, left_out(token, scores, *settings)


def _predict(model: Model, state: State, at: Tensor) -> tuple[Tensor, Tensor]:
    """The frame's codes [R, 16] and the talker's next input [R, H] of rows `at`."""
    predictor, groups = model.predictor, model.config.groups
    whole, real = state.whole[at], state.real[at]
    settings = (
        real[:, PREDICTOR_TEMPERATURE],
        whole[:, PREDICTOR_TOP_K],
        real[:, PREDICTOR_TOP_P],
        whole[:, GREEDY] != 0,
    )
    seed, frame, token = whole[:, SEED], state.frame[at], state.token[at]
    hidden = state.hidden[at]
    if predictor.projection is not None:
        hidden = linear(hidden, predictor.projection, predictor.projection_bias)
    codes = [token]
    embeddings = [model.talker.codec_embedding[token]]
    x = torch.stack([hidden, predictor.folded_codec[token]], dim=1)  # [R, 2, P]: positions 0 and 1
    for group in range(1, groups):
        last = _pass(model, state, at, x, 0 if group == 1 else group)
        scores = linear(last, predictor.heads[group - 1]).float()
        code = draw(scores, seed, frame, group, *settings)
        codes.append(code)
        embeddings.append(predictor.embeddings[group - 1, code])
        x = predictor.folded[group - 1, code][:, None]  # [R, 1, P], at position group + 1
    return torch.stack(codes, dim=1), torch.stack(embeddings, dim=1).sum(1) + model.talker.tts_pad


def _pass(model: Model, state: State, at: Tensor, x: Tensor, start: int) -> Tensor:
    """The predictor over x [R, T, P], at positions from `start`; the last one's normed hidden state [R, P].

    The first pass has positions 0 and 1, each later one a single position.
    """
    predictor, shape = model.predictor, model.config.predictor
    end = start + x.shape[1]
    cos, sin = predictor.cos[None, None, start:end], predictor.sin[None, None, start:end]
    for number, layer in enumerate(predictor.layers):
        q, k, v = _project(shape, layer, x, cos, sin)
        state.predictor_keys[number, at, :, start:end] = k
        state.predictor_values[number, at, :, start:end] = v
        keys, values = state.predictor_keys[number, at, :, :end], state.predictor_values[number, at, :, :end]
        attended = attend(q, keys, values, is_causal=start == 0)
        x = _finish(shape, layer, x, attended)
    return norm(x[:, -1], predictor.norm, shape.eps)


def _talk(model: Model, state: State, at: Tensor, x: Tensor) -> Tensor:
    """The talker over one new position of rows `at`, from x [R, H]; returns its normed hidden state [R, H]."""
    talker, shape = model.talker, model.config.talker
    x = x[:, None]  # [R, 1, H]
    where, places = state.lengths[at].long(), state.places[at]
    cos, sin = talker.cos[where][:, None, None], talker.sin[where][:, None, None]  # [R, 1, 1, HD]
    end = int(where.max()) + 1
    mask = (torch.arange(end, device=x.device)[None] <= where[:, None])[:, None, None]  # [R, 1, 1, end]
    for number, layer in enumerate(talker.layers):
        q, k, v = _project(shape, layer, x, cos, sin)
        keys, values = state.caches[number].extended(places, where[:, None], k, v, end)
        attended = attend(q, keys, values, attn_mask=mask)
        x = _finish(shape, layer, x, attended)
    return norm(x[:, 0], talker.norm, shape.eps)


def _project(shape: Shape, layer: Layer, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """q [R, NH, T, HD], k and v [R, KVH, T, HD] of x [R, T, H], normed and rotated."""
    rows, length, _ = x.shape
    joined = linear(norm(x, layer.norm1, shape.eps), layer.qkv).view(rows, length, -1, shape.head_dim)
    q, k, v = joined.split([shape.heads, shape.kv_heads, shape.kv_heads], dim=2)
    q = rotate(norm(q, layer.q_norm, shape.eps).transpose(1, 2), cos, sin)
    k = rotate(norm(k, layer.k_norm, shape.eps).transpose(1, 2), cos, sin)
    return q, k, v.transpose(1, 2)


def _finish(shape: Shape, layer: Layer, x: Tensor, attended: Tensor) -> Tensor:
    """The rest of a layer: attended [R, NH, T, HD] into the residual x [R, T, H], then the MLP."""
    rows, length, _ = x.shape
    x = x + linear(attended.transpose(1, 2).reshape(rows, length, -1), layer.o)
    gate, up = linear(norm(x, layer.norm2, shape.eps), layer.gate_up).chunk(2, dim=-1)
    return x + linear(silu(gate) * up, layer.down)


def norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    """RMSNorm over the last dimension: in float32, rounded before the weight."""
    wide = x.float()
    wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + eps)
    return weight * wide.to(x.dtype)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position embedding of x [..., HD]; cos and sin broadcast to it."""
    left, right = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-right, left], dim=-1) * sin
