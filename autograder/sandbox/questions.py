"""Functions of the judge that were passed to the student's code: numbered on the wire, answered when it asks."""

from __future__ import annotations

from autograder.checking.sizes import ASKED_ENTRIES, require_size
from autograder.sandbox import wire
from autograder.sandbox.process import WorkerGone

PASSED = "an argument that your code gives to the function"


class Questions:
    """What one worker may ask its judge for."""

    def __init__(self, session):
        self.session, self.functions = session, []

    def replace(self, item):
        """Return what stands on the wire for an argument that is no plain value."""
        if hasattr(type(item), "_on_wire"):
            return item._on_wire(self.session.worker)
        if not callable(item):
            return None
        if not any(item is known for known in self.functions):
            self.functions.append(item)
        return wire.Callback(next(i for i, known in enumerate(self.functions) if known is item))

    def answer(self, question):
        """Return the message with the value of one of the judge's own functions."""
        number, arguments, keywords = (question.get(key) for key in ("callback", "arguments", "keywords"))
        if not (type(number) is int and 0 <= number < len(self.functions) and type(arguments) is tuple
                and type(keywords) is dict and all(type(key) is str for key in keywords)):
            raise WorkerGone("protocol", "a question about no function of the judge")
        try:
            require_size([arguments, keywords], PASSED, most=ASKED_ENTRIES)
            value = self.functions[number](*self.session.wrap(arguments, PASSED),
                                           **self.session.wrap(keywords, PASSED))
            wire.encode(value, self.replace)
            return {"request": "result", "value": value}
        except Exception as error:  # whatever a check's function raises is for the check, after the call
            self.session.raised = self.session.raised or error
            return {"request": "failed"}
