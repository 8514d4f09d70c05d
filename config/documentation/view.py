"""What is answered at ``/docs/``: one page, the same for everybody, kept by caches like public answers."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from config.documentation.contents import PAGES, address_of, page_files
from config.documentation.rendering import rendered_page

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@require_safe
@conditional_page
def documentation_page(request: HttpRequest, name: str = "") -> HttpResponse:
    """The page at an address. The template gets no request: nobody is known here, and no cookie is read."""
    files = page_files()
    if name not in files:
        raise Http404
    path = settings.ROOT / files[name]
    here = name.partition("/")[0]
    shown = {
        "page": rendered_page(path, path.stat().st_mtime_ns),
        "pages": [(address_of(other), PAGES[other][1], other == here) for other in files if other in PAGES],
        "reference": reverse("docs"),
    }
    response = HttpResponse(render_to_string("content/docs.html", shown), headers={"Content-Security-Policy": POLICY})
    patch_cache_control(
        response, public=True, max_age=settings.CACHE_SECONDS, stale_while_revalidate=settings.STALE_SECONDS
    )
    return response
