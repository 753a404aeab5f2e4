"""Joins what a cell prints in several pieces.

On a busy machine a printed line may reach the notebook in two pieces. MyST-NB would end each piece with a new
line of its own, so the same cell would look different from build to build.
"""

from myst_nb.core import render


def join_streams(outputs):
    """Return the outputs of a cell with all its printed text, per stream, in one piece where it began."""
    joined, streams = [], {}
    for output in outputs:
        if output["output_type"] != "stream":
            joined.append(output)
        elif output["name"] in streams:
            streams[output["name"]]["text"] += output["text"]
        else:
            streams[output["name"]] = output.copy()
            joined.append(streams[output["name"]])
    return joined


def setup(app):
    render.coalesce_streams = join_streams
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
