"""Roll layer groups back: which combinations to measure, on how many examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from landscape_gui.engine.events import Failed, RunDescription
from landscape_gui.specs import ExamplesSpec, RollbackSpec
from landscape_gui.ui.dialogs.fields import CountField, PathField, row_label
from landscape_gui.ui.dialogs.file_job_dialog import FileJobDialog
from landscape_gui.ui.dialogs.group_boxes import GroupBoxes
from landscape_gui.ui.dialogs.spec_fields import SpecForm, facts
from landscape_gui.ui.job_estimate import KnownSpeeds, estimate
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.spec_building import rollback_fields

# So many groups give 64 combinations; more are not a table any more.
MOST_COMBINED = 6
KINDS = (
    ("singles", "Each group by itself, and all of them"),
    ("together", "These groups together"),
    ("every", "Every combination of these groups"),
)


class RollbackDialog(FileJobDialog):
    """Asks for a RollbackSpec of the landscape that is open.

    Parameters
    ----------
    known
        Fields of ``EvaluationSpec``; by default those that the file says.

    Attributes
    ----------
    requested
        ``(RollbackSpec, Path)``: the job and its file, when the user starts it.
    """

    def __init__(
        self,
        model: LandscapeModel,
        known: dict[str, Any] | None = None,
        speeds: KnownSpeeds | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            f"Roll back layers of {model.run.name}",
            "What the fine-tuned model loses when some layers are put back to their values before "
            "fine-tuning (Hao et al. 2019, Table 1).",
            "Measure",
            parent,
        )
        self.setWindowTitle("Roll back layers")
        self._known = rollback_fields(model) if known is None else known
        self._speeds = speeds or KnownSpeeds({})
        self._description: RunDescription | None = None
        self._trouble = ""  # why the run cannot be measured
        self._file = model.path
        held = model.rollback.examples
        self._table_examples = ExamplesSpec.model_validate(held) if held else None
        form = SpecForm(RollbackSpec)
        self.groups = GroupBoxes(model.groups, facts(RollbackSpec, "groups").help)
        self.kind = QComboBox()
        for key, words in KINDS:
            self.kind.addItem(words, key)
        form.add("groups", self.groups)
        form.add("combinations", self.kind)
        examples = ExamplesSpec.model_validate(self._known.get("examples") or {})
        self._examples = SpecForm(ExamplesSpec, "examples.")
        self.train = CountField("Training examples", examples.train)
        self.dev = CountField("Development examples", examples.dev)
        self._examples.add("train", self.train)
        self._examples.add("dev", self.dev)
        self.out = PathField("save", "File")
        self.out.path = model.path
        self._examples.rows.addRow(row_label("File", self.out), self.out)
        self.fields.addWidget(form)
        self.fields.addWidget(self._examples)
        self.fields.addStretch(1)
        form.edited.connect(self._check)
        self._examples.edited.connect(self._check)
        self.out.edited.connect(self._check)
        self._check()
        self.fit()

    @property
    def run(self) -> Path:
        """The run directory."""
        return Path(self._known["run"])

    def show_description(self, answer: RunDescription | Failed) -> None:
        """Take the size of the model for the estimate; all else is known from the file."""
        if isinstance(answer, Failed):
            self._trouble = f"{answer.message} {answer.hint}".strip()
        else:
            self._description = answer
        self._check()
        self.fit()

    def spec(self) -> RollbackSpec:
        """The job as typed.

        Raises
        ------
        pydantic.ValidationError
            If something typed cannot be.
        """
        seed = ExamplesSpec.model_validate(self._known.get("examples") or {}).seed
        fields: dict[str, Any] = self._known | {
            "groups": self.groups.chosen,
            "combinations": self._combinations(),
            "examples": {"train": self.train.count, "dev": self.dev.count, "seed": seed},
        }
        return RollbackSpec(**fields)

    def _combinations(self) -> tuple[tuple[str, ...], ...]:
        names = [group.name for group in self.groups.chosen]
        match self.kind.currentData():
            case "together":
                return (tuple(names),)
            case "every":
                masks = range(1, 2 ** min(len(names), MOST_COMBINED))
                return tuple(
                    tuple(name for bit, name in enumerate(names) if mask >> bit & 1)
                    for mask in sorted(masks, key=lambda mask: (mask.bit_count(), mask))
                )
        singles = [(name,) for name in names]
        return tuple(singles if len(names) == 1 else [*singles, tuple(names)])

    def _problems(self) -> dict[str, str]:
        found: dict[str, str] = {}
        chosen = len(self.groups.chosen)
        if problem := self.groups.problem():
            return {"groups": problem}
        if self.kind.currentData() == "every" and chosen > MOST_COMBINED:
            found["combinations"] = f"Choose at most {MOST_COMBINED} groups for every combination."
        return self.typed_problems(found)

    def _check(self) -> None:
        problem = self.show_problems(self._problems()) or self._trouble
        self.start.setEnabled(not problem)
        if problem:
            self.show_state(problem, "")
            return
        told = estimate(self.spec(), self._description, self._speeds)
        self.show_state("", f"{told.text}.{self._what_becomes_of_the_table()}", told.basis)

    def _what_becomes_of_the_table(self) -> str:
        if self.out.path != self._file:
            return ""
        if self._table_examples not in (None, self.spec().examples):
            return " The table that the file holds is on other examples and is set aside."
        return " What the file holds is not measured again."
