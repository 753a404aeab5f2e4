"""A class too large for one machine: a Dask cluster behind the interface of concurrent.futures.

The machines of the cluster need the same environment and course folder at the same place, and the same walls.
"""

from __future__ import annotations

from distributed import Client
from distributed.cfexecutor import ClientExecutor

from autograder.course.verdicts import CourseError
from autograder.grading.processes import watched

CONNECT_SECONDS = 10


class ClusterExecutor(ClientExecutor):
    """An executor on the cluster at `address` ("tcp://host:port"); its connection closes with it."""

    def __init__(self, address: str):
        try:
            self._connection = Client(address, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            fix = "Start one with `dask scheduler`, or give --cluster '' to grade on this machine."
            raise CourseError(f"no Dask scheduler answers: {error}.", address, fix) from error
        super().__init__(self._connection)

    def submit(self, function, /, *arguments, **keywords):
        """Have a call made on one of the cluster's machines, watched there as on this one."""
        return super().submit(watched, function, *arguments, **keywords)

    def shutdown(self, wait: bool = True, cancel_futures: bool = False) -> None:
        super().shutdown(wait=wait)  # Dask has no cancel_futures
        self._connection.close()
