"""How fast a device measures, from the points of a job: what the next estimate is made of."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Generator

from landscape_gui.engine.events import Event, PointMeasured, RollbackMeasured, SpeedMeasured
from landscape_gui.engine.subject import Subject
from landscape_gui.runs.layer_groups import is_embedding

# Enough for a median, few enough to be there for a job that is cancelled early.
_POINTS = 5


def telling_speed(
    subject: Subject, events: Generator[Event, None, None]
) -> Generator[Event, None, None]:
    """The events of a measuring job, and once among them how fast it is."""
    seconds: list[float] = []
    with contextlib.closing(events):
        for event in events:
            yield event
            # The fine-tuned model's own results may be remembered, not measured.
            measured = isinstance(event, PointMeasured | RollbackMeasured)
            if not measured or (isinstance(event, RollbackMeasured) and not event.groups):
                continue
            seconds.append(event.measurement.seconds)
            if len(seconds) == _POINTS:
                yield speed_of(subject, statistics.median(seconds))


def speed_of(subject: Subject, seconds: float) -> SpeedMeasured:
    """Multiply-adds a second, and what there is to multiply, from the time of one point."""
    objective = subject.objective
    tokens = {split: int(lengths.sum()) for split, lengths in objective.tokens.items()}
    examples = objective.examples
    whole = multiplied_parameters(subject)
    used = whole * _share_computed(subject)
    return SpeedMeasured(
        run=subject.run.path,
        device=objective.device.type,
        precision=objective.precision,
        parameters_per_second=used * sum(tokens.values()) / max(seconds, 1e-9),
        tokens_per_example=sum(tokens.values()) / max(1, sum(examples.values())),
    )


def _share_computed(subject: Subject) -> float:
    """Of the whole model's work: without the layers below a group."""
    if not subject.layers:
        return 1.0
    rest = 1 - subject.objective.last_layer_share
    return max(0.0, subject.layers - subject.prefix_layers - rest) / (subject.layers - rest)


def multiplied_parameters(subject: Subject) -> int:
    """Parameters that each token is multiplied with: all but the embeddings."""
    named = dict(subject.objective.module.named_parameters())
    return sum(of.numel() for name, of in named.items() if not is_embedding(name))
