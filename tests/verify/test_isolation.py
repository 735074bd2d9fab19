"""Isolation: what one case does to its process costs no other case anything."""

from __future__ import annotations

import os
import signal
import time

from lsp_server.verify import isolation
from lsp_server.verify.isolation import CaseResult, Job

SPOILT: list[str] = []
"""What has raised in this process."""


def work(job: str, index: int) -> CaseResult:
    if job == "crash" and index == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if job == "hang" and index == 0:
        time.sleep(60)
    if job == "raise":
        raise RuntimeError("wrong")
    if job == "delayed" and SPOILT:
        return CaseResult(index, "disagree", failure=f"spoilt by {SPOILT[0]}", raised=True)
    if job == "spoils" and index == 1:
        SPOILT.append(job)
        return CaseResult(index, "disagree", failure="its own", raised=True)
    return CaseResult(index, "agree", 0.5)


def run(jobs: list[Job], processes: int = 2, timeout: float = 3) -> dict[str, list[CaseResult]]:
    return dict(isolation.run_all(jobs, work, processes, timeout))


def test_a_crash_and_a_hang_cost_one_case_each() -> None:
    found = run([Job("crash", 3), Job("hang", 2), Job("raise", 1), Job("fine", 2)])
    assert [result.outcome for result in found["crash"]] == ["agree", "disagree", "agree"]
    assert [result.outcome for result in found["hang"]] == ["disagree", "agree"]
    assert found["crash"][1].died and found["hang"][0].died
    assert "no answer within 3 s" in found["hang"][0].failure
    assert "wrong" in found["raise"][0].failure
    assert all(result.outcome == "agree" for result in found["fine"])


def test_an_error_that_an_earlier_case_left_behind_is_not_believed() -> None:
    found = run([Job("spoils", 3), Job("delayed", 3)], processes=1)
    assert [result.failure for result in found["spoils"]] == ["", "its own", ""]
    assert [result.outcome for result in found["delayed"]] == ["agree"] * 3


def test_a_job_whose_cases_keep_dying_is_given_up() -> None:
    def dies(job: str, index: int) -> CaseResult:
        os.kill(os.getpid(), signal.SIGKILL)
        return CaseResult(index, "agree")

    found = dict(isolation.run_all([Job("dies", 10), Job("also", 1)], dies, 1, 3))
    assert len(found["dies"]) == isolation.DEATHS
    assert len(found["also"]) == 1


def test_what_changes_a_framework_runs_alone() -> None:
    def pids(job: str, index: int) -> CaseResult:
        return CaseResult(index, "agree", failure=str(os.getpid()))

    jobs = [Job("a", 1), Job("switch", 2, solo=True), Job("b", 1), Job("c", 1)]
    found = {name: {one.failure for one in results} for name, results in isolation.run_all(jobs, pids, 1, 3)}
    assert len(found["switch"]) == 1
    assert found["switch"].isdisjoint(found["a"] | found["b"])
    assert found["b"] == found["c"]
