"""Pictures of every page in build/screenshots, to be looked at: `pytest tests/browser/screenshots.py`.

No part of the tests: pytest runs a file of this name only when it is asked to.
"""

from itertools import product
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "build" / "screenshots"


@pytest.mark.parametrize(("width", "mode"), product((360, 768, 1440), ("light", "dark")))
def test_pictures_of_every_page(site, served, new_tab, width, mode):
    FOLDER.mkdir(parents=True, exist_ok=True)
    tab = new_tab(width, mode)
    for built in sorted(site.glob("*.html")):
        page = tab.open(f"{served}/{built.name}")
        page.screenshot(path=FOLDER / f"{built.stem}-{width}-{mode}.png", full_page=True)
