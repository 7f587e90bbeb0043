"""Sampling of codes: upstream's processors in upstream's order, with draws that have an address.

Random bits come from a counter, not from a stream: code g of frame f of a request is drawn
with Philox(key = the request's seed, counter = (id, f, g, 0)), one word for each id that
could be drawn. So a line sounds the same in any batch, slot or order, and a kernel can
make the same bits without having seen the draws before.

The draw is Gumbel's: the id with the largest score + noise has softmax's own distribution.

End-of-speech may lie outside the top 50, frame after frame, and then upstream's line runs to its cap.
Here it is among the candidates from a line's `due` frame on (prompt.due_frame), whatever its rank,
with the weight exp(score / temperature) that every candidate has.
"""

import torch
from torch import Tensor

# A slot's settings lie side by side, whole numbers in one tensor and real ones in another: these are their columns.
WHOLE = ("seed", "cap", "due", "top_k", "predictor_top_k", "greedy")
SEED, CAP, DUE, TOP_K, PREDICTOR_TOP_K, GREEDY = range(len(WHOLE))
REAL = ("temperature", "top_p", "repetition_penalty", "predictor_temperature", "predictor_top_p")
TEMPERATURE, TOP_P, PENALTY, PREDICTOR_TEMPERATURE, PREDICTOR_TOP_P = range(len(REAL))

MIN_FRAMES = 2  # upstream's min_new_tokens: no line ends before its third code
_MASK = 0xFFFFFFFF
_ROUND = (0xD2511F53, 0xCD9E8D57)
_KEY = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10


def talker_scores(logits: Tensor, seen: Tensor, allowed: Tensor, penalty: Tensor, frame: Tensor, eos: int) -> Tensor:
    """Scores [B, V] float32 of code 0 before warping.

    logits [B, V]; seen [B, V] bool, ids drawn so far; allowed [V] bool; penalty [B] float32;
    frame [B], the index of the frame that the code opens.
    """
    scores = logits.float()
    penalty = penalty[:, None]
    scores = torch.where(seen, torch.where(scores < 0, scores * penalty, scores / penalty), scores)
    never = torch.zeros_like(seen)
    never[:, eos] = frame < MIN_FRAMES
    return scores.masked_fill(never | ~allowed, -torch.inf)


def draw(
    scores: Tensor,
    seed: Tensor,
    frame: Tensor,
    codebook: int,
    temperature: Tensor,
    top_k: Tensor,
    top_p: Tensor,
    greedy: Tensor,
    also: Tensor | None = None,
) -> Tensor:
    """One id a row [B] int64, from scores [B, V] float32.

    seed, frame, top_k (0: all) [B] integer; temperature, top_p [B] float32; greedy [B] bool. also [B, V] bool:
    ids that stay beside those of top-k and top-p, each by its own weight; none is upstream's rule.
    """
    best = scores.argmax(-1)
    if greedy.all():
        return best
    scores = scores / temperature[:, None]
    noise = gumbel(seed, frame, codebook, scores.shape[-1])
    stays = kept(scores, top_k, top_p)
    if also is not None:
        stays |= also
    drawn = torch.where(stays, scores + noise, -torch.inf).argmax(-1)
    return torch.where(greedy, best, drawn)


def left_out(
    token: Tensor, scores: Tensor, temperature: Tensor, top_k: Tensor, top_p: Tensor, greedy: Tensor
) -> Tensor:
    """The rows whose `token` [B] top-k and top-p would not have kept [B] bool; the rest is as `draw` had it."""
    return ~kept(scores / temperature[:, None], top_k, top_p).gather(-1, token[:, None])[:, 0] & ~greedy


def kept(scores: Tensor, top_k: Tensor, top_p: Tensor) -> Tensor:
    """The ids that stay after top-k, then top-p [B, V] bool. Ids tied with the last one kept stay too."""
    size = scores.shape[-1]
    ordered = scores.sort(-1).values  # ascending, as upstream sums
    k = torch.where(top_k > 0, top_k, size).clamp(max=size).long()
    kth = ordered.gather(-1, (size - k)[:, None])
    ordered = ordered.masked_fill(ordered < kth, -torch.inf)
    below = ordered.softmax(-1).cumsum(-1) <= (1 - top_p)[:, None]
    below &= (top_p < 1)[:, None]
    below[:, -1] = False
    least = ordered.masked_fill(below, torch.inf).amin(-1, keepdim=True)
    return scores >= torch.maximum(least, kth)


def gumbel(seed: Tensor, frame: Tensor, codebook: int, size: int) -> Tensor:
    """Gumbel noise [B, size] float32 for the ids 0 to size - 1 of one code of one frame; seed, frame [B]."""
    ids = torch.arange(size, device=seed.device)[None, :]
    word = philox(seed[:, None], ids, frame[:, None].long(), torch.full_like(ids, codebook))
    # 23 bits and a half: exact in float32, never 0 and never 1.
    uniform = ((word >> 9).float() + 0.5) * 2.0**-23
    return -torch.log(-torch.log(uniform))


def philox(seed: Tensor, c0: Tensor, c1: Tensor, c2: Tensor, c3: Tensor | None = None) -> Tensor:
    """The first word of Philox4x32-10 (Salmon et al., 2011), as int64 in [0, 2^32).

    seed: int64, its low and high halves are the key; c0 to c3: int64 counters below 2^32. All broadcast.
    """
    k0, k1 = seed & _MASK, (seed >> 32) & _MASK
    c3 = torch.zeros_like(c2) if c3 is None else c3
    for _ in range(_ROUNDS):
        # A product of two 32-bit words wraps in int64, which keeps all of its 64 bits.
        left, right = c0 * _ROUND[0], c2 * _ROUND[1]
        c0 = ((right >> 32) & _MASK) ^ c1 ^ k0
        c1 = right & _MASK
        c2 = ((left >> 32) & _MASK) ^ c3 ^ k1
        c3 = left & _MASK
        k0, k1 = (k0 + _KEY[0]) & _MASK, (k1 + _KEY[1]) & _MASK
    return c0
