"""Addresses: the canonical form of a URL, the site it is on, the key that groups re-imports.

In: a URL as a header has it. Out: text, "" where it is no absolute http(s) address. `read` fills
`Article.url` and `source` from here; `stories` groups by `story_key`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from newssearch.article.remembered import remembered

if TYPE_CHECKING:
    from urllib.parse import SplitResult

#: Query parameters that say how a reader came, not what the page is.
_TRACKING = (  # compiled when first used: most commands look at no query
    r"(?i:utm_\w*|ns_\w+|at_(?:medium|campaign|custom\d*|link_\w+|bbc_team|format|ptr_name|link)"
    r"|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|cmpid|ocid|icid|ito|_ga|spm|xtor"
    r"|ref_src|sr_share|smid|ftag|guccounter|guce_\w+|wt\.\w+|traffic_source|__twitter_impression)"
)
#: An address that has nothing to take away; to split one takes ten times as long.
_PLAIN = r"https?://([a-z0-9.-]++)(?:/[!\"$-;=@-~]*+)?"
#: First labels of a host name that name an edition or a device, not another site.
_EDITIONS = frozenset(
    ("www", "www1", "www2", "www3", "m", "mobile", "amp", "edition", "us", "lite", "international")
)


@cache  # start-up, as above
def _plain() -> re.Pattern[str]:
    return re.compile(_PLAIN)


@remembered
def _split(url: str) -> SplitResult | None:
    import urllib.parse  # start-up: a query imports this module and splits nothing

    try:
        parts = urllib.parse.urlsplit(url.strip().strip("<>"))
        usable = parts.scheme.lower() in ("http", "https") and parts.hostname
        parts.port  # noqa: B018  a port that is no number raises here
    except ValueError:
        return None
    return parts if usable else None


def canonical_url(url: str) -> str:
    """The absolute address without fragment and tracking parameters; "" if it is not one."""
    return url if not url or _plain().fullmatch(url) else _canonical(url)


@remembered
def _canonical(url: str) -> str:
    if re.search(r"[\s\x00-\x1f]", url.strip()):
        return ""
    parts = _split(url)
    if parts is None or parts.hostname is None:
        return ""
    host = parts.netloc.rpartition("@")[2].lower()
    host = host.removesuffix(":80" if parts.scheme.lower() == "http" else ":443")
    query = parts.query
    if query:
        kept = [p for p in query.split("&") if p and not re.fullmatch(_TRACKING, p.split("=")[0])]
        query = "?" + "&".join(kept) if kept else ""
    return f"{parts.scheme.lower()}://{host}{parts.path}{query}"


def story_key(url: str) -> str:
    """What articles of one address share: no scheme, `www.`, fragment, tracking, last slash.

    "" unless the address is absolute and has a path: a site's front page groups nothing.
    """
    address = canonical_url(url).partition("://")[2].removeprefix("www.")
    host, slash, rest = address.partition("/")
    rest = rest.rstrip("/") if "?" not in rest else rest
    return f"{host}/{rest}" if slash and rest.strip("/") else ""


def site_of(url: str) -> str:
    """The site of an address: `https://edition.cnn.com/x` -> `cnn.com`; "" where there is none."""
    if not url:
        return ""
    plain = _plain().fullmatch(url)
    if plain is not None:
        return _site_at(plain.group(1))
    parts = _split(url)
    return _site_at(parts.hostname or "") if parts else ""


@remembered
def _site_at(host: str) -> str:
    host = host.rstrip(".")
    label, _, rest = host.partition(".")
    while label in _EDITIONS and "." in rest:
        host = rest
        label, _, rest = host.partition(".")
    return host
