"""The shapes of the coverage matrix and of the audit's report, for the API's schema."""

from content.audit.finding import CODES, TYPES, Severity
from content.coverage.balance import FAULTS
from content.coverage.export import COUNTS
from content.coverage.matrix import COUNTABLE, CellState
from journeys.api.shapes import NUMBER, SLUG, TEXT, Shape, an, listed, one_of, optional, or_null


def coverage_shapes() -> dict[str, Shape]:
    share: Shape = {"type": "number", "minimum": 0, "maximum": 1}
    count: Shape = {"type": "integer", "minimum": 0}
    cell = optional(
        an(
            row=TEXT,
            column=TEXT,
            **dict.fromkeys(COUNTS, count),
            target=an(minimum=count, maximum=or_null(NUMBER)),
            state=one_of(*CellState),
            share=or_null(share),
        ),
        split=TEXT,
    )
    matrix = an(
        axes=optional(an(rows=SLUG, columns=SLUG), split=SLUG),
        at={"type": "string", "format": "date-time"},
        journey=or_null(SLUG),
        locale=TEXT,
        count_fallback=listed(one_of(*COUNTABLE)),
        rows=listed(TEXT),
        columns=listed(TEXT),
        cells=listed(cell),
        summary=an(cells=count, **dict.fromkeys(map(str, CellState), count), score=or_null(share)),
        balance=or_null(
            an(
                stages=listed(an(stage=SLUG, total=count, share=share)),
                faults=listed(one_of(*FAULTS)),
            )
        ),
    )
    return {"Coverage": optional(matrix, splits=listed(TEXT))}


def finding_shapes() -> dict[str, Shape]:
    count: Shape = {"type": "integer", "minimum": 0}
    instant: Shape = {"type": "string", "format": "date-time"}
    counts = dict.fromkeys((*map(str, Severity), "waived"), count)
    finding = an(
        key=TEXT,
        code=one_of(*CODES),
        severity=one_of(*Severity),
        subject=an(type=one_of(*TYPES), id=TEXT, title=TEXT),
        context=an(
            journey=SLUG, stage=or_null(SLUG), segment=or_null(SLUG), locale=or_null(TEXT), channel=or_null(SLUG)
        ),
        message=TEXT,
        remedy=TEXT,
        evidence={"type": "object", "description": "What it was seen by: ids, dates, a path; by code."},
        waived_until=or_null(instant),
    )
    codes: Shape = {"type": "object", "additionalProperties": count}
    report = an(journey=SLUG, at=instant, summary=an(**counts, codes=codes), results=listed(finding))
    return {"Findings": report}
