"""Settings come from the environment or a file, and a missing or wrong one stops the start."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.settings import Settings, SettingsMissing, load


@dataclass(frozen=True, kw_only=True)
class Example(Settings):
    secret: str
    wait: float = 1.0
    names: tuple[str, ...] = ()
    strict: bool = False


def test_values_are_read_with_their_types() -> None:
    got = load(Example, {"SERVICE": "x", "SECRET": "s", "WAIT": "2.5", "NAMES": "a, b", "STRICT": "true"})

    assert (got.secret, got.wait, got.names, got.strict) == ("s", 2.5, ("a", "b"), True)


def test_a_secret_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")

    assert load(Example, {"SERVICE": "x", "SECRET_FILE": str(tmp_path / "secret")}).secret == "from a file"


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"SERVICE": "x"}, "SECRET"),
        ({"SERVICE": "x", "SECRET": "s", "WAIT": "soon"}, "WAIT"),
        ({"SERVICE": "x", "SECRET": "s", "STRICT": "perhaps"}, "STRICT"),
        ({"SERVICE": "x", "SECRET_FILE": "/nowhere/secret"}, "SECRET_FILE"),
        ({"SERVICE": "x", "SECRET": "s", "FAILPOINT": "x"}, "FAILPOINT"),
    ],
)
def test_a_missing_or_wrong_setting_stops_the_start_by_name(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsMissing, match=sentence):
        load(Example, environ)
