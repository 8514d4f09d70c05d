"""All URLs of the service but the probes (``config/health.py``), which are answered before these."""

from django.contrib import admin
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView

from config.api import bad_request, not_found
from config.documentation.view import documentation_page
from config.openapi import Document
from config.serving.unavailable import server_error
from content.admin.coverage.brief import brief_page
from content.admin.coverage.pages import cell_page, coverage_page
from content.admin.findings.actions import accept_page, assign_page
from content.admin.findings.pages import findings_page
from content.admin.pick import Autocomplete
from content.admin.settings.own_password import own_password_page
from content.api.media import MediaFile
from content.api.views import (
    ContentBySlug,
    ContentDetail,
    ContentList,
    ContentNext,
    Coverage,
    Findings,
    KindDetail,
    Kinds,
    Locales,
    Service,
    TouchpointDetail,
    Vocabularies,
)
from content.questions.meaning import titles_in
from content.renditions import FILE
from content.sharing.page import preview
from journeys.api.views import (
    Channels,
    DiagramJSON,
    DiagramMermaid,
    DiagramSVG,
    JourneyDetail,
    Journeys,
    Segments,
    Touchpoints,
)


class IdConverter(StringConverter):
    """The opaque id of an asset; anything else of two parts is a kind and a slug."""

    regex = "[0-9a-f]{32}"


class FileConverter(StringConverter):
    """The name of a media file or of a rendition, in the form that we give; no other name reaches the storage."""

    regex = FILE


register_converter(IdConverter, "id")
register_converter(FileConverter, "file")
handler400 = bad_request
handler404 = not_found
handler500 = server_error

api = [
    # The most frequent ones first: Django tries them in this order.
    path("content/", ContentList.as_view(), name="content"),
    path("content/<id:id>/", ContentDetail.as_view(), name="content-detail"),
    path("content/<id:id>/next/", ContentNext.as_view(), name="content-next"),
    path("content/<str:kind>/<str:slug>/", ContentBySlug.as_view(), name="content-by-slug"),
    path("", Service.as_view(), name="service"),
    path("openapi.json", Document.as_view(), name="openapi"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="openapi"), name="docs"),
    path("journeys/", Journeys.as_view(titles_in=titles_in), name="journeys"),
    path("journeys/<str:journey>/", JourneyDetail.as_view(titles_in=titles_in), name="journey"),
    path("journeys/<str:journey>/diagram.svg", DiagramSVG.as_view(titles_in=titles_in), name="diagram-svg"),
    path("journeys/<str:journey>/diagram.mmd", DiagramMermaid.as_view(titles_in=titles_in), name="diagram-mermaid"),
    path("journeys/<str:journey>/diagram.json", DiagramJSON.as_view(titles_in=titles_in), name="diagram-json"),
    path("segments/", Segments.as_view(titles_in=titles_in), name="segments"),
    path("channels/", Channels.as_view(titles_in=titles_in), name="channels"),
    path("touchpoints/", Touchpoints.as_view(titles_in=titles_in), name="touchpoints"),
    path("touchpoints/<str:touchpoint>/", TouchpointDetail.as_view(), name="touchpoint"),
    path("kinds/", Kinds.as_view(), name="kinds"),
    path("kinds/<str:kind>/", KindDetail.as_view(), name="kind"),
    path("locales/", Locales.as_view(), name="locales"),
    path("vocabularies/", Vocabularies.as_view(), name="vocabularies"),
    path("coverage/findings/", Findings.as_view(), name="findings"),
    path("coverage/", Coverage.as_view(), name="coverage"),
]

urlpatterns = [
    path("api/v1/", include(api)),
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/content/coverage/", admin.site.admin_view(coverage_page), name="coverage-page"),
    path("admin/content/coverage/cell/", admin.site.admin_view(cell_page), name="coverage-cell"),
    path("admin/content/coverage/brief/", admin.site.admin_view(brief_page), name="coverage-brief"),
    path("admin/content/coverage/findings/", admin.site.admin_view(findings_page), name="findings-page"),
    path("admin/content/coverage/findings/assign/", admin.site.admin_view(assign_page), name="findings-assign"),
    path("admin/content/coverage/findings/accept/", admin.site.admin_view(accept_page), name="findings-accept"),
    path("admin/autocomplete/", admin.site.admin_view(Autocomplete.as_view(admin_site=admin.site))),
    path("admin/password_change/", own_password_page),
    path("admin/", admin.site.urls),
    path("docs/", documentation_page, name="documentation"),
    path("docs/<path:name>/", documentation_page, name="documentation-page"),
    path("media/<file:name>", MediaFile.as_view(), name="media"),
    path("preview/<str:token>/", preview, name="preview"),
    path("preview/<str:token>", preview),  # no redirect, which would lack what the page says of itself
]
