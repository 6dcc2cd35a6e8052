"""Every route × every role answers as the permission table says, and never with another community's data.

The gate, what stands before it and the addresses are the real ones for every role. What lies behind the gate is asked
of one role for each route, in turn, so that every role is among them; for the others a plain answer stands there.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pytest_django
from django.http import HttpRequest, HttpResponse
from django.test import Client

from linli.base.ids import uuid7
from linli.roster import permissions
from linli.roster.duties import DUTIES
from linli.roster.matrix import PERMISSIONS, Permission, table
from linli.roster.models import User
from tests.trust.routes import Route, routes
from tests.trust.world import BACKEND, MARK, OTHER, World, make_world
from tests.undo import undone

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
BEHIND = "let through"
"""What stands behind the gate for a role whose turn it is not."""
SIGN_IN, AGAIN = "/accounts/login/", "/accounts/reauthenticate/"


def is_about_an_object(route: Route) -> bool:
    """Whether the route names a row: the foreign one must not be found."""
    return any(key.endswith("_id") or key == "pk" for key in route.converters)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[World]:
    """Both communities, made once."""
    with django_db_blocker.unblock(), undone():
        yield make_world()


@pytest.fixture
def world(made: World, db: None) -> World:
    """Both communities; what a test does in them is undone after it."""
    return made


def test_every_route_declares_who_may() -> None:
    assert [route.path for route in ROUTES if route.permission not in PERMISSIONS] == []


def test_every_kind_of_object_has_a_foreign_one(world: World) -> None:
    known = set(world.foreign)
    missing = {key: route.path for route in ROUTES for key in route.converters if key not in known}
    assert missing == {}, "tests/trust/world.py must make one in the other community"


class Gate:
    """The real gate; behind it the view, or a plain answer."""

    def __init__(self) -> None:
        self.decides = permissions._stopped
        self.is_open = True

    def __call__(self, request: HttpRequest, permission: Permission) -> HttpResponse | None:
        stopped = self.decides(request, permission)
        return stopped if stopped or self.is_open else HttpResponse(BEHIND)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_answered_as_the_table_says(
    world: World, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    monkeypatch.setattr(permissions, "_stopped", gate)
    found = list(wrong_answers(world, role, gate))
    assert not found, "\n".join(found)


def test_every_role_is_asked_for_what_lies_behind_some_gate() -> None:
    assert {whose_turn(n, route) for n, route in enumerate(ROUTES)} == set(ROLES)


def wrong_answers(world: World, role: str, gate: Gate) -> Iterator[str]:
    user = whoever(world, role)
    client = world.signed_in(user)
    for n, route in enumerate(ROUTES):
        gate.is_open = role == whose_turn(n, route)
        for method in methods(route, role):
            answer = asked(client, method, route.url(world.foreign))
            if user and "_auth_user_id" not in client.session:  # it was a way out
                client.force_login(user, backend=BACKEND)
            if fault := fault_of(route, role, answer, behind=gate.is_open):
                yield f"{method.upper()} {route.path} as {role}: {fault}"


def passes(route: Route, role: str) -> bool:
    """Whether the table lets this role through."""
    permission = PERMISSIONS[route.permission or ""]
    if role == "anonymous":
        return permission.is_public
    return permission.allows([role] if role in DUTIES else [])


def whose_turn(n: int, route: Route) -> str:
    """A stranger's for what is public; else one after the other of those who may."""
    may = [role for role in ROLES if passes(route, role)]
    return may[0] if may[0] == "anonymous" else may[n % len(may)]


def methods(route: Route, role: str) -> tuple[str, ...]:
    """Both where something is to be seen; only the one that could change something where the gate is shut."""
    return ("get", "post") if role == "anonymous" or passes(route, role) else ("post",)


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


def fault_of(route: Route, role: str, answer: HttpResponse, *, behind: bool) -> str:
    """What is wrong with an answer, in words; empty when nothing is. `behind`: whether the view itself answered."""
    body = "" if answer.streaming else answer.content.decode(errors="replace")
    if answer.status_code >= 500:
        return f"broke with {answer.status_code}"
    if MARK in body or OTHER in body:
        return "shows another community's data"
    if not passes(route, role):
        return fault_at_the_gate(role, answer, body)
    if behind:
        return fault_behind(route, answer)
    return "" if body == BEHIND else f"is allowed and got {answer.status_code}"


def fault_at_the_gate(role: str, answer: HttpResponse, body: str) -> str:
    if body == BEHIND:
        return "was let through"
    if role == "anonymous":
        return "" if goes_to(answer, SIGN_IN) else f"a stranger got {answer.status_code}"
    return "" if answer.status_code == 403 else f"got {answer.status_code}, not 403"


def fault_behind(route: Route, answer: HttpResponse) -> str:
    permission, status = PERMISSIONS[route.permission or ""], answer.status_code
    if permission.is_public:
        hidden = permission.key != "account.sign_in" and goes_to(answer, SIGN_IN)
        return "hides a public page" if hidden else ""
    if is_about_an_object(route):
        found = status not in NOT_THERE and not goes_to(answer, AGAIN)
        return f"another community's object got {status}, not 404" if found else ""
    return "" if status < 400 or status in UNDERSTOOD else f"is allowed and got {status}"


def goes_to(answer: HttpResponse, where: str) -> bool:
    return answer.status_code in (302, 303) and answer.headers["Location"].startswith(where)


@pytest.mark.parametrize("key", [key for key, p in PERMISSIONS.items() if p.needs_mfa])
def test_personal_data_in_clear_asks_for_a_second_factor(world: World, key: str) -> None:
    duty = PERMISSIONS[key].duties[0]
    client = world.signed_in(world.ours.staff[duty], factor=False)
    for route in ROUTES:
        if route.permission == key:
            answer = client.get(route.url(world.foreign), headers={"Accept": "text/html"})
            assert goes_to(answer, "/accounts/2fa/needed/"), route.path


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_whoever_may_not_reads_who_may(world: World, language: str) -> None:
    client = world.signed_in(world.ours.patrol)
    answer = client.get("/desk/staff/new/", headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 403
    assert ("社区主任" if language == "zh-hans" else "Director") in answer.content.decode()


def test_a_script_hears_401_and_where_to_sign_in(world: World) -> None:
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
