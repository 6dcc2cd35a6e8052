"""The pages that belong to nobody else: the front door, health, language, large print."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.desk import first_run
from linli.roster.permissions import requires
from linli.site.accounts import home_of

A_YEAR = 365 * 24 * 3600
PRINT_COOKIE = "linli_print"
"""Read by the templates: "large" is the elder view (长辈版)."""


@requires("page.public")
@never_cache
def front(request: HttpRequest) -> HttpResponse:
    """To the first run while there is no community, else to the desk (which asks to sign in) or a volunteer's phone."""
    return redirect("first-run" if first_run.is_open() else home_of(request))


@requires("page.public")
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """For service managers and proxies; touches neither session nor database."""
    return HttpResponse("ok\n", content_type="text/plain")


@requires("page.public")
@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@requires("page.public")
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """中文 or English, kept in a cookie for a year."""
    answer = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=A_YEAR,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return answer


@requires("page.public")
@require_POST
def large_print(request: HttpRequest) -> HttpResponse:
    """Larger letters, or the usual ones again."""
    answer = _back(request)
    if request.COOKIES.get(PRINT_COOKIE) == "large":
        answer.delete_cookie(PRINT_COOKIE)
    else:  # a script reads it, so that the switch does not wait for the network
        answer.set_cookie(PRINT_COOKIE, "large", max_age=A_YEAR, secure=settings.HTTPS, samesite="Lax")
    return answer


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    return redirect(target)
