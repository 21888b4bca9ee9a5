"""Writes the list of all that xunbao is made of (SBOM, CycloneDX 1.6 JSON) from uv.lock, without a network.

python3 scripts/release/sbom.py [FILE]     default: sbom.json beside uv.lock; - for the standard output

Names each locked package with its version, its address (purl), the hashes of its files, and what it needs; what only developers
or only an extra needs is marked so. The same lock gives the same bytes: no time and no random number is in it.
"""

import hashlib
import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Package = dict[str, Any]


def sbom(lock: bytes) -> dict[str, Any]:
    """The document for the bytes of an uv.lock."""
    packages: list[Package] = tomllib.loads(lock.decode())["package"]
    own = next(p for p in packages if "registry" not in p["source"])
    outside = [p for p in packages if p is not own]
    shipped = _reached(own, packages, _names(own.get("dependencies", [])))
    extras = [
        name
        for group in own.get("optional-dependencies", {}).values()
        for name in _names(group)
    ]
    optional = _reached(own, packages, extras)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, hashlib.sha256(lock).hexdigest())}",
        "version": 1,
        "metadata": {"component": {"type": "application", **_identity(own), "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": [_component(p, shipped, optional) for p in outside],
        "dependencies": [_needs(p, {one["name"]: _ref(one) for one in packages}) for p in packages],
    }  # fmt: skip


def _names(wanted: list[Package]) -> list[str]:
    return [one["name"] for one in wanted]


def _reached(
    own: Package, packages: list[Package], start: list[str]
) -> set[str]:
    """All that `start` needs, itself included."""
    by_name = {p["name"]: p for p in packages if p is not own}
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found and name in by_name:
            found.add(name)
            waiting += _names(by_name[name].get("dependencies", []))
    return found


def _identity(package: Package) -> dict[str, str]:
    name, version = package["name"], package.get("version", "0")
    return {
        "name": name,
        "version": version,
        "bom-ref": _ref(package),
        "purl": _ref(package),
    }


def _ref(package: Package) -> str:
    return f"pkg:pypi/{package['name']}@{package.get('version', '0')}"


def _component(
    package: Package, shipped: set[str], optional: set[str]
) -> dict[str, Any]:
    """`scope`: required by the program, optional (an extra), or excluded (developers alone have it)."""
    name = package["name"]
    scope = (
        "required"
        if name in shipped
        else "optional"
        if name in optional
        else "excluded"
    )
    files = [
        *package.get("wheels", []),
        *([package["sdist"]] if "sdist" in package else []),
    ]
    references = [
        {"type": "distribution", "url": f["url"], "hashes": [{"alg": "SHA-256", "content": f["hash"].removeprefix("sha256:")}]}
        for f in files
    ]  # fmt: skip
    return {
        "type": "library",
        **_identity(package),
        "scope": scope,
        "externalReferences": references,
    }


def _needs(package: Package, refs: dict[str, str]) -> dict[str, Any]:
    groups = [
        package.get("dependencies", []),
        *package.get("optional-dependencies", {}).values(),
    ]
    groups += package.get("dev-dependencies", {}).values()
    found = {
        _ref(one) if "version" in one else refs[one["name"]]
        for group in groups
        for one in group
    }
    return {"ref": _ref(package), "dependsOn": sorted(found)}


def main() -> None:
    text = (
        json.dumps(
            sbom((ROOT / "uv.lock").read_bytes()), ensure_ascii=False, indent=1
        )
        + "\n"
    )
    target = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "sbom.json")
    if target == "-":
        sys.stdout.write(text)
        return
    Path(target).write_text(text, encoding="utf-8")
    print(f"已写出 {target}")


if __name__ == "__main__":
    main()
