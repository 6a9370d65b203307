"""``landscape-gui compute --part-of``: from the surface in the file to the spec of a part of it."""

from __future__ import annotations

from argparse import Namespace

from pydantic import ValidationError

from landscape_gui.specs import LatticeSpec, SurfaceSpec, UserError

# What a part takes from its surface, and the option that would say otherwise.
_FIXED = {
    "other": "--other",
    "axis2": "--axis2",
    "other_base": "--other-base",
    "curve": "--curve",
    "group": "--group",
    "tolerance": "--tolerance",
    "task": "--task",
    "train_examples": "--train-examples",
    "dev_examples": "--dev-examples",
}


def part_spec(arguments: Namespace) -> SurfaceSpec:
    """The spec of a finer part of a surface in ``--out``.

    Raises
    ------
    UserError
        If there is no such surface, its spec cannot be used, a range is missing, or an option
        contradicts the surface.
    """
    from landscape_gui.store.landscape_file import read_landscape

    contrary = [option for name, option in _FIXED.items() if getattr(arguments, name)]
    if contrary:
        raise UserError(
            "A finer part is measured as its surface was.",
            f"Leave out {', '.join(contrary)}.",
        )
    if arguments.alpha is None or arguments.beta is None:
        raise UserError(
            "A finer part needs to know where it lies.",
            "Give both --alpha LOW HIGH and --beta LOW HIGH.",
        )
    surfaces = read_landscape(arguments.out).surfaces
    whole = surfaces.get(arguments.part_of)
    if whole is None or whole.part_of:
        names = ", ".join(name for name, item in surfaces.items() if not item.part_of)
        raise UserError(
            f"{arguments.out} holds no surface {arguments.part_of} that could have a finer part.",
            f"Its surfaces are {names}." if names else "It holds no surface.",
        )
    try:
        lattice = LatticeSpec(
            alpha_range=tuple(arguments.alpha),
            beta_range=tuple(arguments.beta),
            alpha_points=arguments.points,
            beta_points=arguments.points,
        )
    except ValidationError as error:
        raise UserError(
            f"{error.errors()[0]['msg'].removeprefix('Value error, ')}.",
            "See --help for what can be asked.",
        ) from error
    try:
        return (
            SurfaceSpec.model_validate(whole.spec)
            .part(whole.name, lattice)
            .model_copy(
                update={
                    "run": arguments.run_dir,
                    "device": arguments.device,
                    **({"base": arguments.base} if arguments.base is not None else {}),
                }
            )
        )
    except ValidationError as error:
        raise UserError(
            f"The file does not say in a way that this program knows how {whole.name} was made.",
            "Measure it again as a surface of its own.",
        ) from error
