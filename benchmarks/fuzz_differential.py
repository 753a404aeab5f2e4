"""Fuzz what strangers reach, each reader beside another way to the same answer: 10,000 examples of each test.

Notebooks beside nbformat, zips beside what was packed, names beside the rules of a folder, frames of the wire beside
themselves, comparisons beside a loop over the entries: `python benchmarks/fuzz_differential.py [EXAMPLES_OF_EACH]`.
"""

from __future__ import annotations

import sys

from _fuzzing import fuzz


def main(examples: int = 10_000) -> int:
    """Run the fuzz tests and print how long they took; return pytest's exit status."""
    return fuzz(["-n", "0", "tests/attacks/test_fuzz.py"], examples, f"{examples} examples of each")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
