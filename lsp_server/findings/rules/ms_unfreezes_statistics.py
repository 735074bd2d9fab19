"""TS156: "unfreeze everything" in MindSpore makes the statistics of batch norm trainable: they are Parameters."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.findings import shapes
from lsp_server.findings.known_state import known_state
from lsp_server.findings.loops import Loop, loops
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.rules.unfreezes_frozen import unfreezes
from lsp_server.findings.searching import MINDSPORE, has
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_mindspore as messages
from lsp_server.migrate.edits import Edit

CODE = "TS156"
_STATISTICS = ("moving_mean", "moving_variance", "running_mean", "running_var", "num_batches_tracked")


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, MINDSPORE):
        return
    for loop in loops(analysis, lambda body, item: unfreezes(analysis, body, item)):
        if loop.symbol not in ("mindspore.nn.Cell.get_parameters", "mindspore.nn.Cell.parameters_and_names"):
            continue
        state = known_state(analysis, loop.owner)
        names = [entry.name for entry in state.entries if entry.own_name in _STATISTICS] if state is not None else []
        if names:
            place = shapes.statements(loop.body)[0]
            endings = sorted({name.rpartition(".")[2] for name in names})
            values = (("name", names[0]),)
            nested = all("." in name for name in names)
            fix = _fix(analysis, loop, endings) if nested else None
            yield Finding(CODE, place.start_byte, place.end_byte, values, fix)


def _fix(analysis: Analysis, loop: Loop, endings: list[str]) -> Fix:
    place, name = shapes.statements(loop.body)[0], analysis.text(loop.item)
    listed = ", ".join(f'"{ending}"' for ending in endings)
    text = f"{name}.requires_grad = not {name}.name.endswith(({listed}))"
    return Fix(messages.TS156_FIX, (Edit(place.start_byte, place.end_byte, text),), "unsafe")


RULE = Rule(
    code=CODE,
    name="unfreezes-statistics",
    severity="error",
    message=messages.TS156_MESSAGE,
    what=messages.TS156_WHAT,
    why=messages.TS156_WHY,
    example="""from mindspore import nn

net = nn.SequentialCell(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1))
for parameter in net.get_parameters():
    parameter.requires_grad = True
""",
    instead="""from mindspore import nn

net = nn.SequentialCell(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1))
for parameter in net.get_parameters():
    parameter.requires_grad = not parameter.name.endswith(("moving_mean", "moving_variance"))
""",
    fix_safety=messages.TS156_SAFETY,
    check=check,
)
