"""The settings of the service, read once from the environment; safe on a laptop, strict in production."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import admin_theme
from config.environment import Environment, is_strong, refuse_readable
from config.key_file import key_path, read_or_make_key

ROOT = Path(__file__).resolve().parent.parent
env = Environment(ROOT)

DEBUG = env.flag("DEBUG", default=False)
# Without ALLOWED_HOSTS the service runs on a laptop; anything else counts as production.
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
LOCAL = not env.words("ALLOWED_HOSTS")
DATABASES = {"default": env.database("DATABASE_URL")}
# Signs sessions, snapshots and the like; those signed with a fallback are still valid (``content/keys.py``).
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.keys("SECRET_KEY_FALLBACKS", least=50)
# Encrypt stored secrets that have to be read again: the first encrypts, all decrypt. Without any, those above do.
ENCRYPTION_KEYS = env.keys("ENCRYPTION_KEYS", least=32)
if not LOCAL and not is_strong(SECRET_KEY):
    raise ImproperlyConfigured("ALLOWED_HOSTS is set, so SECRET_KEY must be too: 50 random characters or more.")
if not SECRET_KEY:
    SECRET_KEY = read_or_make_key(key_path(DATABASES["default"], ROOT))
if not LOCAL and DEBUG:
    raise ImproperlyConfigured("DEBUG=true together with ALLOWED_HOSTS would show the code to strangers.")

if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS=* would answer to any name; write the names of the service.")
if not LOCAL:
    refuse_readable(DATABASES["default"])

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
    "axes",
    "journeys",
    "content",
]
# Public answers: how long a browser or a cache in front may use one, and for how long more while it asks again.
CACHE_SECONDS = env.number("CACHE_SECONDS", 60, least=0, most=86_400)
STALE_SECONDS = env.number("STALE_SECONDS", 300, least=0, most=86_400)
# How much of them each process may cache in memory; 0 switches the cache off.
RESPONSE_CACHE_MB = env.number("RESPONSE_CACHE_MB", 32, least=0, most=4096)

# How many seconds in all a request may wait for the database before it is answered 503: reading, signing in and the
# probes; pages of the admin; whatever is saved; coverage, findings and their exports; and one turn of the worker.
# A database that does not answer at all is given up after three. Commands wait as long as it takes.
DATABASE_SECONDS = {"read": 3.5, "page": 15.0, "write": 60.0, "audit": 120.0, "worker": 120.0}

# From the outside in. The id of the request comes first, since every log line has it; the time limit before all that
# asks the database. A kept answer of the API leaves at ``CachedDelivery``, so what stands below is for pages and for
# requests with a token. Sign-ins queue before sessions are read, and the limits of bodies come after the user is known
# and before anything reads a form.
MIDDLEWARE = [
    "config.request_id.RequestId",
    "config.serving.unavailable.Limits",
    "config.health.Probes",
    "content.api.http_cache.CachedDelivery",
    "config.private.PrivateAnswers",
    "config.headers.AllAnswers",
    "django.middleware.security.SecurityMiddleware",
    "config.pages.Statics",
    "config.sign_in.PasswordQueue",
    "config.headers.PagePolicies",
    "config.pages.Sessions",
    "config.language.AdminLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.pages.Authentication",
    "config.serving.body_limits.BodyLimits",
    "config.cleaning.CleanForms",
    "config.pages.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
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
WSGI_APPLICATION = "config.wsgi.application"  # the edge stands around it: config/asgi.py

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

# How often who may try passwords. Each proxy in front appends the address of its client to X-Forwarded-For.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, least=0, most=10)
PASSWORD_HASHERS = ["content.accounts.password_queue.Passwords"]
AUTHENTICATION_BACKENDS = ["content.accounts.sign_in.SignInBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_HANDLER = "content.accounts.sign_in.SignInLimits"
AXES_CLIENT_IP_CALLABLE = "content.accounts.client_address.client_address"
AXES_LOCKOUT_CALLABLE = "config.sign_in.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
FORMAT_MODULE_PATH = "config.formats"
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
# Media are in a folder that all processes share, or in a bucket; either way only the service itself serves them.
MEDIA_URL = "/media/"
MEDIA_ROOT = env.folder("MEDIA_ROOT", ROOT / "media")
MEDIA_MAX_MB = env.number("MEDIA_MAX_MB", 20, least=1, most=1000)
STORAGES = {
    "default": env.storage("MEDIA_BUCKET", "MEDIA_ENDPOINT", "MEDIA_REGION"),
    "staticfiles": {"BACKEND": STATIC_FILES},
}

# HTTPS is the default once the service has a public name; a proxy in front that ends TLS says so in this header.
HTTPS = env.flag("HTTPS", default=not LOCAL)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if env.flag("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"

# Audits are computed in a process of their own, one at a time; tests compute them in theirs.
AUDIT_PROCESS = True
# What a browser may load for a response: nothing, except for pages. Share links, media and diagrams set their own.
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

# Outgoing requests go to public addresses, and to those of these networks.
OUTGOING_ALLOW = env.networks("OUTGOING_ALLOW")
# Purges the caches in front of the service when something changes that their responses may show: a class of
# ``content/events/purge.py`` or one of your own.
PURGE_ADAPTER = env.text("PURGE_ADAPTER", "content.events.purge.LogPurge")
PURGE_URL = env.url("PURGE_URL", ("https", "http"))
PURGE_HEADER = env.text("PURGE_HEADER")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {request_id}: {message}", "style": "{"}},
    "filters": {
        "without_tokens": {"()": "config.private.WithoutTokens"},
        "request_id": {"()": "config.request_id.WithRequestId"},
        "short": {"()": "config.private.Short"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_tokens", "request_id", "short"],
        },
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
    "DEFAULT_PAGINATION_CLASS": "config.api.ResultPages",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.api.OnlyJSON",
    "DEFAULT_METADATA_CLASS": "config.api.NoMetadata",
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "config.serving.unavailable.problem",
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

# The largest HTML of one rich text; one that is longer already may stay as it is.
RICH_TEXT_MAX_KB = env.number("RICH_TEXT_MAX_KB", 200, least=1, most=2000)
# The history of drafts is stored to the microsecond, and for so many days; the latest revision of an asset for good.
HISTORY_DAYS = env.number("HISTORY_DAYS", 730, least=1, most=36_500)
SERIALIZATION_MODULES = {"exact_json": "content.drafts.exact_json"}
UNFOLD = admin_theme.UNFOLD
