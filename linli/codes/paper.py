"""The papers of a community office as A4 PDF: import them from here."""

from linli.codes.certificate import CertificateFields, Stop, Traveller, reception_certificate
from linli.codes.notice import Helper, NoticeFields, household_notice
from linli.codes.release import ReleaseFields, release_note
from linli.codes.round import RoundFields, RoundRow, round_sheet

__all__ = [
    "CertificateFields",
    "Helper",
    "NoticeFields",
    "ReleaseFields",
    "RoundFields",
    "RoundRow",
    "Stop",
    "Traveller",
    "household_notice",
    "reception_certificate",
    "release_note",
    "round_sheet",
]
