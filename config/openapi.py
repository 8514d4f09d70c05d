"""The OpenAPI 3.1 document, made on request from the routes, the filters and the data."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiFilterExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import PROBLEM
from content import clock
from content.api.described import EXAMPLES, PAGES, WORDS, schema_of, values
from content.api.shapes import shapes
from content.catalogue import current_catalogue
from journeys.api.plain import Reads
from journeys.api.shapes import ref
from journeys.parameters import Parameters

Place = Literal["path", "query"]
REFUSALS = {
    400: "A parameter is unknown, repeated, empty or malformed, or does not go with another; `errors` names each.",
    401: "There is no usable token where one is needed, or the one that was sent is none.",
    403: "The token has not the scope that this needs.",
    404: "There is nothing here, or nothing you may see.",
    410: "The state that the snapshot names was replaced more than an hour ago, or recalled.",
    503: "This audit is still being computed, or another one is; `Retry-After` says when to ask again.",
}
EXAMPLE = {
    "type": "urn:waymark:problem:invalid-parameter",
    "title": "Invalid parameter",
    "status": 400,
    "detail": "Unknown stage 'thnk' in journey 'see-think-do-care'.",
    "instance": "/api/v1/content/",
    "request_id": "6a1f0c9e2b7d4835",
    "errors": [
        {
            "parameter": "stage",
            "code": "unknown_stage",
            "detail": "Unknown stage 'thnk' in journey 'see-think-do-care'.",
            "allowed": ["see", "think", "do", "care"],
        }
    ],
}


class StrictFiltersInDocument(OpenApiFilterExtension):
    """Leaves the parameters to ``Documented``, which knows those of pages too."""

    target_class = "config.api.StrictFilters"

    def get_schema_operation_parameters(
        self, auto_schema: AutoSchema, *args: Any, **kwargs: Any
    ) -> list[dict[str, Any]]:
        return []


class BearerInDocument(OpenApiAuthenticationExtension):
    target_class = "content.api.authentication.Bearer"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "wmk_…"}


class Documented(AutoSchema):
    """Describes one operation: the response by the view's ``answers``, its texts by the view's docstring."""

    view: Reads  # type: ignore[override]

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0] or "service"]

    def get_operation_id(self) -> str:
        name = type(self.view).__name__
        return name[:1].lower() + name[1:]

    def get_summary(self) -> str | None:
        return self._words()[0] or None

    def get_description(self) -> str:  # type: ignore[override]
        return "\n".join(self._words()[1:]).strip()

    def _words(self) -> list[str]:
        return (type(self.view).__doc__ or "").strip().replace("``", "`").split("\n")

    def get_request_serializer(self) -> None:
        return None

    def get_override_parameters(self) -> list[Any]:
        known = values(current_catalogue(now=clock.now()))
        filters = dict(self.view.filterset_class.base_filters)
        paging = self.view.paginator.parameters if self.view.paginator else ()
        path = [name for name in ("journey", "kind", "id", "slug", "touchpoint") if f"{{{name}}}" in self.path]
        parameters = [self._parameter(name, schema_of(name, None, known), "path") for name in path]
        parameters += [self._parameter(name, schema_of(name, filters[name], known)) for name in filters]
        return parameters + [self._parameter(name, PAGES[name]) for name in paging]

    def _parameter(self, name: str, schema: dict[str, Any], place: Place = "query") -> OpenApiParameter:
        several = schema.get("type") == "array"
        # An example that this service does not have (a map without “think”) would be an error to whoever tries it out.
        fits = name in EXAMPLES and EXAMPLES[name] in schema.get("items", schema).get("enum", [EXAMPLES[name]])
        example = [OpenApiExample(name, value=[EXAMPLES[name]] if several else EXAMPLES[name])] if fits else []
        return OpenApiParameter(
            name=name,
            type=schema,
            location=place,
            required=place == "path",
            description=WORDS.get(name, ""),
            style="form" if several else None,
            explode=False if several else None,
            examples=example,
        )

    def get_response_serializers(self) -> Any:
        filters = self.view.filterset_class.base_filters
        responses: dict[tuple[int, str], OpenApiResponse] = {}
        media = getattr(self.view, "media_type", "application/json")
        shape = ref(self.view.answers) if media == "application/json" else {"type": "string"}
        responses[(200, media)] = OpenApiResponse(shape, description="As asked.")
        for other in getattr(self.view, "other_types", ()):
            responses[(200, other)] = OpenApiResponse({"type": "string"}, description="As asked.")
        codes = [400, 401]
        codes += [403] if "draft" in filters or hasattr(self.view, "scope") else []
        codes += getattr(self.view, "refuses", ())
        codes += [404] if "{" in self.path else []
        codes += [410] if "snapshot" in filters else []
        for code in codes:
            examples = [OpenApiExample("unknown stage", value=EXAMPLE)] if code == 400 else []
            problem = OpenApiResponse(ref("Problem"), description=REFUSALS[code], examples=examples)
            responses[(code, PROBLEM)] = problem
        return responses


def with_shapes(result: dict[str, Any], generator: object, request: object, public: bool) -> dict[str, Any]:
    """Adds the components, after all operations have been described. (A hook of drf-spectacular.)"""
    components = result.setdefault("components", {})
    components["schemas"] = shapes(current_catalogue())
    return result


class Document(GenericAPIView[Any]):
    """This document"""

    filterset_class = Parameters
    pagination_class = None
    schema = None

    def get(self, request: Request) -> Response:
        self.filter_queryset(None)  # type: ignore[arg-type]
        return Response(SchemaGenerator().get_schema(request=None, public=True))
