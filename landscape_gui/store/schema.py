"""Names, types and limits of the ``*.landscape.h5`` format: what writers and readers agree on.

::

    /                    format, format_version, created, creator   (attributes)
    /layer_groups        JSON: name → LayerGroup
    /run                 name, path, model, task, init, layer_count, details (JSON), gram[k, k]
    /run/parts           name, delta_squared: ‖δ1‖² of embeddings, each layer, pooler
    /run/checkpoints     path, step, epoch, sha256                  [k + 1]
    /run/history         step, epoch, train_loss, dev_loss, dev_error
    /surfaces/<name>     alpha[n], beta[m], <metric>[m, n], <metric>_errors[m, n], order[m, n],
                         examples_<split>[m, n], spec (JSON), group, status, notes, checksums,
                         data_sha256 (JSON)
                         where points may be estimated: <metric>_estimate[m, n],
                         <metric>_bound[m, n]
                         where points may be measured on few examples:
                         few_examples_<split>[m, n], few_order[m, n], and in float32
                         example_losses_<split>[rows, N], example_margins_<split>[rows, N]
        /plane           origin, axis1_norm, axis2_norm, cosine, axis2_label, gram
        /anchors         name, alpha, beta, <metric>, <metric>_errors             [4]
        /checkpoints     measured, <metric>, <metric>_errors                      [k + 1]
    /curves/<name>       the same with shape [n] and no beta
    /rollback            mask, <metric>, <metric>_errors, <metric>_change_errors, measured
                         [2**groups], <metric>_change_interval[2**groups, 2], groups, spec,
                         data_sha256
    /rollback_<n>        earlier rollbacks with another spec, kept as they were: set aside until
                         their spec is asked for again, when they change places with /rollback
    /hessian             of the training loss at the end point: region[r] ("" is the whole encoder),
                         slope, curvature, norm, filter_ratio [r, 2] along δ1 and axis 2,
                         difference[r, 2, d], difference_step[d], largest, smallest,
                         trace [r, 2] (value; residual or standard error), gradient_norm[r],
                         lanczos_diagonal, lanczos_beside [r, steps], lanczos_steps[r],
                         part[p], trace_samples[probes, p], loss, examples, measured flags,
                         groups, spec, data_sha256
    /hessian_<n>         earlier ones with another spec, as /rollback_<n>

A surface whose spec says ``part_of`` is a finer part of the surface of that name, in the same plane
and on the same examples; it has no anchors and checkpoints of its own. Points that the two share
are copied. Readers draw it on top, or leave it alone.

``value[j, i] = f(alpha[i], beta[j])``. A point is measured where ``order ≥ 0``, whatever its
value; ``order`` is written after the values and must be read before them. Strings are UTF-8 of
fixed length. ``checksums`` maps dataset → SHA-256 of its bytes: of what never changes from the
creation on, of everything once the status is ``complete``. ``data_sha256`` maps split → SHA-256
of the token numbers and labels of the examples, in their order; older files have none. A target is
continued on these examples only.

``<metric>`` never holds anything but measurements on all the examples asked for.
``<metric>_estimate`` holds what is believed of every point, within ``<metric>_bound`` at 95 % of
them; where measured, the measured value and 0. A writer that is killed between two rounds leaves
both as they were before the points measured since. ``few_order ≥ 0``, a sequence of its own, tells
the points that were measured on ``few_examples_<split>`` of the examples, chosen for each point;
their ``<metric>`` stays NaN, for what the others would have given is foretold: it is an estimate.
Row r of ``example_losses_<split>`` belongs to the r-th point visited, in full or on few, NaN for
examples that were not measured there; a margin is by how much the right class led, so that an
example is classified wrongly where it is below 0.

``format_version`` rises only if an older reader would take something for what it is not. Datasets
that it does not know it leaves alone, so those of estimates came without: an older reader shows
the measured points of such a surface and interpolates between them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from landscape_gui.specs import MAX_ROLLBACK_GROUPS as MAX_ROLLBACK_GROUPS

FORMAT: Final = "landscape"
FORMAT_VERSION: Final = 1

RUN: Final = "run"
PARTS: Final = "parts"
SURFACES: Final = "surfaces"
CURVES: Final = "curves"
ROLLBACK: Final = "rollback"
HESSIAN: Final = "hessian"
LAYER_GROUPS: Final = "layer_groups"
STATUS: Final = "status"
NOTES: Final = "notes"
CHECKSUMS: Final = "checksums"

COMPLETE: Final = "complete"
INCOMPLETE: Final = "incomplete"

FLOAT: Final = np.dtype("<f8")
INT: Final = np.dtype("<i8")
COUNT: Final = np.dtype("<i4")
FLAG: Final = np.dtype("u1")
SINGLE: Final = np.dtype("<f4")

FEW_ORDER: Final = "few_order"
DATA_SHA256: Final = "data_sha256"

ANCHOR_SLOTS: Final = 4
ANCHOR_NAME_BYTES: Final = 32
STATUS_BYTES: Final = 16
NOTES_BYTES: Final = 16 * 1024
"""Room for one slot of notes; there are two, so that a torn write leaves the other whole."""
CHECKSUMS_BYTES: Final = 8 * 1024

METRIC_TITLES: Final = {
    "train_loss": "training loss",
    "train_error": "training error",
    "dev_loss": "development loss",
    "dev_error": "development error",
}

# Limits for files of unknown origin.
MAX_TEXT_BYTES: Final = 16 * 1024**2
MAX_TOTAL_BYTES: Final = 8 * 1024**3
MAX_TARGETS: Final = 1000


def errors_name(metric: str) -> str:
    """Dataset with the standard errors of a metric, named as NeXus does."""
    return f"{metric}_errors"


def change_errors_name(metric: str) -> str:
    """Dataset with the standard errors of a metric's difference from the fine-tuned model."""
    return f"{metric}_change_errors"


def change_interval_name(metric: str) -> str:
    """Dataset with the 95 % intervals of a metric's difference from the fine-tuned model."""
    return f"{metric}_change_interval"


def examples_name(split: str) -> str:
    """Dataset with the number of examples a point's metrics of a split are means over."""
    return f"examples_{split}"


def estimate_name(metric: str) -> str:
    """Dataset with what is believed of a metric, at measured and skipped points."""
    return f"{metric}_estimate"


def bound_name(metric: str) -> str:
    """Dataset with the error that 95 % of a metric's estimates do not exceed."""
    return f"{metric}_bound"


def example_losses_name(split: str) -> str:
    """Dataset with the loss of every example of a split at the first points."""
    return f"example_losses_{split}"


def example_margins_name(split: str) -> str:
    """Dataset with how far the right class led, of every example of a split at those points."""
    return f"example_margins_{split}"


def few_examples_name(split: str) -> str:
    """Dataset with the number of examples of a split that a point on few was measured on."""
    return f"few_examples_{split}"


def splits_of(metrics: tuple[str, ...]) -> tuple[str, ...]:
    """Splits that the metrics are taken on, e.g. ``("train", "dev")``."""
    return tuple(dict.fromkeys(metric.split("_", 1)[0] for metric in metrics))
