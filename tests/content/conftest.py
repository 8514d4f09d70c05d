"""What tests of delivery have beside a map: who may preview, and a walk over pages."""

import pytest
import time_machine

from content.tokens import issue_token


@pytest.fixture
def preview(db):
    """The header of somebody who may preview."""
    return {"headers": {"Authorization": f"Bearer {issue_token('Preview site', scopes=['preview'])[1]}"}}


@pytest.fixture
def audit(db):
    """The header of somebody who may audit, and nothing else."""
    return {"headers": {"Authorization": f"Bearer {issue_token('Nightly audit', scopes=['audit'])[1]}"}}


@pytest.fixture
def titles(api):
    """The titles of a list, over all its pages."""

    def read(path="/api/v1/content/", parameters=(), **extra):
        found, answer = [], api.get(path, dict(parameters), **extra).json()
        while True:
            found += [item["title"] for item in answer["results"]]
            assert len(found) < 500
            if answer["next"] is None:
                return found
            answer = api.get(answer["next"], **extra).json()

    return read


@pytest.fixture
def clock(at):
    """Time stands still at ``at`` until it is moved."""
    with time_machine.travel(at, tick=False) as clock:
        yield clock
