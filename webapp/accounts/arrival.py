"""Where somebody who signs in came from, and whether they may be the first to run the deployment."""

import hmac
import ipaddress
import re

from flask import request

from webapp.extensions import settings

# Browsers read a backslash as a slash and leave out tabs and line ends, so that "/<tab>/host" would be another site.
_OUR_PATH = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")


def next_page() -> str:
    """Return the page that the reader came from, if it is one of ours."""
    wanted = request.values.get("next", "")
    return wanted if _OUR_PATH.fullmatch(wanted) else ""


def may_run_deployment() -> bool:
    """Tell whether this account may become the first super admin: on one's own machine, or with the one-time token."""
    chosen = settings()
    if chosen.setup_token and hmac.compare_digest(request.form.get("setup", "").encode(), chosen.setup_token.encode()):
        return True
    return chosen.embedded and ipaddress.ip_address(request.remote_addr or "::").is_loopback
