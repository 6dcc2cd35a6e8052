"""The declarations of the house hold, under every pack that ships with it."""

from __future__ import annotations

from linli.loops import check, pack
from linli.matters.hotline.loop import Call
from linli.matters.isolation.loop import Isolation
from linli.matters.returns.loop import Return
from linli.paper.loop import PaperRound


def test_the_loops_of_the_house_are_without_fault() -> None:
    for key in pack.shipped_keys():
        due = pack.read(pack.shipped(key)).body["due"]
        assert check.faults([Return, Isolation, Call, PaperRound], due_keys=due) == []
