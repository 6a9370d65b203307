"""The ``*.landscape.h5`` file: everything about one run (see ``schema`` for its layout)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import h5py
import numpy as np
import numpy.typing as npt

from landscape_gui.specs import (
    CurveSpec,
    HessianSpec,
    LayerGroup,
    RollbackSpec,
    SurfaceSpec,
    UserError,
)
from landscape_gui.store import schema
from landscape_gui.store.creation import (
    ExampleRoom,
    add_parts,
    build_file,
    build_rollback,
    build_target,
    extend_rollback,
    replace_history,
    store_layer_groups,
)
from landscape_gui.store.data_hashes import check_same_data
from landscape_gui.store.file_errors import explain_os_error
from landscape_gui.store.hdf5_access import group_at, open_for_writing
from landscape_gui.store.hessian_creation import build_hessian
from landscape_gui.store.hessian_writer import HessianWriter
from landscape_gui.store.lock import WriterLock
from landscape_gui.store.matching import (
    free_name,
    hessian_to_continue,
    rollback_to_continue,
    same_history,
    same_run,
    same_target,
)
from landscape_gui.store.parts import whole_of
from landscape_gui.store.point_writer import PointWriter
from landscape_gui.store.reading import read_landscape
from landscape_gui.store.records import (
    FloatArray,
    LandscapeRecord,
    PlaneRecord,
    RunRecord,
    SurfaceRecord,
)
from landscape_gui.store.replacement import draft_stem, replaced
from landscape_gui.store.rollback_writer import RollbackWriter
from landscape_gui.store.set_aside import Exchange, free_place, put_aside, take_back

__all__ = ["LandscapeWriter", "check_destination", "read_landscape"]


def check_destination(path: Path) -> None:
    """Find out, before hours are spent, what would keep a job from writing its file.

    Raises
    ------
    UserError
        If the folder is missing, another process is writing the file, or it is not one of ours.
    """
    lock = WriterLock(path)
    lock.acquire()
    try:
        if path.exists():
            read_landscape(path)
    finally:
        lock.release()


class LandscapeWriter:
    """Writes one landscape file; a context manager that holds its lock.

    Adding a surface, curve or rollback goes through a copy of the file that then replaces it;
    values are written in place.
    """

    def __init__(self, path: Path, lock: WriterLock) -> None:
        self.path = path
        self._lock = lock
        self._file: h5py.File | None = None
        self._children: dict[str, PointWriter | RollbackWriter | HessianWriter] = {}

    @classmethod
    def open(
        cls, path: Path, run: RunRecord, layer_groups: Mapping[str, LayerGroup]
    ) -> LandscapeWriter:
        """Create the file, or open an existing one about the same run.

        In an existing file a training history that has changed is replaced, and layer groups it
        did not have are added.

        Raises
        ------
        UserError
            If the file is about another run, is damaged, defines a layer group of the same name
            differently, is being written by another process, or cannot be written.
        """
        path = Path(path)
        lock = WriterLock(path)
        lock.acquire()
        writer = cls(path, lock)
        try:
            writer._begin(run, layer_groups)
        except BaseException:
            writer.close()
            raise
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and give the lock back."""
        try:
            self._close_file()
        finally:
            self._lock.release()

    def surface(
        self,
        spec: SurfaceSpec,
        alpha: FloatArray,
        beta: FloatArray,
        plane: PlaneRecord,
        checkpoints: int,
        metrics: Sequence[str],
        *,
        example_rows: int = 0,
        examples: Mapping[str, int] | None = None,
        data: Mapping[str, str] | None = None,
    ) -> PointWriter:
        """Continue the surface of an equal spec, or create one.

        It is continued if everything but the device is the same, with the same plane (another
        run at the same place gives another one). A new one is called ``target_name(spec)``, or
        that with ``-2``, ``-3``, … where the name is taken.

        Parameters
        ----------
        alpha, beta
            float64[n] and float64[m], ascending.
        checkpoints
            Number of checkpoints with the start point, k + 1.
        example_rows
            At how many first points the results of all examples are kept; used, as is
            ``examples``, where the spec lets points be measured on few examples.
        examples
            Split → number of its examples, of all splits that the metrics are taken on.
        data
            Split → SHA-256 of its examples, as in ``SurfaceRecord.data_sha256``.

        Raises
        ------
        UserError
            If there is no space for it, it is to be a part of a surface that it does not fit, or
            that which is to be continued or refined was measured on other examples; the file is
            then unchanged.
        ValueError
            If points may be measured on few examples and a split is missing from ``examples``.
        """
        axes = {"beta": np.asarray(beta), "alpha": np.asarray(alpha)}
        if spec.part_of is not None:
            whole = whole_of(self._record().surfaces, spec, axes, plane, tuple(metrics))
            check_same_data(whole.data_sha256, data, f"surface {whole.name}", self.path)
        room = ExampleRoom()
        if spec.may_sample:
            splits, given = schema.splits_of(tuple(metrics)), examples or {}
            missing = [split for split in splits if given.get(split, 0) < 1]
            if missing:
                raise ValueError(f"the number of examples of {', '.join(missing)} is needed")
            room = ExampleRoom(example_rows, {split: given[split] for split in splits})
        return self._target(
            schema.SURFACES, spec, axes, plane, checkpoints, tuple(metrics), room, data
        )

    def surface_record(self, name: str) -> SurfaceRecord:
        """A surface as the file holds it now.

        Raises
        ------
        KeyError
            If there is no such surface.
        """
        return self._record().surfaces[name]

    def curve(
        self,
        spec: CurveSpec,
        alpha: FloatArray,
        plane: PlaneRecord,
        checkpoints: int,
        metrics: Sequence[str],
        *,
        data: Mapping[str, str] | None = None,
    ) -> PointWriter:
        """Continue the curve of an equal spec, or create one; see ``surface``."""
        axes = {"alpha": np.asarray(alpha)}
        return self._target(
            schema.CURVES, spec, axes, plane, checkpoints, tuple(metrics), ExampleRoom(), data
        )

    def rollback(
        self,
        spec: RollbackSpec,
        groups: Sequence[LayerGroup],
        metrics: Sequence[str],
        data: Mapping[str, str] | None = None,
    ) -> RollbackWriter:
        """Continue the rollback, or create one with a row for every combination of ``groups``.

        It is continued if only the combinations asked for, the groups or the device differ;
        groups that it did not have are added behind its own (see the writer's ``groups``).
        Otherwise the earlier one is set aside under ``/rollback_<n>`` as it was, and one that had
        been set aside and can be continued so, or a new one, takes its place (see the writer's
        ``exchange``).

        Raises
        ------
        UserError
            If there are too many groups or no space, or if the one to be continued was measured
            on other examples (``data``, see ``surface``).
        """
        if not 0 < len(groups) <= schema.MAX_ROLLBACK_GROUPS:
            raise UserError(
                f"A rollback takes 1 to {schema.MAX_ROLLBACK_GROUPS} layer groups, "
                f"not {len(groups)}.",
                "Join some of them.",
            )
        record = self._record()
        found = rollback_to_continue(record, spec, groups, tuple(metrics))
        shown = record.rollback.spec if record.rollback is not None else None
        if found is None:
            exchange = self._replace(
                schema.ROLLBACK,
                shown,
                lambda file: build_rollback(file, spec, groups, metrics, data),
            )
        else:
            name, table, joined = found
            check_same_data(table.data_sha256, data, "the rollback", self.path)
            held = len(table.change_errors), len(table.change_intervals)
            grows = len(joined) > len(table.groups) or min(held) < len(table.values)

            def extend(file: h5py.File) -> None:
                extend_rollback(file, spec, joined, table)

            exchange = self._continue(
                schema.ROLLBACK, name, shown, table.spec, extend if grows else None
            )
        writer = RollbackWriter(group_at(self._opened(), schema.ROLLBACK), self._guard, exchange)
        self._children[schema.ROLLBACK] = writer
        return writer

    def hessian(
        self,
        spec: HessianSpec,
        groups: Sequence[LayerGroup],
        parts: Sequence[str],
        data: Mapping[str, str] | None = None,
    ) -> HessianWriter:
        """Continue the Hessian of an equal spec, or create one with a row for every group.

        One of another spec is set aside under ``/hessian_<n>``, and comes back, as ``rollback``
        says.

        Parameters
        ----------
        parts
            Parts of the encoder, as in ``RunRecord.part_norms``.

        Raises
        ------
        UserError
            If there is no space for it, or if the one to be continued was measured on other
            examples (``data``, see ``surface``); the file is then unchanged.
        """
        record = self._record()
        name = hessian_to_continue(record, spec)
        shown = record.hessian.spec if record.hessian is not None else None
        if name is None:
            exchange = self._replace(
                schema.HESSIAN, shown, lambda file: build_hessian(file, spec, groups, parts, data)
            )
        else:
            aside = record.hessians_aside.get(name)
            held = aside or record.hessian
            if held is not None:
                check_same_data(held.data_sha256, data, "the curvature", self.path)
            exchange = self._continue(schema.HESSIAN, name, shown, aside.spec if aside else None)
        writer = HessianWriter(group_at(self._opened(), schema.HESSIAN), self._guard, exchange)
        self._children[schema.HESSIAN] = writer
        return writer

    def _replace(
        self, kind: str, shown: Mapping[str, Any] | None, build: Callable[[h5py.File], None]
    ) -> Exchange | None:
        """Set aside what is shown of a kind, and build another in its place."""
        name = free_place(self._opened(), kind)

        def change(file: h5py.File) -> None:
            put_aside(file, kind)
            build(file)

        self._children.pop(kind, None)
        self._restructure(change)
        return Exchange(kind, name, shown, None) if shown is not None else None

    def _continue(
        self,
        kind: str,
        name: str,
        shown: Mapping[str, Any] | None,
        spec: Mapping[str, Any] | None,
        extend: Callable[[h5py.File], None] | None = None,
    ) -> Exchange | None:
        """Show what the file holds of a kind as ``name``, and extend it."""
        aside = name != kind

        def change(file: h5py.File) -> None:
            if aside:
                take_back(file, kind, name)
            if extend is not None:
                extend(file)

        if aside or extend is not None:
            self._children.pop(kind, None)
            self._restructure(change)
        return Exchange(kind, name, shown, spec) if aside else None

    def _target(
        self,
        kind: str,
        spec: SurfaceSpec | CurveSpec,
        axes: Mapping[str, npt.NDArray[np.float64]],
        plane: PlaneRecord,
        checkpoints: int,
        metrics: tuple[str, ...],
        room: ExampleRoom,
        data: Mapping[str, str] | None,
    ) -> PointWriter:
        record = self._record()
        existing = record.surfaces if kind == schema.SURFACES else record.curves
        matching = (
            name
            for name, target in existing.items()
            if same_target(target, spec, axes, plane, checkpoints, metrics, room)
        )
        name = next(matching, None)
        if name is None:
            name = self._create_target(kind, spec, axes, plane, checkpoints, metrics, room, data)
        else:
            what = f"{'surface' if kind == schema.SURFACES else 'curve'} {name}"
            check_same_data(existing[name].data_sha256, data, what, self.path)
        address = f"{kind}/{name}"
        writer = PointWriter(group_at(self._opened(), address), self._guard)
        self._children[address] = writer
        return writer

    def _create_target(
        self,
        kind: str,
        spec: SurfaceSpec | CurveSpec,
        axes: Mapping[str, npt.NDArray[np.float64]],
        plane: PlaneRecord,
        checkpoints: int,
        metrics: tuple[str, ...],
        room: ExampleRoom,
        data: Mapping[str, str] | None,
    ) -> str:
        name = free_name(spec, group_at(self._opened(), kind))

        def build(file: h5py.File) -> None:
            parent = group_at(file, kind)
            build_target(parent, name, spec, axes, plane, checkpoints, metrics, room, data)

        self._restructure(build)
        return name

    def _begin(self, run: RunRecord, layer_groups: Mapping[str, LayerGroup]) -> None:
        self._remove_drafts()
        if not self.path.exists():
            self._restructure(lambda file: build_file(file, run, layer_groups))
            return
        record = self._record()
        if not same_run(record.run, run):
            raise UserError(
                f"{self.path} is about another run ({record.run.name}): its checkpoints differ.",
                "Choose another file.",
            )
        known = {
            name: LayerGroup.model_validate(data) for name, data in record.layer_groups.items()
        }
        for name, group in layer_groups.items():
            if known.setdefault(name, group) != group:
                raise UserError(
                    f"{self.path} already has a layer group {name} with other layers.",
                    "Give the group another name or choose another file.",
                )
        changed = not same_history(record.run.history, run.history)
        parts = bool(run.part_norms) and not record.run.part_norms
        if not (changed or parts) and len(known) == len(record.layer_groups):
            self._open_file()
            return

        def update(file: h5py.File) -> None:
            store_layer_groups(file, known)
            if changed:
                replace_history(file, run.history)
            if parts:
                add_parts(file, run.part_norms)

        self._restructure(update)

    def _record(self) -> LandscapeRecord:
        """The file as it stands, for deciding what can be continued."""
        record = read_landscape(self.path)
        if record.problems:
            raise UserError(
                f"{self.path} cannot be continued: {record.problems[0]}",
                "Choose another file; this one can still be looked at.",
            )
        return record

    def _restructure(self, change: Callable[[h5py.File], None]) -> None:
        self._close_file()
        try:
            with replaced(self.path) as file:
                change(file)
        finally:
            if self.path.exists():
                self._open_file()

    def _open_file(self) -> None:
        try:
            self._file = open_for_writing(self.path)
        except OSError as error:
            raise explain_os_error(error, self.path, "write") from error
        for address, child in self._children.items():
            child.bind(group_at(self._file, address))

    def _close_file(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            file.close()

    def _opened(self) -> h5py.File:
        if self._file is None:
            raise ValueError(f"the writer of {self.path} is closed")
        return self._file

    def _guard(self) -> None:
        self._opened()

    def _remove_drafts(self) -> None:
        """Remove copies that a killed writer left; the lock says that nobody uses them."""
        draft = re.compile(rf"\.{re.escape(draft_stem(self.path))}\.[0-9a-f]{{12}}\.tmp")
        for path in self.path.parent.glob(".*.tmp"):
            if draft.fullmatch(path.name):
                path.unlink(missing_ok=True)
