"""A filter's tree, held within bounds before anybody walks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pygeofilter import ast

DEEPEST = 20
MOST_NODES = 200
Node = Any
"""A node of pygeofilter's tree, or a plain value."""


class FilterError(ValueError):
    """The filter cannot be used; the message says what is wrong with it, for the one who wrote it."""


def too_deep() -> FilterError:
    """The refusal of a filter that is nested deeper than anybody needs."""
    return FilterError(f"It is nested deeper than {DEEPEST} levels.")


def demand_bounded(tree: Node) -> None:
    """Raises FilterError for a tree with too many nodes or levels."""
    if sum(1 for _ in nodes(tree)) > MOST_NODES:
        raise FilterError(f"It has more than {MOST_NODES} parts.")
    if _depth(tree) > DEEPEST:
        raise too_deep()


def parts_of(node: Node) -> list[Node]:
    """What a node of the tree is made of."""
    if isinstance(node, ast.In):
        return [node.lhs, *node.sub_nodes]
    return list(node.get_sub_nodes()) if isinstance(node, ast.Node) else []


def nodes(tree: Node) -> Iterator[Node]:
    """Every node of the tree, the tree itself first."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += parts_of(node)


def _depth(tree: Node) -> int:
    """Levels of nesting; a chain of ANDs (or of ORs) is one level, however long."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        chained = isinstance(node, ast.Combination)
        waiting += [(part, level if chained and type(part) is type(node) else level + 1) for part in parts_of(node)]
    return deepest
