"""What findings were seen by, as JSON: ids, dates, a path; by the code of the finding."""

from collections.abc import Sequence
from typing import TypedDict

from content.coverage.export import ShareJSON

MOST_IDS = 100  # ``count`` says how many there are


class PathStepJSON(TypedDict):
    """A node of a walk; without an asset a place where readers are by no text."""

    stage: str | None
    asset: str | None
    title: str | None


class EditionKeyJSON(TypedDict):
    """An edition by its asset, language and number."""

    asset: str
    locale: str
    number: int


# ``from`` is a keyword of Python's, so these two cannot be written as a class.
_Span = TypedDict("_Span", {"from": str, "until": str | None}, total=False)


class Evidence(_Span, total=False):
    """What findings were seen by. Each code has some of these; all that name assets have the first two."""

    assets: list[str]  # public ids, the first hundred
    count: int  # of all assets
    stages: list[str]
    reached: list[str]  # stages
    path: list[PathStepJSON] | str  # a walk; of ``address_taken`` the path of the address
    steps: int | None  # to the purchase; ``None`` if it cannot be reached
    ways: int  # different targets of next steps
    commitments: list[str]
    expected: list[str]  # intents
    offered: list[str]  # intents
    note: str
    editions: list[EditionKeyJSON]
    minimum: int | None
    total: int
    kind: str
    term: str
    shares: list[ShareJSON]
    date: str | None
    fresh_days: int | None
    owner: str | None
    served: str | None  # the language that readers get instead
    similarity: float
    targets: list[str]  # public ids
    reason: str | None
    field: str


def id_evidence(ids: Sequence[str]) -> Evidence:
    """Returns evidence that names assets: the first hundred ids, and how many there are."""
    return {"assets": list(ids[:MOST_IDS]), "count": len(ids)}
