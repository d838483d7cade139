"""Who asks a server: user and password or a token, from the environment alone, told to that server and nobody else."""

from __future__ import annotations

import base64
import os
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from urllib.request import parse_http_list, parse_keqv_list

from epargraph.errors import StoreError

NAME = "EPARGRAPH"
"""What the names of the environment's variables begin with; they go on with _USER, _PASSWORD and _TOKEN."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, or a token, or nothing: then nothing is sent."""

    user: str | None = None
    password: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    name: str = NAME
    _schemes: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def sent(self) -> bool:
        """Tell whether there is something that a server is told."""
        return bool(self.token or self.user)

    def header(self, url: str, seconds: float) -> str | None:
        """Return what a POST to the URL says of who asks, None where there is nothing to say.

        A server is asked once how it wants to be told, and before each request where it wants Digest, for that can't be
        said in advance. Where it does not say, it is Basic.
        """
        if self.token:
            return f"Bearer {self.token}"
        if self.user is None:
            return None
        if self._schemes.get(url) != "basic":
            scheme, _, rest = _challenge(url, seconds).partition(" ")
            if scheme.lower() == "digest":
                return self._digest(url, rest)
            self._schemes[url] = "basic"
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def _digest(self, url: str, challenge: str) -> str | None:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, self.user or "", self.password)
        told = parse_keqv_list([each for each in parse_http_list(challenge) if "=" in each])
        handler = urllib.request.HTTPDigestAuthHandler(passwords)
        said = handler.get_authorization(urllib.request.Request(url, method="POST"), told)
        return f"Digest {said}" if said else None

    @property
    def remedy(self) -> str:
        """What to do where the server does not know who asks."""
        variables = f"{self.name}_USER and {self.name}_PASSWORD, or {self.name}_TOKEN"
        return f"mend {variables}" if self.sent else f"set {variables} in the environment"


def from_environment(name: str = NAME) -> Credentials:
    """Return what the environment says under a name; StoreError where that is no user with a password and no token.

    >>> from_environment("NOBODY").header("http://localhost/query", 1) is None
    True
    """
    user, password, token = (os.environ.get(f"{name}_{what}") or None for what in ("USER", "PASSWORD", "TOKEN"))
    if (token and user) or (password and not user):
        reason = "there are a user and a token" if token and user else "there is a password and no user"
        raise StoreError(f"{name}_USER", reason, f"set {name}_USER and {name}_PASSWORD, or {name}_TOKEN alone")
    if any(character in f"{user}{password}{token}" for character in "\r\n"):
        raise StoreError(f"{name}_USER", "a line ends in it or in the password or token", "take the line's end out")
    return Credentials(user, password or "", token, name)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _challenge(url: str, seconds: float) -> str:
    """Return how the server wants to be told who asks, empty where it lets everybody in or does not say."""
    try:
        with urllib.request.build_opener(_NoRedirect).open(url, timeout=seconds):
            return ""
    except urllib.error.HTTPError as error:
        with error:
            said = error.headers.get_all("WWW-Authenticate") or [] if error.code == 401 else []
            return next((each for each in said if each.lower().startswith("digest")), "")
    except OSError:
        return ""  # the request itself tells what is wrong
