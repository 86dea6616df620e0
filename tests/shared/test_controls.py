"""The controls keep up with the code that they break; `make controls` runs them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.controls.run import HERE, ROOT, applies, named_test

PATCHES = sorted(HERE.glob("*.patch"))


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_a_control_fits_the_code_and_names_a_test_that_is_there(patch: Path) -> None:
    file, _, name = named_test(patch).partition("::")

    assert applies(patch)
    assert re.search(rf"^def {name.partition('[')[0]}\(", (ROOT / file).read_text(encoding="utf-8"), re.M)
