"""Every setting of the service, read once from the environment; safe on a laptop, strict in production."""

from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy

from config.environment import Environment

ROOT = Path(__file__).resolve().parent.parent
env = Environment(ROOT)

DEBUG = env.flag("DEBUG", default=False)
# A laptop is a process that was not told where it is reachable; anything else counts as production.
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
LOCAL = not env.words("ALLOWED_HOSTS")
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY and LOCAL:
    # Sessions end with the process; set SECRET_KEY to keep them.
    SECRET_KEY = get_random_secret_key()
if not LOCAL and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5):
    raise ImproperlyConfigured("ALLOWED_HOSTS is set, so SECRET_KEY must be too: 50 random characters or more.")
if not LOCAL and DEBUG:
    raise ImproperlyConfigured("DEBUG=true together with ALLOWED_HOSTS would show the code to strangers.")

DATABASES = {"default": env.database("DATABASE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.url("REDIS_URL", ("redis", "rediss", "unix"))
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # the theme, without its own site: ours is config.admin_site
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "config.apps.Admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_jsonform",
    "django_prose_editor",
    "reversion",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "journeys",
    "content",
]
# Public answers: how long a browser or a cache in front may use one, and for how long more while it asks again.
CACHE_SECONDS = env.number("CACHE_SECONDS", 60, least=0, most=86_400)
STALE_SECONDS = env.number("STALE_SECONDS", 300, least=0, most=86_400)
# How much each process keeps of them in memory; 0 keeps none.
RESPONSE_CACHE_MB = env.number("RESPONSE_CACHE_MB", 32, least=0, most=4096)

MIDDLEWARE = [
    "content.api.delivery.Delivery",
    "config.private.PrivateAnswers",
    "config.headers.AllAnswers",
    "django.middleware.security.SecurityMiddleware",
    "config.pages.Statics",
    "config.headers.PagePolicies",
    "config.pages.Sessions",
    "config.language.AdminLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.pages.Authentication",
    "config.pages.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nb", "Norsk bokmål"), ("da", "Dansk"), ("sv", "Svenska")]
USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE", "Europe/Oslo")

STATIC_URL = "/static/"
# A laptop serves static files straight from the packages; production collects them first.
STATIC_ROOT = None if LOCAL else ROOT / "static"
WHITENOISE_USE_FINDERS = LOCAL
STATIC_FILES = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if LOCAL
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
# Media lie in a folder that all processes share, or in a bucket; either way the service alone serves them.
MEDIA_URL = "/media/"
MEDIA_ROOT = env.folder("MEDIA_ROOT", ROOT / "media")
MEDIA_MAX_MB = env.number("MEDIA_MAX_MB", 20, least=1, most=1000)
STORAGES = {
    "default": env.storage("MEDIA_BUCKET", "MEDIA_ENDPOINT", "MEDIA_REGION"),
    "staticfiles": {"BACKEND": STATIC_FILES},
}

# Over HTTPS by default once the service has a public name; TLS may end at a proxy that is told apart by this header.
HTTPS = env.flag("HTTPS", default=not LOCAL)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if env.flag("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"

# What a browser may load for an answer: nothing, but for pages. Share links, media and pictures of journeys say theirs.
NOTHING = ["'none'"]
STRICT = dict.fromkeys(("default-src", "base-uri", "form-action", "frame-ancestors"), NOTHING)
CONTENT_SECURITY_POLICY = {"DIRECTIVES": STRICT}
ADMIN_POLICY = {
    **STRICT,
    "script-src": ["'self'", "'unsafe-eval'"],  # Alpine, on which the theme stands, reads its attributes by eval
    "style-src": ["'self'", "'unsafe-inline'"],  # the theme's colours, bars of charts, and what the editors put in
    "img-src": ["'self'", "data:", "blob:", "https:"],  # pictures of other sites stand in texts
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
}
DOCS_POLICY = {
    **STRICT,
    "script-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],  # Swagger UI sets styles on its elements
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
}
UNUSED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone")
PERMISSIONS_POLICY = ", ".join(f"{name}=()" for name in (*UNUSED, "midi", "payment", "usb"))

# Whatever is asked of other machines goes to public addresses, and to those of these networks.
OUTGOING_ALLOW = env.networks("OUTGOING_ALLOW")
# Told of every change that answers kept by caches in front of the service may show: a class of ``content/purge.py``
# or one of your own; without one, nobody.
PURGE_ADAPTER = env.text("PURGE_ADAPTER", "content.purge.LogPurge")
PURGE_URL = env.url("PURGE_URL", ("https", "http"))
PURGE_HEADER = env.text("PURGE_HEADER")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"without_tokens": {"()": "config.private.WithoutTokens"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_tokens"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "content": {"level": "INFO"},
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["content.api.authentication.Bearer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["config.api.JSON"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["config.api.StrictFilters"],
    "DEFAULT_PAGINATION_CLASS": "config.api.Pages",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.api.OnlyJSON",
    "DEFAULT_METADATA_CLASS": "config.api.NoMetadata",
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "config.api.problem",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "config.openapi.Documented",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Waymark",
    "DESCRIPTION": "Content that knows where it stands on the customer's journey, and the next step.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["config.openapi.with_shapes"],
    "SORT_OPERATION_PARAMETERS": False,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # it would ask a database that may not be there yet
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "displayOperationId": True, "docExpansion": "list"},
}


def may_see(model: str, request: HttpRequest) -> bool:
    return bool(request.user.has_perm(model.replace(".", ".view_")))


def may(right: str, request: HttpRequest) -> bool:
    return bool(request.user.has_perm(right))


def is_within(request: HttpRequest, page: str, *, but: str) -> bool:
    """Whether an address lies under ``page``, and not under another that does."""
    return request.path.startswith(reverse(page)) and not request.path.startswith(reverse(but))


def screens(*rows: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Entries of the admin's sidebar, each for those who may see its model: title, icon, ``app.model``."""
    return [
        {
            "title": title,
            "icon": icon,
            "link": reverse_lazy(f"admin:{model.replace('.', '_')}_changelist"),
            "permission": partial(may_see, model),
        }
        for title, icon, model in rows
    ]


# What drafts were is kept to the microsecond, and for so many days; how an asset stands, always.
HISTORY_DAYS = env.number("HISTORY_DAYS", 730, least=1, most=36_500)
SERIALIZATION_MODULES = {"exact_json": "content.exact_json"}

# The theme's own purple, but for 500: links in the dark are of it, and have to be read.
PRIMARY = {
    "50": "oklch(97.7% .014 308.299)",
    "100": "oklch(94.6% .033 307.174)",
    "200": "oklch(90.2% .063 306.703)",
    "300": "oklch(82.7% .119 306.383)",
    "400": "oklch(75.4% .163 305.504)",
    "500": "oklch(72.4% .183 305.504)",
    "600": "oklch(55.8% .288 302.321)",
    "700": "oklch(49.6% .265 301.924)",
    "800": "oklch(43.8% .218 303.724)",
    "900": "oklch(38.1% .176 304.987)",
    "950": "oklch(29.1% .149 302.717)",
}
UNFOLD = {
    "SITE_TITLE": "Waymark",
    "SITE_HEADER": "Waymark",
    "SITE_SYMBOL": "signpost",
    "COLORS": {"primary": PRIMARY},
    "SCRIPTS": [lambda request: static("content/zone.js")],
    "DASHBOARD_CALLBACK": "content.admin.desk.desk",
    "SIDEBAR": {
        "navigation": [
            {
                "title": "Content",
                "items": screens(
                    ("Assets", "article", "content.asset"),
                    ("Translations", "translate", "content.translation"),
                    ("Media", "image", "content.media"),
                    ("Pins", "push_pin", "content.pin"),
                    ("Publications", "history", "content.publication"),
                    ("Share links", "share", "content.sharelink"),
                ),
            },
            {
                "title": "Coverage",
                "separator": True,
                "items": [
                    {
                        "title": "Coverage",
                        "icon": "grid_on",
                        "link": reverse_lazy("coverage-page"),
                        "active": lambda request: is_within(request, "coverage-page", but="findings-page"),
                        "permission": partial(may, "content.view_coverage"),
                    },
                    {
                        "title": "Findings",
                        "icon": "troubleshoot",
                        "link": reverse_lazy("findings-page"),
                        "permission": partial(may, "content.view_coverage"),
                    },
                    *screens(
                        ("Targets", "target", "content.target"),
                        ("Expected steps", "alt_route", "content.expectedstep"),
                    ),
                ],
            },
            {
                "title": "The map",
                "separator": True,
                "items": screens(
                    ("Journeys", "route", "journeys.journey"),
                    ("Stages", "steps", "journeys.stage"),
                    ("Transitions", "trending_flat", "journeys.transition"),
                    ("Segments", "groups", "journeys.segment"),
                    ("Channels", "cell_tower", "journeys.channel"),
                    ("Touchpoints", "touch_app", "journeys.touchpoint"),
                ),
            },
            {
                "title": "Settings",
                "separator": True,
                "items": screens(
                    ("Kinds", "category", "content.kind"),
                    ("Locales", "language", "content.locale"),
                    ("Vocabularies", "sell", "content.vocabulary"),
                    ("Waivers", "verified_user", "content.waiver"),
                    ("Access tokens", "key", "content.accesstoken"),
                    ("Webhooks", "webhook", "content.webhookendpoint"),
                    ("Events", "bolt", "content.event"),
                    ("Deliveries", "outbox", "content.webhookdelivery"),
                    ("Users", "person", "auth.user"),
                    ("Groups", "group", "auth.group"),
                ),
            },
        ]
    },
}
