"""Every route × every role answers as the permission table says, and never with another community's data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client

from linli.base.ids import uuid7
from linli.roster.duties import DUTIES
from linli.roster.matrix import PERMISSIONS, Permission, table
from linli.roster.models import User
from tests.trust.routes import Route, routes
from tests.trust.world import BACKEND, MARK, OTHER, World, make_world

ROUTES = routes()
ROLES = ("anonymous", "nobody", *DUTIES)
UNDERSTOOD = {
    400,
    404,
    405,
    409,
    410,
    415,
    422,
    429,
}  # an empty form, a page that only takes POST, a closed door
NOT_THERE = {404, 405}  # another community's object, or a route that only takes POST
SIGN_IN, AGAIN = "/accounts/login/", "/accounts/reauthenticate/"


def is_about_an_object(route: Route) -> bool:
    """Whether the route names a row: the foreign one must not be found."""
    return any(key.endswith("_id") or key == "pk" for key in route.converters)


def test_every_route_declares_who_may() -> None:
    assert [route.path for route in ROUTES if route.permission not in PERMISSIONS] == []


def test_every_kind_of_object_has_a_foreign_one(db: None) -> None:
    known = set(make_world().foreign)
    missing = {key: route.path for route in ROUTES for key in route.converters if key not in known}
    assert missing == {}, "tests/trust/world.py must make one in the other community"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_answered_as_the_table_says(db: None, role: str) -> None:
    world = make_world()
    found = list(wrong_answers(world, role))
    assert not found, "\n".join(found)


def wrong_answers(world: World, role: str) -> Iterator[str]:
    user = whoever(world, role)
    client = world.signed_in(user)
    for route in ROUTES:
        for method in methods(route, role):
            answer = asked(client, method, route.url(world.foreign))
            if user and "_auth_user_id" not in client.session:  # it was a way out
                client.force_login(user, backend=BACKEND)
            if fault := fault_of(route, role, answer):
                yield f"{method.upper()} {route.path} as {role}: {fault}"


def methods(route: Route, role: str) -> tuple[str, ...]:
    """Both where something is to be seen; only the one that could change something where the gate is shut."""
    permission = PERMISSIONS[route.permission or ""]
    shut = not permission.is_public and not permission.allows([role] if role in DUTIES else [])
    return ("post",) if shut and role != "anonymous" else ("get", "post")


def asked(client: Client, method: str, url: str) -> HttpResponse:
    """The answer to a form, or to JSON where a form is not understood."""
    accept = {"Accept": "text/html"}
    if method == "get":
        return client.get(url, headers=accept)
    answer = client.post(url, sent(), headers=accept)
    if answer.status_code in (400, 415):
        answer = client.post(url, sent(), content_type="application/json", headers=accept)
    return answer


def sent() -> dict[str, str]:
    """What every form of the house carries, so that a view gets as far as its object."""
    return {"next": "/", "intent": str(uuid7()), "reason": "核对"}


def whoever(world: World, role: str) -> User | None:
    """An account that holds this duty and no other; "nobody" has an account and no shift."""
    if role == "anonymous":
        return None
    if role != "nobody":
        return world.ours.staff[role]
    user = world.ours.hire("hotline", "无岗")
    user.shifts.all().delete()
    return user


def fault_of(route: Route, role: str, answer: HttpResponse) -> str:
    """What is wrong with an answer, in words; empty when nothing is."""
    permission = PERMISSIONS[route.permission or ""]
    body = "" if answer.streaming else answer.content.decode(errors="replace")
    if answer.status_code >= 500:
        return f"broke with {answer.status_code}"
    if MARK in body or OTHER in body:
        return "shows another community's data"
    if permission.is_public:
        hidden = permission.key != "account.sign_in" and goes_to(answer, SIGN_IN)
        return "hides a public page" if hidden else ""
    if role == "anonymous":
        return "" if goes_to(answer, SIGN_IN) else f"a stranger got {answer.status_code}"
    return fault_for_staff(route, permission.allows([] if role == "nobody" else [role]), answer)


def fault_for_staff(route: Route, allowed: bool, answer: HttpResponse) -> str:
    status = answer.status_code
    if not allowed:
        return "" if status == 403 else f"got {status}, not 403"
    if is_about_an_object(route):
        found = status not in NOT_THERE and not goes_to(answer, AGAIN)
        return f"another community's object got {status}, not 404" if found else ""
    return "" if status < 400 or status in UNDERSTOOD else f"is allowed and got {status}"


def goes_to(answer: HttpResponse, where: str) -> bool:
    return answer.status_code in (302, 303) and answer.headers["Location"].startswith(where)


@pytest.mark.parametrize("key", [key for key, p in PERMISSIONS.items() if p.needs_mfa])
def test_personal_data_in_clear_asks_for_a_second_factor(db: None, key: str) -> None:
    world = make_world()
    duty = PERMISSIONS[key].duties[0]
    client = world.signed_in(world.ours.staff[duty], factor=False)
    for route in ROUTES:
        if route.permission == key:
            answer = client.get(route.url(world.foreign), headers={"Accept": "text/html"})
            assert goes_to(answer, "/accounts/2fa/needed/"), route.path


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_whoever_may_not_reads_who_may(db: None, language: str) -> None:
    world = make_world()
    client = world.signed_in(world.ours.patrol)
    answer = client.get("/desk/staff/new/", headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 403
    assert ("社区主任" if language == "zh-hans" else "Director") in answer.content.decode()


def test_a_script_hears_401_and_where_to_sign_in(db: None) -> None:
    make_world()
    answer = Client().get("/desk/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, SIGN_IN)
    assert Client().get("/desk/live/", headers={"Accept": "text/event-stream"}).status_code == 401


def test_the_table_refuses_a_duty_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="janitor is no duty"):
        table(Permission("x.y", "看", ("janitor",)))


def test_the_table_lets_a_duty_act_that_covers_another() -> None:
    assert PERMISSIONS["return.note"].allows(["desk"])
    assert PERMISSIONS["return.note"].allows(["director"])
    assert not PERMISSIONS["return.note"].allows(["grid_lead"])
    assert not PERMISSIONS["staff.manage"].allows(["desk"])
    assert not PERMISSIONS["desk.today"].allows([])
    assert PERMISSIONS["account.own"].allows([])
