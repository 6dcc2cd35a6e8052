"""Reaching a person: push, message, mail and group robot; every channel small, every delivery kept.

`after.py` listens to the ledger and queues; `outbox.send_due(at=..., worker=...)` is one pass of sending, called by
the worker's loop after `relay.pump` and `deadlines.wake_due`; `standing.told_about(case_id)` says who heard.
"""
