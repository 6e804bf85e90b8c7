"""What the abstract tests look at: the layers of one plan."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from tests.e2e.conftest import Solved
from tests.e2e.service import Answer, Service


@dataclass(frozen=True)
class Layers:
    """The layers of a workspace as a client walks them; `run_id` names a plan that has all of them."""

    service: Service
    run_id: str

    def get(self, path: str, **headers: str) -> Answer:
        """An answer below the workspace, or at an address found in a link."""
        return self.service.call("GET", path.removeprefix(self.service.address), **headers)

    def layer(self, kind: str = "areas") -> str:
        """The path of one layer of the plan."""
        return f"/collections/run-{self.run_id}-{kind}"

    def items(self, query: str = "", kind: str = "areas") -> Any:
        """A page of features."""
        answer = self.get(f"{self.layer(kind)}/items?{query}")
        assert answer.status == 200, answer.body
        return answer.json

    def filtered(self, text: str, kind: str = "areas", **more: str) -> list[Any]:
        """The features that meet a filter."""
        rest = "".join(f"&{name.replace('_', '-')}={quote(value)}" for name, value in more.items())
        features: list[Any] = self.items(f"limit=10000&filter={quote(text)}{rest}", kind)["features"]
        return features


@pytest.fixture(scope="session")
def layers(service: Service, solved: Solved) -> Layers:
    """The layers of the made-up region's plan."""
    return Layers(service, solved.run_id)


def links(document: Any) -> dict[str, list[Any]]:
    """The links of an answer by their relation."""
    found: dict[str, list[Any]] = {}
    for link in document["links"]:
        assert {"href", "rel", "type"} <= set(link)
        found.setdefault(link["rel"], []).append(link)
    return found
