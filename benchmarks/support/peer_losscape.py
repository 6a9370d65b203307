"""losscape: ``create_3D_losscape`` with our two directions, our loader, all batches."""

from __future__ import annotations

from support.peer_problem import Problem, Sampler, Surface


def prepare(problem: Problem) -> Sampler:
    """Two full-sized tensors per parameter and point; draws and saves a contour plot at the end."""
    from losscape.create_landscape import create_3D_losscape  # pyright: ignore[reportMissingImports]

    model = problem.fresh_model()
    plane = problem.plane

    def measure() -> Surface:
        across, along, losses = create_3D_losscape(
            model,
            problem.loader,
            directions=[plane.first, plane.second],
            num_batches=len(problem.batches),  # its default, 8, would leave the rest out
            save_only=True,
            output_path=str(problem.scratch),
            x_min=-problem.limit,
            x_max=problem.limit,
            y_min=-problem.limit,
            y_max=problem.limit,
            num_points=problem.points,
        )
        return Surface(losses, across[0], along[:, 0])

    return Sampler(measure, plane, len(problem.batches))
