"""Compile every launch of every kernel for six kinds of cards, none of which is needed, and say what each takes.

    python benchmarks/kernels.py [--workers 2]

Both released sizes, as the engine launches them; six minutes of one core.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.qwen.compiled import SHARED_KIB, Compiled, compile_kernels


def main() -> None:
    parser = argparse.ArgumentParser(description="Shared memory of every kernel on cards that are not here.")
    parser.add_argument("--workers", type=int, default=2)
    with ProcessPoolExecutor(parser.parse_args().workers, get_context("spawn")) as pool:
        everything = dict(zip(SHARED_KIB, pool.map(compile_kernels, SHARED_KIB), strict=True))
    print(
        "| kernel | " + " | ".join(f"{major}.{minor} ({KIB} KiB)" for (major, minor), KIB in SHARED_KIB.items()) + " |"
    )
    print("| --- |" + " --- |" * len(SHARED_KIB))
    for name in sorted({kernel.kernel for found in everything.values() for kernel in found}):
        print(f"| {name} | " + " | ".join(most(found, name) for found in everything.values()) + " |")
    for card, found in everything.items():
        assert all(kernel.shared <= SHARED_KIB[card] << 10 for kernel in found), card


def most(found: list[Compiled], name: str) -> str:
    """How many variants of a kernel there are, and the largest one's shared memory in KiB."""
    own = [kernel.shared for kernel in found if kernel.kernel == name]
    return f"{len(own)}: {max(own) / 1024:.1f}"


if __name__ == "__main__":
    main()
