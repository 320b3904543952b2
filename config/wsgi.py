import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if why := env.no_hosts():
    raise ImproperlyConfigured(why)
application = get_wsgi_application()
