"""The parts of an Open Packaging file, found as Word finds them: by relationship, not by
name (ECMA-376 part 2).

For: the docx reader. Trusts no name: case, backslashes and a leading slash mean nothing,
a folder may be called anything. A Flat OPC file is such a package in one XML.
"""

import posixpath
from typing import Protocol
from urllib.parse import unquote

from lxml import etree

from pipeline.reading.containers.limits import parse_xml
from pipeline.reading.containers.zip_package import Package
from pipeline.reading.formats.word.markup.wordml import Element

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
        """The parts that `part` ("" for the package) names for a kind of relationship,
        which is the end of its type."""
        found = []
        for relation in self._relations(part):
            is_outside = relation.get("TargetMode") == "External"
            if relation.get("Type", "").endswith(f"/{kind}") and not is_outside:
                found.append(_target(part, relation))
        return found

    def by_id(self, part: str, key: str) -> str:
        """The part that `part` names under a relationship's id, "" for none."""
        for relation in self._relations(part):
            if (
                relation.get("Id") == key
                and relation.get("TargetMode") != "External"
            ):
                return _target(part, relation)
        return ""

    def _relations(self, part: str) -> list[Element]:
        folder, name = posixpath.split(part)
        data = self.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        if data:
            return list(parse_xml(data))
        return []


def _folded(name: str) -> str:
    return unquote(name).replace("\\", "/").lstrip("/").lower()


def _target(part: str, relation: Element) -> str:
    target = unquote(relation.get("Target", "")).replace("\\", "/")
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
