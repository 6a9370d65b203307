"""Time to a 41 × 41 surface: ours, and other packages on the same model, data and plane."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.peer_ours import OurJob
    from support.peer_problem import Problem
    from support.peer_timing import Peer, Timings, Verdict

PROJECT = Path(__file__).resolve().parents[1]
POINTS, QUICK_POINTS = 41, 5
EXAMPLES, QUICK_EXAMPLES = 128, 8
ROUNDS = 3
TOLERANCE = 0.01
_OURS = {"ours_exact": "with every point", "ours_1_percent": "to 1 %"}
# Share of the lattice that the tolerant job is spread over; what remains is done at the end.
SPREAD = 0.3
INSTALL = (
    "pip install --no-deps --target DIR -r packaging/peers.txt, then --peers-path DIR "
    "(packaging/peers.txt says more)"
)


def machine(threads: int) -> str:
    """The machine in words."""
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count()
    return f"{cores} cores, {threads} torch threads, {platform.system()} {platform.machine()}"


# -- measuring ---------------------------------------------------------------------------------


class Contest:
    """All packages and our two jobs, taking turns.

    Parameters
    ----------
    problems
        The same problem ``padded`` to the task's maximal length and, if it is wanted, padded to the
        ``longest`` of each batch.
    exact, tolerant
        Our jobs: all points, and to 1 % of the range.
    """

    def __init__(
        self, problems: dict[str, Problem], exact: OurJob, tolerant: OurJob, rounds: int
    ) -> None:
        from support.peer_timing import PEERS, Timings

        self.problems = problems
        self.exact, self.tolerant, self.rounds = exact, tolerant, rounds
        self.peers = [peer for peer in PEERS if peer.found()]
        self.skipped = [peer for peer in PEERS if not peer.found()]
        self.failures: dict[str, str] = {}
        self.verdicts: dict[str, Verdict] = {}
        self.memory: dict[str, int] = {}
        self.measured: dict[str, int] = {}
        self.timings: dict[str, dict[str, Timings]] = {
            peer.package: {kind: Timings() for kind in self.problems} for peer in self.peers
        }

    def run(self) -> None:
        """Every package once per round, a part of our jobs after each, our jobs to their ends."""
        turns = self.rounds * len(self.peers)
        lattice = self.exact.spec.lattice
        total = lattice.alpha_points * lattice.beta_points
        for turn in range(turns):
            peer = self.peers[turn % len(self.peers)]
            if peer.package not in self.failures:
                try:
                    self._measure(peer)
                except Exception as error:  # whatever a foreign package does must not end the rest
                    self.failures[peer.package] = f"{type(error).__name__}: {error}"
            self.exact.advance(total * (turn + 1) / turns)
            self.tolerant.advance(SPREAD * total * (turn + 1) / turns)
        self.exact.advance(float("inf"))
        self.tolerant.advance(float("inf"))

    def _measure(self, peer: Peer) -> None:
        from support.peer_timing import judge, time_once

        name = peer.package
        first = name not in self.verdicts
        for kind, problem in self.problems.items():
            sampler, surface = time_once(peer, problem, self.timings[name][kind])
            self.measured[name] = self.measured.get(name, 0) + surface.values.size
            if first and kind == "padded":
                self.verdicts[name] = judge(problem, sampler, surface)
                self.memory[name] = sampler.bytes_per_point


def report(contest: Contest, counts: tuple[int, int]) -> dict[str, Any]:
    """The measured numbers as they are printed in JSON."""
    from support.peer_ours import errors, judge_ours, precision

    if contest.exact.failure:
        raise RuntimeError(f"our own job failed: {contest.exact.failure}")
    exact = contest.exact.result()
    points = exact.order.size
    difference, correct = judge_ours(contest.problems["padded"], exact, counts)
    found: dict[str, Any] = {
        "ours_exact": _ours(contest.exact)
        | {"precision": precision(exact), "correct": correct, "difference": _short(difference)},
        "ours_1_percent": {"failed": contest.tolerant.failure},
    }
    if not contest.tolerant.failure:
        tolerant = contest.tolerant.result()
        p95, largest = errors(exact, tolerant)
        found["ours_1_percent"] = _ours(contest.tolerant) | {
            "precision": precision(tolerant),
            "error_p95": _short(p95),
            "error_max": _short(largest),
        }
    for peer in contest.peers:
        name = peer.package
        if name in contest.failures:
            found[name] = {"version": peer.version, "failed": contest.failures[name]}
            continue
        timings = contest.timings[name]
        padded = timings["padded"].total(points)
        verdict = contest.verdicts[name]
        found[name] = {
            "version": peer.version,
            "seconds": round(padded.wall, 2),
            "cpu_seconds": round(padded.cpu, 2),
            "correct": verdict.correct,
            "difference": _short(verdict.difference),
            "extrapolated": True,
            "points": contest.measured[name],
        }
        if "longest" in timings:
            longest = timings["longest"].total(points)
            found[name]["longest"] = {
                "seconds": round(longest.wall, 2),
                "cpu_seconds": round(longest.cpu, 2),
            }
        if verdict.why:
            found[name]["why"] = verdict.why
        if contest.memory[name]:
            found[name]["memory_gb"] = round(contest.memory[name] * points / 1e9, 1)
    for peer in contest.skipped:
        found[peer.package] = {"skipped": f"not installed: {INSTALL}"}
    return found


def _ours(job: OurJob) -> dict[str, Any]:
    return {
        "seconds": round(job.cost.wall, 2),
        "cpu_seconds": round(job.cost.cpu, 2),
        "extrapolated": False,
        "points": job.points,
        "sampled": job.sampled,
    }


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def fits(numbers: dict[str, Any]) -> bool:
    """Whether a package could measure the whole surface in this machine's memory."""
    has_sizes = hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if has_sizes else 0
    return not memory or numbers.get("memory_gb", 0) * 1e9 < memory


def speedups(found: dict[str, Any]) -> dict[str, Any]:
    """The best package's cost over ours: of the correct ones that fit, and of all that ran."""
    ran = {n: v for n, v in found.items() if n not in _OURS and "seconds" in v}
    right = {name: n for name, n in ran.items() if n["correct"] and fits(n)}
    result: dict[str, Any] = {}
    for label, among in (("best_correct", right), ("fastest", ran)):
        if not among:
            continue
        result[label] = {}
        for kind in ("padded", "longest"):
            costs = {n: v if kind == "padded" else v.get(kind) for n, v in among.items()}
            if None in costs.values():
                continue
            name = min(costs, key=lambda n: costs[n]["seconds"])
            entry: dict[str, Any] = {"package": name}
            for ours in _OURS:
                if "failed" in found[ours]:
                    continue
                for clock in ("seconds", "cpu_seconds"):
                    share = costs[name][clock] / max(found[ours][clock], 1e-9)
                    entry[f"{ours}_{clock.removesuffix('seconds')}times"] = _short(share)
            result[label][kind] = entry
    return result


# -- command line ------------------------------------------------------------------------------


def table(found: dict[str, Any], gains: dict[str, Any], head: list[str]) -> str:
    """What was measured, for reading."""
    lines = [*head, ""]
    lines.append(f"  {'':<22}{'padded':>22}{'padded to longest':>22}   correct")
    lines.append(f"  {'':<22}{'s':>11}{'CPU s':>11}{'s':>11}{'CPU s':>11}")
    for name, numbers in found.items():
        if "skipped" in numbers or "failed" in numbers:
            problem = numbers.get("failed") or "not installed"
            lines.append(f"  {name:<22}  {problem}")
            continue
        mark = "~" if numbers["extrapolated"] else " "
        row = f"  {name:<22}"
        for cost in (numbers, numbers.get("longest")):
            for clock in ("seconds", "cpu_seconds"):
                row += f"{mark + format(cost[clock], '.1f'):>11}" if cost else f"{'':>11}"
        lines.append(f"{row}   {_remark(name, numbers)}")
    lines.append("  ~ extrapolated from the points of a small lattice")
    for label, kinds in gains.items():
        for kind, entry in kinds.items():
            batches = "padded" if kind == "padded" else "padded to the longest"
            lines.append(
                f"{label.replace('_', ' ')}, {batches}: {entry['package']}; ours is "
                + ", ".join(
                    f"{entry[f'{ours}_times']:.1f} × as fast {meaning} "
                    f"({entry[f'{ours}_cpu_times']:.1f} × in CPU time)"
                    for ours, meaning in _OURS.items()
                    if f"{ours}_times" in entry
                )
            )
    if any("skipped" in numbers for numbers in found.values()):
        lines.append(f"To install the missing: {INSTALL}")
    return "\n".join(lines)


def _remark(name: str, numbers: dict[str, Any]) -> str:
    if name == "ours_1_percent":
        return (
            f"error {100 * numbers['error_p95']:.2g} % of the range (95th percentile), "
            f"{100 * numbers['error_max']:.2g} % (maximum); {numbers['points']} points, "
            f"{numbers['sampled']} more on few examples"
        )
    text = "yes" if numbers["correct"] else "no"
    text += f", within {numbers['difference']:.1g}" if numbers["correct"] else ""
    text += f" ({numbers['precision']})" if "precision" in numbers else ""
    text += f": {numbers['why']}" if "why" in numbers else ""
    if "memory_gb" in numbers:
        text += f"; the surface needs {numbers['memory_gb']:.0f} GB"
        text += "" if fits(numbers) else ", which this machine lacks"
    return text


def _odd(text: str) -> int:
    points = int(text)
    if not 5 <= points <= 401 or points % 2 == 0:
        raise argparse.ArgumentTypeError(f"{text} is not an odd number from 5 to 401")
    return points


def _examples(text: str) -> int:
    count = int(text)
    if not 2 <= count <= 100_000 or count % 2:
        raise argparse.ArgumentTypeError(f"{text} is not an even number from 2")
    return count


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 1024:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 1024")
    return count


def parser() -> argparse.ArgumentParser:
    """The options."""
    description = (
        "Measures a loss surface with this program (every point, and to 1 % of the range) and with "
        "the other packages that are installed, on the CPU, with the same model, examples, plane "
        "and number of threads, taking turns. The packages measure a small lattice, from whose "
        "points the whole is extrapolated; their values are compared with a plain evaluation. "
        f"Packages that are not installed are skipped. To install them: {INSTALL}."
    )
    options = argparse.ArgumentParser(description=description)
    options.add_argument(
        "--run", type=Path, help="a training run (default: random weights shaped like MiniLM)"
    )
    options.add_argument(
        "--other", type=Path, help="the run that gives the second axis (default: a random one)"
    )
    options.add_argument("--examples", type=_examples, help="half of each split (128)")
    options.add_argument("--points", type=_odd, help="per axis of the surface (41)")
    options.add_argument("--rounds", type=_count, help="how often each package has its turn (3)")
    options.add_argument("--threads", type=_count, help="of torch, for all (default: torch's own)")
    options.add_argument("--peers-path", type=Path, help="where else to look for the packages")
    options.add_argument(
        "--quick", action="store_true", help="8 examples, 5 × 5 points, one round, only padded"
    )
    options.add_argument("--json", action="store_true", help="print the line of JSON only")
    return options


def main() -> int:
    """Measure and print."""
    options = parser()
    given = options.parse_args()
    if given.other and not given.run:
        options.error("--other needs --run")
    for place in (given.run, given.other, given.peers_path):
        if place is not None and not place.is_dir():
            options.error(f"there is no directory {place}")
    sys.path.insert(0, str(PROJECT))
    if given.peers_path:
        # Behind everything else: the packages, and not what they need, come from there.
        sys.path.append(str(given.peers_path.resolve()))
    run, other = (place.resolve() if place else None for place in (given.run, given.other))
    # losscape moves to a GPU where there is one, whatever the model is on.
    os.environ |= {"MPLBACKEND": "Agg", "CUDA_VISIBLE_DEVICES": ""}
    from support.isolation import isolate

    with tempfile.TemporaryDirectory(prefix="landscape-gui-benchmark-") as directory:
        home = Path(directory)
        isolate(home)
        from landscape_gui.specs import UserError

        try:
            found, head = compare(given, run, other, home)
        except (RuntimeError, UserError) as error:
            print(f"{Path(__file__).name}: {error}", file=sys.stderr)
            return 1
    gains = speedups(found)
    if not given.json:
        print(table(found, gains, head))
    print(json.dumps({"peers": found, "speedup": gains}))
    return int("failed" in found["ours_1_percent"])


def compare(
    given: argparse.Namespace, run: Path | None, other: Path | None, home: Path
) -> tuple[dict[str, Any], list[str]]:
    """Set up the problem, let all take turns; the numbers, and what they were measured on."""
    import torch
    from support.peer_ours import OurJob
    from support.peer_problem import LIMIT, open_problem
    from support.peer_run import make_runs, random_other

    from landscape_gui.specs import ExamplesSpec, LatticeSpec, OtherRunAxis, SurfaceSpec

    if given.threads:
        torch.set_num_threads(given.threads)
    half = (given.examples or (QUICK_EXAMPLES if given.quick else EXAMPLES)) // 2
    points = given.points or (QUICK_POINTS if given.quick else POINTS)
    what = "random weights shaped like MiniLM, lengths as MRPC's" if run is None else run.name
    if run is None:
        run, other = make_runs(home / "runs", half)
    elif other is None:
        other = random_other(run, home)
    scratch = home / "scratch"
    scratch.mkdir()
    problem, longest, counts = open_problem(run, other, half, half, scratch)

    def job(name: str, tolerance: float | None) -> OurJob:
        spec = SurfaceSpec(
            run=run,
            axis2=OtherRunAxis(run=other),
            examples=ExamplesSpec(train=half, dev=half),
            precision="auto",
            device="cpu",
            lattice=LatticeSpec(
                alpha_range=(-LIMIT, LIMIT),
                beta_range=(-LIMIT, LIMIT),
                alpha_points=points,
                beta_points=points,
            ),
            tolerance=tolerance,
        )
        return OurJob(spec, home / f"{name}.landscape.h5")

    rounds = given.rounds or (1 if given.quick else ROUNDS)
    problems = {"padded": problem} | ({} if given.quick else {"longest": longest})
    contest = Contest(problems, job("exact", None), job("tolerant", TOLERANCE), rounds)
    contest.run()
    tokens = sum(int(batch[:, 1].sum()) for batch in problem.batches)
    head = [
        f"Machine: {machine(torch.get_num_threads())}",
        f"Model: {what}. {sum(counts)} examples, {tokens} tokens, "
        f"{sum(counts) * problem.width} padded to {problem.width}.",
        f"A surface of {points} × {points} points"
        + (" (quick: fewer points and examples than are claimed about):" if given.quick else ":"),
    ]
    return report(contest, counts), head


if __name__ == "__main__":
    sys.exit(main())
