"""The dictionaries that coverage and the audit compose, and the shapes that the API's document tells of, are one."""

from content.api.report_shapes import coverage_shapes, finding_shapes
from content.audit.report import ReportJSON
from content.coverage.export import MatrixJSON
from tests.content.api.test_item_shapes import outline, outline_of_shape


def test_a_matrix_is_composed_as_the_document_tells():
    assert outline(MatrixJSON) == outline_of_shape(coverage_shapes()["Coverage"], {})


def test_a_report_is_composed_as_the_document_tells():
    composed, documented = outline(ReportJSON), finding_shapes()["Findings"]
    [_, finding] = composed["results"]
    finding["evidence"] = ["map"]  # its keys differ by code, and the document leaves them open
    evidence = documented["properties"]["results"]["items"]["properties"]["evidence"]
    assert evidence.pop("description")
    assert composed == outline_of_shape(documented, {})
