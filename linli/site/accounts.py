"""How people sign in: staff accounts are made by the office, never by strangers."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """No open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from the first-run page and from the desk."""
        return False
