"""A change to a JSON document, written down: operations (RFC 6902) or a merge patch (RFC 7396)."""

import copy
from typing import Any

from app.errors import Finding, InvalidInput

OPERATIONS = ("add", "remove", "replace", "move", "copy", "test")
MOST_OPERATIONS = 1000


def patched(document: dict[str, Any], patch: Any) -> dict[str, Any]:
    """A changed copy: a list is applied operation by operation, an object is merged in.

    Raises InvalidInput that names the operation which cannot be applied.
    """
    if isinstance(patch, dict):
        result = _merged(document, patch)
    elif isinstance(patch, list) and len(patch) <= MOST_OPERATIONS:
        result = copy.deepcopy(document)
        for position, operation in enumerate(patch):
            try:
                result = _applied(result, operation)
            except (KeyError, IndexError, ValueError, TypeError) as impossible:
                raise _refused(f"patch.{position}", f"cannot be applied: {impossible}.") from None
    else:
        raise _refused("patch", f"is neither an object nor a list of at most {MOST_OPERATIONS} operations.")
    if not isinstance(result, dict):
        raise _refused("patch", "leaves something that is not an object.")
    return result


def _merged(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value)
    return merged


def _applied(document: Any, operation: dict[str, Any]) -> Any:
    kind, path = operation["op"], _steps(operation["path"])
    if kind not in OPERATIONS:
        raise ValueError("no such operation")
    if kind in ("add", "replace", "test"):
        value = copy.deepcopy(operation["value"])
    elif kind in ("move", "copy"):
        origin = _steps(operation["from"])
        value = copy.deepcopy(_found(document, origin))
        if kind == "move":
            document = _removed(document, origin)
    if kind == "test":
        if _found(document, path) != value:
            raise ValueError("the value tested for is not there")
        return document
    if kind in ("remove", "replace"):
        document = _removed(document, path) if path else None
    return document if kind == "remove" else _added(document, path, value)


def _steps(pointer: str) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise ValueError("a path starts with /")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _found(document: Any, path: list[str]) -> Any:
    for step in path:
        document = document[_place(document, step)]
    return document


def _place(container: Any, step: str) -> Any:
    if isinstance(container, list):
        if not step.isdigit():
            raise ValueError("a place in a list is a number")
        return int(step)
    if not isinstance(container, dict):
        raise TypeError("the path leads through a plain value")
    return step


def _removed(document: Any, path: list[str]) -> Any:
    container = _found(document, path[:-1])
    del container[_place(container, path[-1])]
    return document


def _added(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    container = _found(document, path[:-1])
    if isinstance(container, list):
        at = len(container) if path[-1] == "-" else _place(container, path[-1])
        if at > len(container):
            raise IndexError("the place is beyond the list's end")
        container.insert(at, value)
    else:
        container[_place(container, path[-1])] = value
    return document


def _refused(where: str, problem: str) -> InvalidInput:
    return InvalidInput(
        "The patch cannot be applied.",
        [Finding(where, problem, "Write it as RFC 6902 operations or as a merge patch.")],
    )
