"""About: what this is and in which versions, to copy."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from landscape_gui import __version__
from landscape_gui.ui.dialogs.fields import dialog_buttons
from landscape_gui.ui.panels.parts import label

# Read from the installed packages' metadata: importing torch for its version would take seconds.
PACKAGES = ("PySide6-Essentials", "pyqtgraph", "numpy", "h5py", "torch", "transformers", "datasets")


def versions() -> str:
    """Versions of everything that matters, one per line."""
    lines = [
        f"Landscape GUI {__version__}",
        f"Python {platform.python_version()} on {platform.system()} {platform.release()}",
        f"Qt {qVersion()}",
    ]
    for package in PACKAGES:
        try:
            lines.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{package} is not installed")
    return "\n".join(lines)


class AboutDialog(QDialog):
    """What this is, after which paper, and in which versions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("About Landscape GUI")
        self.setMinimumWidth(440)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label("Landscape GUI", "title"))
        column.addWidget(
            label(
                "Live loss landscapes of fine-tuned language models, after Hao, Dong, Wei and Xu: "
                "Visualizing and Understanding the Effectiveness of BERT (EMNLP 2019).",
                wrap=True,
            )
        )
        self.versions = label(versions(), "muted")
        self.versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.versions)
        buttons, _ = dialog_buttons()
        copy = buttons.addButton("Copy versions", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.versions.text())
