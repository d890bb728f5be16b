"""Models, SKUs, prices and their sources."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from ptuplan import _native
from ptuplan._arguments import PathLike
from ptuplan._results import CatalogAnswer


def _folder(data: PathLike | None) -> Path | None:
    return None if data is None else Path(data)


def models(
    *,
    provider: str | None = None,
    sku: str | None = None,
    region: str | None = None,
    feature: str | None = None,
    max_input_price: int | float | str | Decimal | None = None,
    as_of: str | None = None,
    data: PathLike | None = None,
) -> CatalogAnswer:
    """The models, one a row, that have what is asked for."""
    price = None if max_input_price is None else str(max_input_price)
    found = _native.catalog_list(provider, sku, region, feature, price, as_of, _folder(data))
    return CatalogAnswer(found)


def show(model: str, *, as_of: str | None = None, data: PathLike | None = None) -> CatalogAnswer:
    """The card of a model: grid, throughput, quotas, prices, regions, sources."""
    return CatalogAnswer(_native.catalog_card(model, as_of, _folder(data)))


def assumptions(*, data: PathLike | None = None) -> CatalogAnswer:
    """Everything assumed, and every switch between documents that disagree."""
    return CatalogAnswer(_native.catalog_assumptions(_folder(data)))


def check(*, as_of: str | None = None, data: PathLike | None = None) -> CatalogAnswer:
    """What is wrong with the catalogue or stale in it; ``ok`` when there is no error."""
    return CatalogAnswer(_native.catalog_check(as_of, _folder(data)))
