"""Does a mistake cost the same whatever the batch secret? `python benchmarks/luck.py [UNIT ...]` prints what varies.

Each misconception of the course is put to the hidden checks under 100 secrets. Target: none varies. A few minutes.
"""

import sys
from collections import Counter

from autograder.authoring.luck import points_by_secret
from autograder.authoring.under_test import UnitUnderTest
from autograder.course.units import Course

SECRETS = 100


def main(names: list[str]) -> int:
    """Print every misconception whose points vary, with how often it gets how many; return 1 if there is one."""
    course, count, lucky = Course.find(), 0, 0
    for unit in [course.unit(name) for name in names] or course.units.values():
        for wrong, points in points_by_secret(UnitUnderTest(course, unit), SECRETS) if unit.graded else ():
            count += 1
            if len(set(points)) > 1:
                lucky += 1
                times = ", ".join(f"{often} times {value:g}" for value, often in sorted(Counter(points).items()))
                print(f"{unit.name} {wrong.exercise} {wrong.name!r}: {times} points", flush=True)
    print(f"{lucky} of {count} misconceptions cost more under some of {SECRETS} secrets than under others")
    return int(lucky > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
