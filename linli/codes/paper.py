"""The papers of a community office as A4 PDF: import them from here."""

from linli.codes.certificate import CertificateFields, Stop, Traveller, reception_certificate
from linli.codes.notice import NoticeFields, household_notice

__all__ = [
    "CertificateFields",
    "NoticeFields",
    "Stop",
    "Traveller",
    "household_notice",
    "reception_certificate",
]
