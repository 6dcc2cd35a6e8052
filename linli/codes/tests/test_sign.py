"""A signed statement is valid only as it was signed, where, when and for whom it was meant."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.codes.sign import (
    RECEPTION,
    Invalid,
    PublicKey,
    Reason,
    SigningKey,
    Statement,
    check_url,
    from_digits,
    new_key,
    published,
    sign,
    to_digits,
    trusted,
    verify,
)
from linli.codes.token import new_token

AT = datetime(2022, 4, 16, 17, 10, tzinfo=UTC)
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEYS = {KEY.public.kid: KEY.public}
STATEMENT = Statement(
    number="JS-20220417-0007",
    masked_name="张*三",
    persons=2,
    audience=RECEPTION,
    issued_at=AT,
    not_before=AT - timedelta(minutes=10),
    expires_at=AT + timedelta(hours=8),
)
SIGNED = sign(STATEMENT, KEY)
PAGE = "https://linli.example.org/c/"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forged(header: object, claims: object, key: SigningKey = KEY) -> str:
    """A JWS of any header and claims whose signature is right."""
    signed = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{signed}.{b64(key.private.sign(signed.encode()))}"


def parts() -> tuple[dict[str, object], dict[str, object]]:
    head, body, _ = SIGNED.split(".")
    return json.loads(base64.urlsafe_b64decode(head + "==")), json.loads(
        base64.urlsafe_b64decode(body + "==")
    )


def reason(
    text: str, *, at: datetime = AT, audience: str = RECEPTION, keys: dict[str, PublicKey] = KEYS
) -> Reason:
    with pytest.raises(Invalid) as caught:
        verify(text, keys, at=at, audience=audience)
    return caught.value.reason


def test_what_was_signed_is_read_back_whole() -> None:
    assert verify(SIGNED, KEYS, at=AT, audience=RECEPTION) == STATEMENT


def test_the_address_of_the_qr_and_its_digits_say_the_same() -> None:
    url = check_url(PAGE, "7XKQ2M9D0RZ5T8V3WJ6HN4FCYA", SIGNED)
    digits = url.partition("#")[2]
    assert url.startswith("https://linli.example.org/c/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA#5676")
    assert digits.isdigit()
    assert from_digits(digits) == SIGNED
    assert (
        verify(url, KEYS, at=AT, audience=RECEPTION)
        == verify(digits, KEYS, at=AT, audience=RECEPTION)
        == STATEMENT
    )


def test_the_published_example_of_rfc_8037_has_its_thumbprint() -> None:
    key = PublicKey(base64.urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="))
    assert key.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"[:8]


def test_the_rfc_8037_key_signs_the_rfc_8037_text() -> None:
    private = base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(private))
    text = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    expected = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    assert b64(key.private.sign(text)) == expected


def test_a_checker_needs_only_the_published_set() -> None:
    jwks = json.loads(json.dumps(published(KEYS.values())))
    assert jwks["keys"][0] == {
        "alg": "EdDSA",
        "crv": "Ed25519",
        "kid": KEY.public.kid,
        "kty": "OKP",
        "use": "sig",
        "x": b64(KEY.public.raw),
    }
    assert verify(SIGNED, trusted(jwks), at=AT, audience=RECEPTION) == STATEMENT


@pytest.mark.parametrize(
    "jwks", [None, [], {}, {"keys": 3}, {"keys": [{}]}, {"keys": [{"crv": "Ed25519", "x": "!"}]}]
)
def test_a_broken_key_set_is_refused(jwks: object) -> None:
    with pytest.raises(Invalid) as caught:
        trusted(jwks)
    assert caught.value.reason == Reason.KEY


def test_several_keys_are_published_and_each_verifies_its_own() -> None:
    second = new_key()
    keys = {key.kid: key for key in (KEY.public, second.public)}
    assert verify(SIGNED, keys, at=AT, audience=RECEPTION) == STATEMENT
    assert verify(sign(STATEMENT, second), keys, at=AT, audience=RECEPTION) == STATEMENT
    assert reason(sign(STATEMENT, second)) == Reason.KEY


def test_it_begins_and_ends_at_the_second() -> None:
    second = timedelta(seconds=1)
    assert verify(SIGNED, KEYS, at=STATEMENT.not_before, audience=RECEPTION) == STATEMENT
    assert reason(SIGNED, at=STATEMENT.not_before - second) == Reason.EARLY
    assert verify(SIGNED, KEYS, at=STATEMENT.expires_at - second, audience=RECEPTION) == STATEMENT
    assert reason(SIGNED, at=STATEMENT.expires_at) == Reason.EXPIRED


def test_a_wall_clock_without_zone_judges_nothing() -> None:
    assert reason(SIGNED, at=AT.replace(tzinfo=None)) == Reason.MALFORMED


def test_another_audience_is_refused() -> None:
    assert reason(SIGNED, audience="release") == Reason.AUDIENCE


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "", "HS256", "RS256", "ES256", "Ed448", None, ["EdDSA"], "eddsa"]
)
def test_no_other_algorithm_is_valid(algorithm: object) -> None:
    header, claims = parts()
    assert reason(forged({**header, "alg": algorithm}, claims)) == Reason.ALGORITHM


def test_alg_none_with_an_empty_signature_is_refused() -> None:
    header, claims = parts()
    text = forged({**header, "alg": "none"}, claims).rpartition(".")[0] + "."
    assert reason(text) == Reason.ALGORITHM
    assert reason(SIGNED.rpartition(".")[0] + ".") == Reason.SIGNATURE


def test_a_signature_keyed_with_the_public_key_is_refused() -> None:
    """HS256 over the published bytes: the classic confusion."""
    import hashlib
    import hmac

    header, claims = parts()
    text = forged({**header, "alg": "HS256"}, claims).rpartition(".")[0]
    mac = hmac.new(KEY.public.raw, text.encode(), hashlib.sha256).digest()
    assert reason(f"{text}.{b64(mac)}") == Reason.ALGORITHM


@pytest.mark.parametrize(
    "extra",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False, "crit": ["b64"]},
        {"jwk": {}},
        {"typ": "JWT"},
        {"zip": "DEF"},
    ],
)
def test_no_header_that_we_do_not_know_is_ignored(extra: dict[str, object]) -> None:
    header, claims = parts()
    assert reason(forged({**header, **extra}, claims)) == Reason.HEADER


@pytest.mark.parametrize("kid", ["", "AAAAAAAA", "../../etc/passwd", "' OR 1=1"])
def test_an_unknown_key_id_is_refused(kid: str) -> None:
    header, claims = parts()
    assert reason(forged({**header, "kid": kid}, claims)) == Reason.KEY


@pytest.mark.parametrize("kid", [None, 7, [], {}])
def test_a_key_id_that_is_no_text_is_refused(kid: object) -> None:
    header, claims = parts()
    assert reason(forged({**header, "kid": kid}, claims)) == Reason.HEADER


def test_another_key_under_a_known_id_is_refused() -> None:
    stranger = new_key()
    header, claims = parts()
    assert reason(forged(header, claims, stranger)) == Reason.SIGNATURE
    assert reason(SIGNED, keys={KEY.public.kid: stranger.public}) == Reason.KEY


@pytest.mark.parametrize(
    "change",
    [
        {"exp": None},
        {"exp": "1650146400"},
        {"exp": 1650146400.5},
        {"exp": True},
        {"exp": -1},
        {"exp": 10**30},
        {"nbf": 10**12},
        {"n": 0},
        {"n": "2"},
        {"name": ""},
        {"name": "张" * 25},
        {"jti": 7},
        {"iss": "me"},
    ],
)
def test_claims_of_the_wrong_shape_are_refused_though_signed(change: dict[str, object]) -> None:
    header, claims = parts()
    assert reason(forged(header, {**claims, **change})) == Reason.CLAIMS


def test_a_repeated_member_is_refused() -> None:
    head, _, _ = SIGNED.split(".")
    body = b64(json.dumps(parts()[1]).replace('"n"', '"exp": 9999999999, "n"').encode())
    text = f"{head}.{body}"
    assert reason(f"{text}.{b64(KEY.private.sign(text.encode()))}") == Reason.MALFORMED


def test_a_long_masked_name_stays_short_in_the_code() -> None:
    long = sign(replace(STATEMENT, masked_name="买" + "*" * 48 + "力"), KEY)
    assert verify(long, KEYS, at=AT, audience=RECEPTION).masked_name == "买***力"


def test_what_could_never_be_verified_is_not_signed() -> None:
    for change in (
        {"masked_name": ""},
        {"persons": 0},
        {"expires_at": STATEMENT.not_before},
        {"number": "7" * 33},
    ):
        with pytest.raises(ValueError, match="claims"):
            sign(replace(STATEMENT, **change), KEY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "page", ["http://linli.example.org/c/", "https://linli.example.org/c", "https://a/#/"]
)
def test_a_page_without_https_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="https"):
        check_url(page, new_token(), SIGNED)


def test_every_truncation_is_refused() -> None:
    for length in range(len(SIGNED)):
        reason(SIGNED[:length])


def test_every_single_wrong_character_is_refused() -> None:
    """Also the last one, whose spare bits a lax base64 reader ignores."""
    for place, character in enumerate(SIGNED):
        reason(SIGNED[:place] + ("A" if character != "A" else "B") + SIGNED[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "#", "..", "...", "a.b.c", "\x00", "🙂", "5", "56", "9" * 4097, ". . .", "٣٤", "é.é.é"]
)
def test_odd_texts_are_refused(text: str) -> None:
    assert reason(text) in (Reason.MALFORMED, Reason.SIGNATURE)


@pytest.mark.parametrize("text", [None, 7, b"bytes", []])
def test_things_that_are_no_text_are_refused(text: object) -> None:
    assert reason(text) == Reason.MALFORMED  # type: ignore[arg-type]


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=400))
def test_no_text_is_valid_and_none_crashes(text: str) -> None:
    reason(text)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=70))
def test_no_three_parts_are_valid_and_none_crash(head: bytes, body: bytes, signature: bytes) -> None:
    reason(f"{b64(head)}.{b64(body)}.{b64(signature)}")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(["alg", "kid", "crit", "typ", "x"]), _JSON, max_size=4), _JSON)
def test_no_header_and_claims_of_a_holder_of_the_key_crash(header: dict[str, object], claims: object) -> None:
    reason(forged({**header, "kid": KEY.public.kid}, claims))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(parts()[1])), _JSON)
def test_a_claim_of_any_shape_is_judged_without_a_crash(name: str, value: object) -> None:
    header, claims = parts()
    try:
        verify(forged(header, {**claims, name: value}), KEYS, at=AT, audience=RECEPTION)
    except Invalid as invalid:
        assert invalid.reason in (
            Reason.CLAIMS,
            Reason.AUDIENCE,
            Reason.EARLY,
            Reason.EXPIRED,
            Reason.MALFORMED,
        )


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.text(alphabet="ABCab019-_.=\n ", min_size=1, max_size=3))
def test_no_insertion_is_valid(place: int, inserted: str) -> None:
    changed = SIGNED[:place] + inserted + SIGNED[place:]
    if changed.strip() != SIGNED:
        reason(changed)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(min_codepoint=45, max_codepoint=122), max_size=50))
def test_digits_are_read_back(text: str) -> None:
    assert from_digits(to_digits(text)) == text
