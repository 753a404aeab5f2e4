"""Who is meant: what a course system calls a person -> the student's id.

Without a roster a person is called as the system says. With one, whoever is not on it is nobody.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cached_property


class People:
    """The students of a roster, found by id, number, address, full name, or the number of Moodle's worksheet.

    identifiers: Moodle's number -> the words of its worksheet for that person (address and full name).
    repositories: the names of all that were handed in.
    """

    def __init__(self, roster: Mapping[str, Mapping[str, str]] | None = None,
                 identifiers: Mapping[str, tuple[str, ...]] | None = None, repositories: Collection[str] = ()):
        self.repositories = repositories
        self.roster, self._identifiers = roster or {}, identifiers or {}
        self._ids = {composed(student): student for student in self.roster}
        self._numbers = {columns["lms_user_id"]: student for student, columns in self.roster.items()
                         if columns.get("lms_user_id")}
        self._addresses = {columns["email"].casefold(): student for student, columns in self.roster.items()
                           if columns.get("email")}
        self._names: dict[str, set[str]] = defaultdict(set)
        self._users: dict[str, set[str]] = defaultdict(set)  # by user name: the id, the address, or its front
        for student, columns in self.roster.items():
            address = columns.get("email", "")
            for word in filter(None, (student, address, address.partition("@")[0])):
                self._users[composed(word).casefold()].add(student)
            first, last = columns.get("first_name", ""), columns.get("last_name", "")
            for words in (first + last, last + first):
                if first and last:
                    self._names[letters(words)].add(student)

    def has(self, name: str) -> bool:
        """Return whether the roster has this id."""
        return composed(name) in self._ids

    def means(self, system, owner) -> bool:
        """Return whether a system's words are those of somebody on the roster, or of several."""
        try:
            return system.who(owner, self) in self.roster
        except ValueError:
            return False

    def by_id(self, name: str) -> str:
        """Return the student with this id; raise ValueError with the nearest one if the roster has none."""
        name = composed(name.strip())
        if not self.roster or name in self._ids:
            return self._ids.get(name, name)
        near = get_close_matches(name, self._ids, n=1)
        raise ValueError(f"{name} is not on the roster{f'; did you mean {near[0]}?' if near else ''}")

    def by_number(self, number: str) -> str:
        """Return the student with a course system's own number, or ""."""
        return self._numbers.get(number, "")

    def by_words(self, words: tuple[str, ...]) -> str:
        """Return the student with the first of these that says one: number, id, address, full name.

        Without a roster the first word is the student's name.
        """
        for word in words if self.roster else ():
            student = (self._numbers.get(word) or self._ids.get(composed(word))
                       or self._addresses.get(word.casefold()))
            if student:
                return student
        return self.by_name(words[-1]) if self.roster else self.by_id(words[0])

    def by_identifier(self, number: str, name: str = "") -> str:
        """Return the student for whom Moodle's worksheet has this number, or "".

        name: what a folder calls the person; "" where names are hidden. The number of a group can be a person's, too.
        """
        words = self._identifiers.get(number, ())
        called = {letters(ending) for ending in endings(name, "-")}
        return self.by_words(words) if words and (not name or called & set(map(letters, words))) else ""

    def by_name(self, name: str, groups: bool = False) -> str:
        """Return the only student with this full name, in either order.

        groups: also if the name follows a group's name and a hyphen. Raises ValueError where there are several or none.
        """
        if not self.roster:
            return composed(" ".join(name.split()))
        names = endings(name, "-") if groups else [name]
        found = {student for word in names for student in self._names.get(letters(word), ())}
        if len(found) == 1:
            return found.pop()
        if found:
            raise ValueError(f"{' and '.join(sorted(found))} on the roster are both called {name}; what tells them "
                             "apart is a number of the course system (lms_user_id) or Moodle's worksheet (--worksheet)")
        return self.by_id(name)

    def by_ending(self, text: str, separator: str, shorter: str = "") -> str:
        """Return the only student whose id, address, or its front, is the text or its end after a separator.

        shorter: another form of the text. Returns "" without a roster. Raises ValueError where there are several or
        none.
        """
        if not self.roster:
            return ""
        words = {composed(ending).casefold() for form in (text, shorter) for ending in endings(form, separator)}
        found = {student for word in words for student in self._users.get(word, ())}
        if len(found) > 1:
            raise ValueError(f"its name {text} may end in {' or '.join(sorted(found))}; both are on the roster")
        return found.pop() if found else self.by_id(text)


    def before(self, text: str, separator: str) -> str:
        """Return what stands before the longest end of a text that says somebody on the roster."""
        found = (ending for ending in endings(text, separator) if composed(ending).casefold() in self._users)
        return text.removesuffix(next(found, text))

    @cached_property
    def assignments(self) -> set[str]:
        """What stands before the user in the names of all repositories."""
        return {self.before(name, "-") for name in self.repositories} - {""}


def endings(text: str, separator: str) -> list[str]:
    """Return a text, and what is left of it after each separator."""
    parts = text.split(separator)
    return [separator.join(parts[number:]) for number in range(len(parts))]


def composed(name: str) -> str:
    """Return a name with its accents composed (NFC), so that one name is one text."""
    return unicodedata.normalize("NFC", name)


def letters(name: str) -> str:
    """Return what stays of a full name in any system: its letters and digits, without case, space and marks.

    A name without any, an emoji, stays as it is.
    """
    name = composed(name).casefold()
    return "".join(character for character in name if unicodedata.category(character)[0] in "LNM") or name
