"""A dict as TOML, so that a scenario made in a notebook is read like a file."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ptuplan._errors import mistake

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def dumps(scenario: Mapping[str, Any]) -> str:
    """The TOML of a dict.

    Raises:
        InputError: A value that TOML does not have, such as ``None``; the message names its key.
    """
    lines: list[str] = []
    _table(scenario, (), lines)
    return "\n".join(lines) + "\n"


def _table(table: Mapping[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    inner: list[tuple[str, Any]] = []
    for key, value in table.items():
        if not isinstance(key, str):
            raise mistake("not-a-key", f"a key is no text: {'.'.join((*path, repr(key)))}")
        if isinstance(value, Mapping) or _is_tables(value):
            inner.append((key, value))
        else:
            lines.append(f"{_key(key)} = {_value(value, (*path, key))}")
    for key, value in inner:
        own = (*path, key)
        head = ".".join(_key(part) for part in own)
        if isinstance(value, Mapping):
            lines.append(f"\n[{head}]")
            _table(value, own, lines)
        else:
            for one in value:
                lines.append(f"\n[[{head}]]")
                _table(one, own, lines)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _is_tables(value: Any) -> bool:
    return _is_list(value) and len(value) > 0 and all(isinstance(one, Mapping) for one in value)


def _key(key: str) -> str:
    return key if key and set(key) <= _BARE else json.dumps(key, ensure_ascii=False)


def _value(value: Any, path: tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise mistake("not-a-number", f"{'.'.join(path)} is {value}", "give a finite number")
        return repr(value)
    if isinstance(value, Decimal):
        return _value(float(value), path)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, Mapping):
        items = (f"{_key(str(key))} = {_value(own, (*path, str(key)))}" for key, own in value.items())
        return "{ " + ", ".join(items) + " }"
    if _is_list(value):
        return "[" + ", ".join(_value(own, path) for own in value) + "]"
    scalar = getattr(value, "item", None)
    if callable(scalar):
        return _value(scalar(), path)
    raise mistake(
        "not-a-value",
        f"{'.'.join(path)} cannot be {type(value).__name__}",
        "leave the key out where nothing is to be said" if value is None else None,
    )
