"""Holds NumPy to one thread in a process that imports this before it: a grading process has one core to itself.

With more, its threads wait for each other, busily: a product of large matrices took twice the processor time.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
