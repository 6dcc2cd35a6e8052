"""What one would build instead: the bare server, a Django view with the ORM, the same with a raw cursor."""

from __future__ import annotations

import json
import os
import uuid
from typing import Any

from bench.scan_table import TABLE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.scan_settings")


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Reads the body and answers: no codes, no rows, no disk."""
    if scope["type"] != "http":
        return
    await receive()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


def orm(request: Any) -> Any:
    """As a tutorial has it: check the key, find the card, save a row, answer JSON; one transaction a request."""
    from django.db import transaction
    from django.http import JsonResponse

    from bench.scan_table import Scan
    from linli.codes.bearer import digest
    from linli.codes.models import Code
    from linli.scans.models import Gate

    told = json.loads(request.body)
    with transaction.atomic():
        gate = Gate.objects.get(
            key_digest=digest(request.headers["Authorization"].split()[1]), revoked_at=None
        )
        code = Code.objects.get(token=told["card"])
        row, _new = Scan.objects.get_or_create(
            id=told["id"],
            defaults={
                "community": gate.community_id,
                "place": gate.venue_id,
                "who": code.subject,
                "colour": 1,
            },
        )
    return JsonResponse({"id": str(row.id), "card": "known"})


def raw(request: Any) -> Any:
    """The same with statements of its own and one insert."""
    from django.db import connection, transaction
    from django.http import JsonResponse
    from django.utils import timezone

    from linli.codes.bearer import digest

    told = json.loads(request.body)
    key = digest(request.headers["Authorization"].split()[1])
    told_id = uuid.UUID(told["id"])
    plain = connection.vendor == "postgresql"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT community_id, venue_id FROM scans_gate WHERE key_digest = %s", [key])
        community, venue = cursor.fetchone()
        cursor.execute("SELECT subject FROM codes_code WHERE token = %s", [told["card"]])
        (who,) = cursor.fetchone()
        cursor.execute(
            f"INSERT INTO {TABLE} (id, community, place, who, colour, at) VALUES (%s, %s, %s, %s, 1, %s) "
            "ON CONFLICT DO NOTHING",
            [told_id if plain else told_id.hex, community, venue, who, timezone.now()],
        )
    return JsonResponse({"id": told["id"], "card": "known"})


def django_application() -> Any:
    """Both views behind linli's own middleware."""
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()
