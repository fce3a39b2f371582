"""PostgreSQL refuses to run as root. Where we are root, it, and nothing else, runs as an ordinary user."""

import ctypes
import os
import pwd
from collections.abc import Callable
from pathlib import Path

from local.errors import LocalError

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_CAPBSET_READ = 23
_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2


def runner(data: Path) -> tuple[int, int] | None:
    """Return the user and group that PostgreSQL runs as; None where we are an ordinary user ourselves.

    Whoever owns the data goes on owning it: somebody may start as root today who did not yesterday.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return owner.st_uid, owner.st_gid
    try:
        user = pwd.getpwnam("nobody")
    except KeyError:
        raise LocalError(
            "PostgreSQL may not run as root, and there is no user called nobody here. Start as another user."
        ) from None
    return user.pw_uid, user.pw_gid


def dropping(user: tuple[int, int] | None, *needed: Path) -> Callable[[], None] | None:
    """Return what a child calls to become `user` before it becomes PostgreSQL; None where nothing is to be dropped.

    A project below a folder that only root may enter, such as /root, would be out of reach. Then the child keeps
    one right of root's, to pass through and read, rather than that we open somebody's folder to everyone.
    """
    if not user:
        return None
    uid, gid = user
    right = None if all(_reachable(path) for path in needed) else _right_to_pass()

    def drop() -> None:
        os.setgroups([])
        os.setgid(gid)
        if right is not None:  # Or the rights would go with the user, and access(2) would deny that we have one.
            _LIBC.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
        os.setuid(uid)
        if right is not None:
            _keep(right)

    return drop


def _reachable(path: Path) -> bool:
    """Whether everybody may pass down to `path` and execute or enter it."""
    path = path.resolve()
    return all(each.stat().st_mode & 0o001 for each in (path, *path.parents))


def _right_to_pass() -> int:
    for right in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE):
        if _LIBC.prctl(_PR_CAPBSET_READ, right, 0, 0, 0) == 1:
            return right
    raise LocalError(
        "PostgreSQL runs as the user nobody, who may not enter this folder. Move the project, or start as another user."
    )


def _keep(right: int) -> None:
    """Keep one of root's rights and no other, also for the program that is executed next."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    bits = (ctypes.c_uint32 * 6)(1 << right, 1 << right, 1 << right, 0, 0, 0)
    _LIBC.capset(header, bits)
    _LIBC.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, right, 0, 0)
