"""Tokens and buttons: ours are taken, anything else is not."""

import base64

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guide.channel.tokens import LIFETIME, ButtonError, Session, TokenError, Tokens, new_session

OLD, NEW = "an old key, long enough to be taken", "a new key, long enough to be taken"
SESSION = Session("conversation", "demo", "GB")


def test_a_conversation_has_192_random_bits_for_a_name() -> None:
    names = {new_session("demo", None).conversation for _ in range(100)}
    assert len(names) == 100
    assert {len(base64.urlsafe_b64decode(name)) for name in names} == {24}


def test_a_token_says_whose_conversation_it_is_where_and_for_a_day() -> None:
    token = Tokens([NEW]).issue(SESSION)
    assert Tokens([NEW]).session(token, {"demo"}) == SESSION
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == LIFETIME == 24 * 3600


def test_the_first_key_signs_and_all_verify() -> None:
    rotated = Tokens([NEW, OLD])
    old, new = Tokens([OLD]).issue(SESSION), rotated.issue(SESSION)
    assert rotated.session(old, {"demo"}) == rotated.session(new, {"demo"}) == SESSION
    with pytest.raises(TokenError):
        Tokens([OLD]).session(new, {"demo"})
    assert rotated.press("c", Tokens([OLD]).button("c", "Yes", "/affirm")) == ("Yes", "/affirm")
    with pytest.raises(ButtonError):
        Tokens([OLD]).press("c", rotated.button("c", "Yes", "/affirm"))


def test_a_token_of_a_site_that_is_gone_is_not_taken() -> None:
    tokens = Tokens([NEW])
    with pytest.raises(TokenError):
        tokens.session(tokens.issue(SESSION), {"another"})


@given(st.text())
def test_no_text_is_a_token_or_a_button(text: str) -> None:
    with pytest.raises(TokenError):
        Tokens([NEW]).session(text, {"demo"})
    with pytest.raises(ButtonError):
        Tokens([NEW]).press("conversation", text)


@given(st.text(), st.text())
def test_a_button_comes_back_as_it_was_and_in_its_conversation_alone(title: str, payload: str) -> None:
    tokens = Tokens([NEW])
    signed = tokens.button("conversation", title, payload)
    assert tokens.press("conversation", signed) == (title, payload)
    with pytest.raises(ButtonError):
        tokens.press("another", signed)


def test_a_button_is_no_token_and_a_token_no_button() -> None:
    tokens = Tokens([NEW])
    with pytest.raises(ButtonError):
        tokens.press("conversation", tokens.issue(SESSION))
    with pytest.raises(TokenError):
        tokens.session(tokens.button("conversation", "Yes", "/affirm"), {"demo"})
