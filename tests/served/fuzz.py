"""One check of our own: a request that fits the document is refused only by a rule between its parameters."""

import schemathesis
from schemathesis.generation import GenerationMode

# No schema can say these of one parameter alone.
BETWEEN = {
    "not_together",
    "unknown_stage",  # of another journey than the one that is asked for
    "unknown_field",  # next steps that were not included
    "invalid_cursor",  # of another list
    "invalid_snapshot",  # of a state that never was
    "snapshot_expired",
    "not_an_instant",  # before the year 1, once it is in UTC
    "too_far_back",
    "too_many_values",
    "axis_twice",
    "too_many_cells",
}


@schemathesis.check
def refused_only_by_a_rule_between_parameters(ctx, response, case) -> None:
    made = case.meta.generation.mode if case.meta else None
    if made is GenerationMode.POSITIVE and response.status_code in (400, 410):
        codes = {error["code"] for error in response.json()["errors"]}
        assert codes <= BETWEEN, f"refused for {sorted(codes - BETWEEN)}"
