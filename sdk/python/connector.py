"""Posts notifications as JSON to a pager service: the contract of tocsin in Python.

The component is built from this file by componentize-py; `wit_world` and `componentize_py_types` are made by it from the
contract. Each call gets a fresh instance: what a module keeps in its globals is forgotten.
"""

import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import http, log, types

TITLE_CHARS = 200
TEXT_CHARS = 4000
ADDRESS = "Write the whole address, beginning with https:// or http://."

SETTINGS = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["url"],
    "properties": {
        "url": {
            "type": "string",
            "format": "uri",
            "title": "URL",
            "description": "Where messages are posted. Its origin is the only one that this receiver may reach.",
        },
        "token": {
            "type": "string",
            "writeOnly": True,
            "title": "Token",
            "description": "Sent as `Authorization: Bearer …`. Leave empty for none.",
        },
    },
}


class ConnectorApi(exports.ConnectorApi):
    def describe(self) -> types.Manifest:
        return types.Manifest(
            name="pager-python",
            title="Pager (Python)",
            version="0.1.0",
            summary="Posts notifications to a pager service",
            author=None,
            homepage=None,
            settings_schema=json.dumps(SETTINGS),
            abilities=[types.Ability_HttpFromSettings("/url")],
            limits=types.ChannelLimits(TITLE_CHARS, TEXT_CHARS, 60, True),
            data="{}",
        )

    def validate(self, settings: str) -> None:
        errors = wrong_with(json.loads(settings))
        # An error is raised, never returned.
        if errors:
            raise Err(errors)

    def deliver(self, settings: str, notification: types.Notification) -> types.Delivered:
        settings = json.loads(settings)
        if errors := wrong_with(settings):
            raise Err(types.DeliveryError_Misconfigured(errors))
        headers = [("content-type", "application/json"), ("idempotency-key", notification.idempotency_key)]
        if token := settings.get("token"):
            headers.append(("authorization", f"Bearer {token}"))
        body = json.dumps(message(notification)).encode()
        try:
            answer = http.send(http.Request("POST", settings["url"], headers, body, None))
        except Err as error:
            raise Err(unsent(error.value)) from None
        return outcome(answer)


def wrong_with(settings: dict) -> list[types.FieldError]:
    """What is wrong with settings. Unlike with the SDK for Rust, nothing has read them by the schema before."""
    url, token = settings.get("url"), settings.get("token")
    errors = []
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        errors.append(types.FieldError("/url", ADDRESS))
    if token is not None and not isinstance(token, str):
        errors.append(types.FieldError("/token", "A token is text."))
    errors += [types.FieldError(f"/{name}", "There is no such setting.") for name in settings.keys() - {"url", "token"}]
    return errors


def message(notification: types.Notification) -> dict:
    """What the far side is sent."""
    return {
        "kind": notification.kind.name.lower(),
        "title": shorten(notification.title, TITLE_CHARS),
        "text": shorten(notification.text or notification.title, TEXT_CHARS),
        "link": notification.url,
        "reply_to": notification.prior_handle,
    }


def shorten(text: str, chars: int) -> str:
    """Cuts out the middle: the end of a message often holds the value that was measured."""
    if len(text) <= chars:
        return text
    tail = (chars - 1) // 4
    return text[: chars - 1 - tail] + "…" + text[len(text) - tail :]


def outcome(answer: http.Response) -> types.Delivered:
    """What the far side's answer means."""
    said = f"HTTP {answer.status}: {' '.join(answer.body.decode(errors='replace').split())[:200]}"
    if answer.status in (401, 403):
        raise Err(types.DeliveryError_Misconfigured([types.FieldError("/token", f"This token is not accepted. ({said})")]))
    if answer.status in (408, 425, 429) or answer.status >= 500:
        raise Err(types.DeliveryError_Retry(types.Retry(said, retry_after_ms(answer))))
    if not 200 <= answer.status < 300:
        raise Err(types.DeliveryError_Permanent(said))
    try:
        handle = json.loads(answer.body).get("id")
    except (ValueError, AttributeError):
        log.write(log.Level.DEBUG, "the answer names no message")
        handle = None
    return types.Delivered(handle if isinstance(handle, str) else None, said, None)


def retry_after_ms(answer: http.Response) -> int | None:
    """Seconds only; a date would need a clock that both sides agree on."""
    for name, value in answer.headers:
        if name.lower() == "retry-after" and value.isdecimal():
            return int(value) * 1000
    return None


def unsent(error: http.Error) -> types.DeliveryError:
    """What it means that there was no answer."""
    match error:
        case http.Error_Denied(reason):
            return types.DeliveryError_Misconfigured([types.FieldError("", reason)])
        case http.Error_Invalid(reason):
            return types.DeliveryError_Permanent(reason)
        case http.Error_TooLarge(limit):
            return types.DeliveryError_Permanent(f"more than {limit} bytes in one request or answer")
        case http.Error_Timeout():
            return types.DeliveryError_Retry(types.Retry("no answer in time", None))
        case _:
            return types.DeliveryError_Retry(types.Retry(error.value, None))
