"""Signs each call in at the demo issuer, as somebody who may make it."""

import base64
import hashlib
import json
import os
import secrets
import urllib.error
import urllib.parse
import urllib.request

import schemathesis

ISSUER = os.environ["ISSUER"]
REDIRECT = os.environ["CLIENT_REDIRECT"]
CLIENT = "partner-support-demo"


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def token(person):
    """The authorization code flow with PKCE, as the demonstration's page does it."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    client = {"client_id": CLIENT, "redirect_uri": REDIRECT}
    asked = client | {
        "response_type": "code",
        "state": "soak",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "person": person,
    }
    address = f"{ISSUER}/authorize?{urllib.parse.urlencode(asked)}"
    try:
        urllib.request.build_opener(StayHere).open(address)
        raise RuntimeError("the demo issuer did not send the person back")
    except urllib.error.HTTPError as answer:
        back = urllib.parse.urlparse(answer.headers["location"])
    code = urllib.parse.parse_qs(back.query)["code"][0]
    form = client | {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    with urllib.request.urlopen(f"{ISSUER}/token", urllib.parse.urlencode(form).encode()) as answer:
        return json.load(answer)["access_token"]


def who(case, _):
    """The operator; an administrator who has not activated yet; one of a company with contracts."""
    path = case.operation.path
    if path.startswith("/operator/"):
        return "olga"
    return "jonas" if path.startswith("/benefits/") else "chen"


@schemathesis.auth(refresh_interval=1200, cache_by_key=who)
class SignIn:
    def get(self, case, context):
        return token(who(case, context))

    def set(self, case, data, _):
        if case.operation.definition.raw.get("security"):
            case.headers["Authorization"] = f"Bearer {data}"
