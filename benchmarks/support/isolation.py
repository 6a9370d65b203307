"""A home of its own: benchmarks neither read nor change the user's settings and caches."""

from __future__ import annotations

import os
from pathlib import Path


def isolate(home: Path) -> None:
    """Keep the user's settings, caches and logs out of it; before Qt is imported."""
    real_key = Path.home() / ".Xauthority"
    if "XAUTHORITY" not in os.environ and real_key.exists():
        os.environ["XAUTHORITY"] = str(real_key)
    os.environ["HOME"] = str(home)
    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(home / name.lower())
    os.environ["HF_HOME"] = str(home / "huggingface")
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def use_own_settings() -> None:
    """Have QSettings write below HOME also where it would use a registry."""
    from PySide6.QtCore import QSettings

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(Path.home() / "qt-settings"))
