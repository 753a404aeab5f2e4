"""Walking through the list of exercises: up, down, a search for part of a name."""

from __future__ import annotations

from autograder.desk.keys import DELETE, DOWN, ESCAPE, RETURN, UP


class Walk:
    """Which exercise of the list is chosen, as UNIT/NAME, and the words of a search, None without one."""

    def __init__(self, paths: list[str], chosen: str):
        self.paths, self.chosen, self.words = paths, chosen, None

    @property
    def found(self) -> list[str]:
        """The exercises that are walked through: all, or those with the searched words in their path."""
        return [path for path in self.paths if (self.words or "").lower() in path.lower()]

    def takes(self, key: str) -> bool:
        """Return whether a key belongs to the list, and do what it asks for."""
        if key in (UP, DOWN):
            self._step(-1 if key == UP else 1)
        elif self.words is None:
            if key != "/":
                return False
            self.words = ""
        elif key == ESCAPE:
            self.words = None
        elif key == RETURN or not (key == DELETE or key.isprintable()):
            return False
        else:
            self.words = self.words[:-1] if key == DELETE else self.words + key
            if self.chosen not in self.found and self.found:
                self.chosen = self.found[0]
        return True

    def _step(self, by: int) -> None:
        found = self.found
        if found:
            place = found.index(self.chosen) + by if self.chosen in found else 0
            self.chosen = found[min(max(place, 0), len(found) - 1)]
