"""Milliseconds to make a certificate and to sign and verify its statement, and the QR that comes of it.

    python -m bench.paper

The limit for signing and verifying is the bare Ed25519 of cryptography, timed in the same process.
"""

import statistics
import time
from collections.abc import Callable

import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from linli.codes.page import segments
from linli.codes.paper import household_notice, reception_certificate
from linli.codes.sign import RECEPTION, sign, verify
from linli.codes.tests import examples

ROUNDS = 7


def median(work: Callable[[], object], *, times: int = 1) -> float:
    """Median milliseconds of one call over ROUNDS rounds of `times` calls, after one call to warm up."""
    work()
    took = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        for _ in range(times):
            work()
        took.append((time.perf_counter() - begin) * 1000 / times)
    return statistics.median(took)


def main() -> None:
    key, statement, keys = examples.KEY, examples.STATEMENT, {examples.KEY.public.kid: examples.KEY.public}
    signed = sign(statement, key)
    text, signature = signed.rpartition(".")[0].encode(), key.private.sign(signed.rpartition(".")[0].encode())

    def check() -> None:
        Ed25519PublicKey.from_public_bytes(key.public.raw).verify(signature, text)

    print(
        f"certificate, common characters  {median(lambda: reception_certificate(examples.CERTIFICATE)):8.1f} ms"
    )
    print(f"certificate, six rare names     {median(lambda: reception_certificate(examples.FAMILY)):8.1f} ms")
    print(f"household notice                {median(lambda: household_notice(examples.NOTICE)):8.1f} ms")
    print(f"sign                            {median(lambda: sign(statement, key), times=200):8.3f} ms")
    print(f"  bare Ed25519                  {median(lambda: key.private.sign(text), times=200):8.3f} ms")
    print(
        f"verify                          "
        f"{median(lambda: verify(signed, keys, at=examples.AT, audience=RECEPTION), times=200):8.3f} ms"
    )
    print(f"  bare Ed25519                  {median(check, times=200):8.3f} ms")
    code = segno.make(segments(examples.URL), error="m", boost_error=False)  # type: ignore[arg-type]
    print(f"statement {len(signed)} characters, address {len(examples.URL)}, QR version {code.version}-M")


if __name__ == "__main__":
    main()
