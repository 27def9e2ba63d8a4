"""Messages quote what was given, but never all of a long text."""

import pickle

import pytest

import tropical
from polytopes.errors import FileFormatError, InputError, LimitReached, ToolkitError

LONG = 100_000 * "z"


@pytest.mark.parametrize(
    "asked",
    [
        lambda: tropical.load(LONG),
        lambda: tropical.parse(f"max({LONG}, y)"),
        lambda: tropical.MaxPooling(LONG, 2),
        lambda: tropical.Network.from_weights([([[1]], [0])], activation=LONG),
        lambda: tropical.DataSet.of([[LONG]]),
    ],
)
def test_long_texts_are_not_quoted_in_full(asked) -> None:
    with pytest.raises(InputError) as caught:
        asked()
    assert "zzz" in str(caught.value) and len(str(caught.value)) < 2_100


@pytest.mark.parametrize("kind", [ToolkitError, InputError, FileFormatError])
def test_short_messages_stay(kind: type[ToolkitError]) -> None:
    error = kind("3 terms; give 2")
    assert str(error) == "3 terms; give 2" and str(pickle.loads(pickle.dumps(error))) == str(error)


def test_both_ends_of_a_long_message_stay() -> None:
    message = str(ToolkitError("file.json: " + LONG + "; give another"))
    assert message.startswith("file.json: zzz") and message.endswith("zzz; give another")


def test_a_limit_keeps_what_was_found() -> None:
    assert LimitReached("stopped", partial=3).partial == 3
