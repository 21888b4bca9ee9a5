"""The parts of an Open Packaging file, found as Word finds them: by relationship, not by
name (ECMA-376 part 2).

For: the readers of Word and Excel packages. Trusts no name: case, backslashes and a
leading slash mean nothing, a folder may be called anything. A Flat OPC file is such a
package in one XML.
"""

import posixpath
from typing import Protocol
from urllib.parse import unquote

from lxml import etree

from pipeline.model.named import NamedTexts
from pipeline.model.values.frozen import frozen
from pipeline.reading.containers.limits import parse_xml
from pipeline.reading.containers.zip_package import Package

Element = etree._Element
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"


class Source(Protocol):
    def names(self) -> list[str]: ...
    def read(self, name: str) -> bytes: ...


class ZipSource:
    def __init__(self, package: Package) -> None:
        self._package = package

    def names(self) -> list[str]:
        return list(self._package.members)

    def read(self, name: str) -> bytes:
        return self._package.read(name)


class FlatSource:
    """A pkg:package: every part is an element that holds XML or Base64."""

    def __init__(self, root: Element) -> None:
        self._parts: dict[str, Element] = {}
        for part in root.iter(f"{_PKG}part"):
            self._parts[part.get(f"{_PKG}name", "")] = part

    def names(self) -> list[str]:
        return list(self._parts)

    def read(self, name: str) -> bytes:
        holder = self._parts[name].find(f"{_PKG}xmlData")
        if holder is None or len(holder) == 0:
            return b""
        return etree.tostring(holder[0], encoding="utf-8", with_tail=False)


class Parts:
    """The parts of a package by their names, folded as names of parts are compared."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._names: dict[str, str] = {}
        for name in source.names():
            self._names[_folded(name)] = name

    def get(self, name: str) -> bytes:
        """The bytes of a part, b"" where there is none."""
        real = self._names.get(_folded(name))
        if real is None:
            return b""
        return self._source.read(real)

    def __contains__(self, name: str) -> bool:
        return _folded(name) in self._names

    def related(self, part: str, kind: str) -> list[str]:
        """The parts that `part` ("" for the package) names for a kind of relationship."""
        return [r.part for r in relations(self, part, kind)]

    def by_id(self, part: str, key: str) -> str:
        """The part that `part` names under a relationship's id, "" for none."""
        for relation in relations(self, part):
            if relation.id == key:
                return relation.part
        return ""


@frozen
class Relation:
    """What a part refers to inside its package. `kind` is the last word of the
    relationship's type, `part` the name of the part."""

    id: str
    kind: str
    part: str


class Readable(Protocol):
    def get(self, name: str) -> bytes: ...


def relations(parts: Readable, part: str, kind: str = "") -> list[Relation]:
    """The relationships of `part` ("" for the package itself), but those that lead
    outside; those of one kind where one is named."""
    folder, name = posixpath.split(part)
    data = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if not data:
        return []
    found = []
    for element in parse_xml(data):
        if element.get("TargetMode") != "External":
            own = element.get("Type", "").rpartition("/")[2]
            if kind in ("", own):
                target = _target(part, element.get("Target", ""))
                found.append(Relation(element.get("Id", ""), own, target))
    return found


def custom_properties(package: Package) -> NamedTexts:
    """The custom document properties of an OOXML package, as (name, text)."""
    data = package.get("docProps/custom.xml")
    if not data:
        return ()
    found = []
    for element in parse_xml(data):
        name = element.get("name", "")
        value = "".join(str(t) for t in element.itertext()).strip()
        if name:
            found.append((name, value))
    return tuple(found)


def _folded(name: str) -> str:
    return unquote(name).replace("\\", "/").lstrip("/").lower()


def _target(part: str, target: str) -> str:
    target = unquote(target).replace("\\", "/")
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
