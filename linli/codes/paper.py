"""The papers of a community office as PDF: import them from here."""

from linli.codes.card import CardFields, resident_cards
from linli.codes.certificate import CertificateFields, Stop, Traveller, reception_certificate
from linli.codes.hand_register import RegisterFields, hand_register
from linli.codes.notice import Helper, NoticeFields, household_notice
from linli.codes.poster import PosterFields, venue_poster, venue_posters
from linli.codes.release import ReleaseFields, release_note
from linli.codes.round import RoundFields, RoundRow, round_sheet

__all__ = [
    "CardFields",
    "CertificateFields",
    "Helper",
    "NoticeFields",
    "PosterFields",
    "RegisterFields",
    "ReleaseFields",
    "RoundFields",
    "RoundRow",
    "Stop",
    "Traveller",
    "hand_register",
    "household_notice",
    "reception_certificate",
    "release_note",
    "resident_cards",
    "round_sheet",
    "venue_poster",
    "venue_posters",
]
