"""JSON is read strictly, written canonically, and a file is written whole or not at all."""

from pathlib import Path

import pytest

from app import json_text
from app.errors import InvalidInput


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', "[NaN]", "[-Infinity]", "[1e999]", "[" * 70 + "]" * 70, "{", "\ud800"]
)
def test_what_two_readers_could_read_differently_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        json_text.parse(text.encode("utf-8", "surrogatepass"), called="scenario")
    assert refused.value.findings[0].where.startswith("scenario")


def test_the_order_of_keys_does_not_change_the_hash() -> None:
    assert json_text.sha256({"a": 0.1, "b": [1]}) == json_text.sha256({"b": [1], "a": 0.1})


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    json_text.write_whole(tmp_path / "outcome.json", {"a": 1})
    with pytest.raises(ValueError, match="JSON compliant"):
        json_text.write_whole(tmp_path / "outcome.json", {"a": float("nan")})
    assert json_text.read_object(tmp_path / "outcome.json") == {"a": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["outcome.json"]
