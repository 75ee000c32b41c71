"""Drives the test kit of an OpenECS server: faults, requests, state and reset.

Python 3.8 or later, nothing but the standard library; copy this file into your tests.

    openecs = OpenECS("http://127.0.0.1:7070", admin_token)
    with openecs.fault(action="RunInstances", error={"code": "OperationDenied.NoStock"}, times=1):
        create_server()                       # your code, through any SDK
    assert len(openecs.requests(action="RunInstances")) == 2
    openecs.reset()

The server is one started with `openecs serve --ephemeral` or `--testing`; the administration token is adminToken in
keys.json of its data directory, or OPENECS_ADMIN_TOKEN where it was started with that.
"""

import contextlib
import json
import urllib.error
import urllib.parse
import urllib.request

__all__ = ["OpenECS", "OpenECSError"]


class OpenECSError(Exception):
    """The server refused; str() is its sentence, status the HTTP status."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class OpenECS:
    def __init__(self, endpoint, admin_token, timeout=30):
        self.endpoint = endpoint.rstrip("/")
        self.admin_token = admin_token
        self.timeout = timeout
        # A test that runs under `openecs exec` has a proxy in its environment; these pages need none.
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def _call(self, method, page, body=None, **query):
        url = self.endpoint + "/_openecs/v1/" + page
        if query:
            url += "?" + urllib.parse.urlencode(query)
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        request = urllib.request.Request(url, data=body, method=method, headers={"Authorization": "Bearer " + self.admin_token})
        try:
            with self._open(request, timeout=self.timeout) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            try:
                text = json.loads(text)["error"]
            except (ValueError, KeyError):
                pass
            raise OpenECSError(error.code, text) from None

    def add_faults(self, *rules):
        """Puts rules in force, all or none, and returns their names."""
        return json.loads(self._call("POST", "faults", {"version": 1, "faults": list(rules)}))["added"]

    @contextlib.contextmanager
    def fault(self, **rule):
        """One rule, in force within a with block. Write a dash in a field's name as an underscore."""
        (name,) = self.add_faults({field.replace("_", "-"): value for field, value in rule.items()})
        try:
            yield name
        finally:
            self.lift(name)

    def faults(self):
        """The rules in force, with how many requests each has seen and struck."""
        return json.loads(self._call("GET", "faults"))["faults"]

    def lift(self, name=None):
        """Lifts the rule of a name, or all."""
        self._call("DELETE", "faults", **({"name": name} if name else {}))

    def requests(self, **filters):
        """The recorded requests, the oldest first. Filters: action, product, code, accessKeyId, account, refused, after, limit."""
        return json.loads(self._call("GET", "requests", **filters))["requests"]

    def forget_requests(self):
        self._call("DELETE", "requests")

    def save(self):
        """What the server holds, as YAML."""
        return self._call("GET", "state")

    def seed(self, text):
        """Makes the server what a YAML or JSON text says, in place of all that it has."""
        self._call("PUT", "state", text)

    def reset(self):
        """Goes back to what the server began with or was seeded with, without faults and recorded requests."""
        self._call("POST", "reset", b"")
