"""linli's settings with the rivals' two addresses and without what a tutorial's endpoint would not have."""

from linli.site.settings import *  # noqa: F403

ROOT_URLCONF = "bench.scan_urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
