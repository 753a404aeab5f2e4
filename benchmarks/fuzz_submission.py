"""Fuzz the door of the grader: 5,000 notebooks with changed structure and 5,000 with damaged bytes.

Every one of them must give a Submission or a Rejected. Runs the fuzz tests of
tests/submissions/test_submission.py with more examples: `python benchmarks/fuzz_submission.py [EXAMPLES_OF_EACH]`.
"""

from __future__ import annotations

import sys

from _fuzzing import fuzz

KINDS = 2  # structure, bytes


def main(examples: int = 5_000) -> int:
    """Run the fuzz tests and print their number and duration; return pytest's exit status."""
    return fuzz(["tests/submissions/test_submission.py", "-k", "surprise"], examples, f"{KINDS * examples} notebooks")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
