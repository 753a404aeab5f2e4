"""What other packages import on the way and nobody needs here: together it takes longer than most commands do."""

import sys
from types import ModuleType

# jsonschema, with which nbformat looks at notebooks, compiles a grammar of web addresses, and loads a calendar, for
# formats that no notebook has. jupytext loads Jupyter's server to be one of its extensions. Both do without what is not
# installed.
NOT_INSTALLED = ("rfc3987_syntax", "isoduration", "jupytext.contentsmanager", "jupytext.async_contentsmanager",
                 "jupytext.sync_contentsmanager")
# So does nbgrader, for each of its pages.
EXTENSIONS = tuple(f"nbgrader.server_extensions.{name}" for name in (
    "assignment_list", "course_list", "formgrader", "validate_assignment"))


def leave_out() -> None:
    """Let this process import none of it. For a program that serves no page, before its imports."""
    for name in NOT_INSTALLED:
        sys.modules.setdefault(name, None)
    for name in EXTENSIONS:
        unserved = ModuleType(name, "A page that this process does not serve.")
        unserved.load_jupyter_server_extension = None
        sys.modules.setdefault(name, unserved)
