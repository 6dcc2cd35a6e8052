"""A QR symbol for a screen: an SVG as a data address, which the content policy lets through as an image."""

import segno


def data_address(content: str) -> str:
    """`data:image/svg+xml,…` of a QR with error correction M and a quiet zone of 4, black on white."""
    code = segno.make(content, error="m", micro=False)
    address: str = code.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False)
    return address
