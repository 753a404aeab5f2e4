"""The processes of this machine that grade. Nothing heavy is imported here, so that they can be started first."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import forkserver

from autograder.grading.stopping import end_with_parent, sigint_blocked


def process_pool(workers: int) -> Executor:
    """Return an executor of `workers` processes that have the engine loaded before the first submission comes."""
    return ProcessPoolExecutor(workers, mp_context=engine_context(), initializer=end_with_parent)


def start_loading() -> None:
    """Let another process load the engine, while this one reads what there is to grade."""
    engine_context()
    with sigint_blocked():
        forkserver.ensure_running()


def engine_context():
    """Return the way in which grading processes start: each is a copy of one that has loaded the engine."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["autograder.grading.judge"])
    return context


def default_workers(memory_mib: int) -> int:
    """Return how many submissions to grade at once: one a core, and no more than fit into memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        machine_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (AttributeError, ValueError, OSError):
        return cores
    return max(1, min(cores, machine_mib // (memory_mib + 256)))
