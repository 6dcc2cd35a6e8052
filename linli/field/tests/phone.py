"""A phone without a screen: it knows the two endpoints and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from linli.base import clock
from linli.base.ids import uuid7
from linli.roster.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
JSON = {"Accept": "application/json"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def act(case_id: Any, step: str, given: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """One intent as the app writes it."""
    known = {"id": str(uuid7()), "case": str(case_id), "step": step, "given": given or {}}
    return {**known, "device_at": clock.now().isoformat(), **more}


@dataclass
class Phone:
    """Somebody's app: what it carries, part by part."""

    user: User
    client: Client = field(init=False)
    token: str = ""
    parts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = signed_in(self.user)

    @property
    def handle(self) -> dict[str, str]:
        """The header in which the app shows what its session is called."""
        return {"Linli-Handle": self.parts["head"]["handle"]}

    def fetch(self, language: str = "zh-hans") -> dict[str, Any]:
        """What has changed since last time, laid over what there is."""
        query = {"since": self.token, "language": language}
        slice_: dict[str, Any] = self.client.get("/field/slice", query, headers=JSON).json()
        self.token = slice_["token"]
        self.parts |= slice_["parts"]
        return slice_

    @property
    def tasks(self) -> dict[str, dict[str, Any]]:
        """By case id."""
        return {t["id"]: t for name, part in self.parts.items() if name[0] == "b" for t in part}

    def post(self, intents: list[Any], **more: Any) -> HttpResponse:
        body = json.dumps({"v": 1, "intents": intents, **more})
        return self.client.post("/field/intents", body, content_type="application/json", headers=JSON)

    def send(self, *intents: Any, sent_at: datetime | None = None) -> list[dict[str, Any]]:
        """The answers, in the order of the intents."""
        more = {"sent_at": sent_at.isoformat()} if sent_at else {}
        answers: list[dict[str, Any]] = self.post(list(intents), **more).json()["answers"]
        return answers
