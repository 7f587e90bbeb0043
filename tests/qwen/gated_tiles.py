"""Tiles of gated products of every kind: of one, two and three consumers, that share a tile or take turns."""

from narrate.engine.qwen.kernels.gated import Tile

GATED_TILES = (
    Tile(64, (16, 8), 15),
    Tile(64, (128, 0), 4, 2),
    Tile(64, (64, 32), 4, 3),
    Tile(128, (64, 32), 3, 2),
    Tile(64, (128, 0), 5, 2, turns=True),
)
