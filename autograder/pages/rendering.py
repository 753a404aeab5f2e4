"""The templates of everything that is read in a browser: escaped, and made visible where text comes from others."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.course.text import one_line, visible


def render(template: str, **values) -> str:
    """Return the text of a template in templates/."""
    return environment().get_template(template).render(values)


@lru_cache
def environment() -> Environment:
    """Return the Jinja environment: autoescape on, a missing name is an error."""
    made = Environment(loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True,
                       undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"visible": visible, "one_line": one_line}
    return made
