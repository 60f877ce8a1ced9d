"""Nothing leaves the machine, and with an endpoint nothing goes anywhere else.

Counted by the kernel in a network namespace; where none can be made, sockets are refused to Python, and the skipped
test says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from offline import watch

WHY_NOT = watch.why_not()
pytestmark = pytest.mark.slow
TO_ENDPOINT = ("ask an endpoint", "batch to an endpoint")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every command did, with traps set for all that would like to send something."""
    home = tmp_path_factory.mktemp("offline")
    script = Path(watch.__file__).with_name("every_command.py")
    return watch.run(script, cwd=home, isolated=WHY_NOT is None, HOME=str(home), OMP_NUM_THREADS="1")


@pytest.mark.skipif(WHY_NOT is not None, reason=f"{WHY_NOT}; proved only by refusing sockets to Python")
def test_the_kernel_counts_no_packet_to_another_host(found: dict[str, Any]) -> None:
    assert found["sent"].pop("probe") == 1, "the counter does not count"
    assert found["sent"] == dict.fromkeys(found["sent"], 0)
    assert len(found["sent"]) == 16


def test_every_command_works_and_names_no_other_host(found: dict[str, Any]) -> None:
    assert found["codes"] == dict.fromkeys(found["codes"], 0)
    assert found["hosts"]["probe"] == ["198.51.100.7:9"], "the hook does not see"
    named = {name: hosts for name, hosts in found["hosts"].items() if hosts and name != "probe"}
    assert set(named) <= {"ui", *TO_ENDPOINT}
    assert all(host.startswith(("127.0.0.1:", "None:", "localhost:")) for host in named.get("ui", ()))


def test_an_endpoint_is_the_only_host_that_is_contacted(found: dict[str, Any]) -> None:
    assert found["calls"] == 2
    assert {name: found["hosts"][name] for name in TO_ENDPOINT} == {name: [found["endpoint"]] for name in TO_ENDPOINT}


def test_telemetry_is_off_whatever_the_environment_says(found: dict[str, Any]) -> None:
    assert found["telemetry"] == []
