"""The supply chain: every locked package has hashes, stands in the SBOM, and is audited where the index can be asked."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from release import audit, sbom

ROOT = Path(__file__).parents[1]

LOCK = (ROOT / "uv.lock").read_bytes()


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return sbom.sbom(LOCK)


def test_every_locked_file_has_its_hash() -> None:
    packages = audit.locked()
    assert len(packages) > 50
    for package in packages:
        found = audit.hashes(package)
        assert found, package["name"]
        assert all(h.startswith("sha256:") and len(h) == 71 for h in found), (
            package["name"]
        )


def test_everything_comes_from_the_one_index() -> None:
    assert {p["source"]["registry"] for p in audit.locked()} == {
        "https://pypi.org/simple"
    }


def test_the_sbom_names_each_locked_package(document: dict[str, Any]) -> None:
    named = {(c["name"], c["version"]) for c in document["components"]}
    assert named == {(p["name"], p["version"]) for p in audit.locked()}
    assert all(
        c["purl"] == f"pkg:pypi/{c['name']}@{c['version']}"
        for c in document["components"]
    )


def test_the_sbom_says_what_is_shipped(document: dict[str, Any]) -> None:
    scope = {c["name"]: c["scope"] for c in document["components"]}
    assert scope["imapclient"] == scope["sqlalchemy"] == "required"
    assert scope["rapidocr"] == "optional"
    assert scope["pytest"] == "excluded"


def test_the_sbom_hangs_together_and_is_the_same_each_time(
    document: dict[str, Any],
) -> None:
    refs = [c["bom-ref"] for c in document["components"]] + [
        document["metadata"]["component"]["bom-ref"]
    ]
    assert len(set(refs)) == len(refs)
    needed = {
        ref for one in document["dependencies"] for ref in one["dependsOn"]
    }
    assert needed <= set(refs)
    assert {one["ref"] for one in document["dependencies"]} == set(refs)
    assert sbom.sbom(LOCK) == document


def test_another_program_reads_the_sbom(document: dict[str, Any]) -> None:
    from cyclonedx.model.bom import Bom

    bom = Bom.from_json(json.loads(json.dumps(document)))  # type: ignore[attr-defined]
    assert len(bom.components) == len(document["components"])


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', []),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}]}',
            ["a 1：PYSEC-1，改正于 2"],
        ),
        ("", None),
        ("no route to host", None),
    ],
)
def test_the_auditors_answer(answer: str, lines: list[str] | None) -> None:
    assert audit._lines(answer) == lines


def test_an_index_that_knows_of_nothing_at_all_is_no_answer() -> None:
    assert audit.advisories(ask=lambda packages: []) is None


def test_what_the_index_knows_is_told() -> None:
    def ask(packages: list[dict[str, Any]]) -> list[str]:
        return [f"{p['name']}：X" for p in packages[:1]]

    assert audit.advisories(audit.locked()[:3], ask) == [
        f"{audit.locked()[0]['name']}：X"
    ]


def test_without_a_network_it_says_so_and_fails_nothing() -> None:
    """All connections go to a proxy that is not there."""
    nowhere = {
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "",
        "NO_PROXY": "",
    }
    ask = (
        f"import os, sys; os.environ.update({nowhere!r}); sys.path.insert(0, 'scripts'); from release import audit\n"
        "print(audit.advisories(audit.locked()[:1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert done.stdout.strip() == "None"


def test_the_time_zones_come_with_the_program() -> None:
    """Windows has none, and a small container may have none."""
    project = next(
        p
        for p in tomllib.loads(LOCK.decode())["package"]
        if p["name"] == "xunbao"
    )
    assert {"name": "tzdata"} in project["dependencies"]
