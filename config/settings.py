"""One settings file; what a site changes comes from the environment (docs/deployment.md)."""

from __future__ import annotations

import os
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from csp.constants import NONCE, NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("VAR_DIR") or BASE_DIR / "var")
VAR.mkdir(parents=True, exist_ok=True)
TESTING = "pytest" in sys.modules

DEBUG = env.flag("DEBUG")


def _kept(name: str, made: Callable[[], str]) -> str:
    """A key of this installation, *made* once and kept beside the data."""
    path = VAR / name
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.write(made())
    return path.read_text().strip()


os.umask(0o027)  # what we write is read by us and by our group
SECRET_KEY = env.text("SECRET_KEY") or _kept("secret_key", get_random_secret_key)
# Of secrets in rows (a second factor's): another one, so that a new SECRET_KEY, which ends all sessions, leaves them.
SECRETS_KEY = env.text("SECRETS_KEY") or _kept("secrets_key", lambda: urlsafe_b64encode(os.urandom(32)).decode())
BACKUP_KEY = env.text("BACKUP_KEY") or _kept("backup_key", lambda: token_hex(32))  # not in a backup itself
SECRET_FILES = ("secret_key", "secrets_key")  # beside the data, and go into a backup with them
BACKUP_DIR = Path(env.text("BACKUP_DIR") or VAR / "backups")
BACKUP_DAILY = env.flag("BACKUP_DAILY", bool(env.text("BACKUP_DIR")))
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [o for o in env.text("CSRF_TRUSTED_ORIGINS").split(",") if o]
HTTPS = env.flag("HTTPS")
# Who may say for whom a request is; with HTTPS there is a proxy in front, on this machine if no other is named.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", "127.0.0.1,::1" if HTTPS else "")

INSTALLED_APPS = [
    "core",
    "organization",
    "jobs",
    "outbox",
    "projects",
    "funding",
    "investment",
    "dispatch",
    "simulation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "simple_history",
    "axes",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
]

MIDDLEWARE = [
    "core.web.middleware.OneRequest",
    "core.web.peers.NamedProxies",
    "core.web.middleware.Permissions",
    "core.web.middleware.OnlyText",  # before whatever reads what was sent
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organization.audit.middleware.AuditMiddleware",
    "core.web.middleware.HtmxAnswers",  # around the next one: an idle session ended there must not land in a table row
    "organization.sign_in.middleware.StrangersMiddleware",
    "organization.sign_in.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "core.web.middleware.Progress",
    "core.web.away.GivesBack",
    "core.web.middleware.TwiceIsOnce",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "core.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.web.context.house",
            ],
        },
    }
]

DATABASES = {"default": env.database(env.text("DATABASE_URL"), default=VAR / "db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
if REDIS_URL and not TESTING:  # tests clear the cache, and those running beside them would lose theirs
    CACHES = {"default": {"BACKEND": "core.cache.Forgiving", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Sign-in ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organization.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "organization.people.passwords.LongEnoughValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "organization.people.passwords.ThreeKindsValidator"},
    {"NAME": "organization.people.passwords.NotRecentValidator"},
]
PASSWORD_HASHERS = [
    "organization.people.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # until its owner next signs in
]
if TESTING:  # a test signs in hundreds of times
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_DAYS = env.number("PASSWORD_DAYS", 90)  # 等级保护 2.0: change regularly; 0 switches it off
IDLE_MINUTES = env.number("IDLE_MINUTES", 60)
SESSION_ENGINE = "organization.people.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "organization.sign_in.locks.Locks"
AXES_USERNAME_CALLABLE = "organization.sign_in.locks.counted_name"
AXES_CLIENT_IP_CALLABLE = "organization.sign_in.locks.counted_address"
AXES_LOCKOUT_CALLABLE = "organization.sign_in.locks.locked"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # who goes on trying adds nothing: neither to the name's count
AXES_HTTP_RESPONSE_CODE = 429
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# The log of who did what: 网络安全法 asks for six months, which are 184 days at most.
AUDIT_DAYS = env.number("AUDIT_DAYS", 400, least=184)

# Words and time --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / name / "locale" for name in ("paper", "config")]  # those that are no apps of Django's
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = DEBUG
FENCE_DIR = VAR / "fence"  # who of this machine is reading what people sent (core/fence)
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o640, 0o750
UPLOAD_MEGABYTES = env.number("UPLOAD_MEGABYTES", 20)
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_MEGABYTES * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a unit's grid: 100 projects with a dozen fields each, and the import's mapping
DOC_FONT_DIR = Path(env.text("DOC_FONT_DIR") or VAR / "fonts")

# A map of the network's own beneath the projects: an address with {z}, {x}, {y}; "": the county's outline alone.
MAP_TILES = env.text("MAP_TILES")
MAP_TILES_SYSTEM = env.text("MAP_TILES_SYSTEM", "cgcs2000")  # or gcj02, of which the public maps are

# Safety ----------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *env.origin(MAP_TILES)],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [SELF],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if HTTPS else None  # on plain http every page would log an error
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # NamedProxies drops it from anybody else
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked on the machine itself
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    # __Host-: no other name of the county's, and no page without HTTPS, can put a cookie of this name into a browser.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
SIMPLE_HISTORY_DATE_INDEX = False  # history is asked for by its record; each index more is paid by every save
MESSAGE_STORAGE = "core.web.messages.OnceStorage"
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016", "security.W019"]

# Mail and tasks --------------------------------------------------------------------------------------------------
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "outbox.file_backend.FileBackend")
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "office@county.example")
EMAIL_TIMEOUT = 30
ROBOTS = env.robots("ROBOTS")  # of groups in WeCom and DingTalk, by name
ROBOT_TIMEOUT = env.number("ROBOT_TIMEOUT", 10, least=1)  # seconds
OUTBOX_LEASE = env.number("OUTBOX_LEASE", 600)  # seconds after which a mail that was begun is taken up again
TICK_EVERY = env.number("TICK_EVERY", 300)  # seconds
SITE_URL = env.text("SITE_URL", "http://localhost:8000")
# Where the QR code of a printed paper leads; "": none is printed, since nobody could follow it.
VERIFY_URL = "" if env.flag("DEMO", default=True) or "localhost" in SITE_URL else f"{SITE_URL.rstrip('/')}/v/"

CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# KiB. A process that has grown past it, as one does that made a PDF, ends after its task and another takes its place.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 200_000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_POOL = "jobs.pool:Pool"
CELERY_TASK_TIME_LIMIT = 600  # seconds: nothing takes as long; a process that does is ended and replaced
QUEUE_FOLDER = None if REDIS_URL else VAR / "queue"
if QUEUE_FOLDER is None:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"visibility_timeout": 3600}
else:
    CELERY_BROKER_URL = "filesystem://"
    for _folder in ("messages", "processed", "control"):
        (QUEUE_FOLDER / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_FOLDER / "messages"),
        "data_folder_out": str(QUEUE_FOLDER / "messages"),
        "control_folder": str(QUEUE_FOLDER / "control"),
    }

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        **{app: {"level": "INFO"} for app in ("jobs", "outbox", "projects", "dispatch")},
        "kombu.connection": {"level": "ERROR"},  # a queue of files has no host name; it warns of that at each start
    },
}

COTTON_DIR = "cotton"
AXES_ENABLED = not TESTING or env.flag("AXES_ENABLED")
