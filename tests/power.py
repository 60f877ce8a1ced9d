"""What a power cut leaves: of the recorded changes those that were forced to the disk, and some of the others.

A change of a file's content is forced by a sync of the file, a change of a name by a sync of its folder; the rest
is in the system's memory and may be written in any order. Names reach the disk in their order, as journals do it.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from disk import Step

NAMES = "CMRUD"
KINDS = ("forced only", "names first", "contents first", "some of each")
_SECTOR = 512


@dataclass
class Disk:
    """Names and contents at one moment.

    Attributes:
        folders: Paths of folders.
        files: Inodes of files by path.
        contents: Bytes by inode.
        times: Times of the last change of the files that were there before, by inode.
    """

    folders: set[str] = field(default_factory=set)
    files: dict[str, int] = field(default_factory=dict)
    contents: dict[int, bytearray] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)


def read_disk(place: Path) -> tuple[Disk, dict[str, int]]:
    """Return what is on the disk before a run, and the inode of every folder."""
    disk, folders = Disk(), {}
    for parent, _, names in os.walk(place.resolve()):
        disk.folders.add(parent)
        folders[parent] = os.stat(parent).st_ino
        for name in names:
            path = os.path.join(parent, name)
            status = os.stat(path)
            disk.files[path], disk.times[status.st_ino] = status.st_ino, status.st_mtime_ns
            disk.contents[status.st_ino] = bytearray(Path(path).read_bytes())
    return disk, folders


def cut_power(disk: Disk, folders: dict[str, int], steps: Sequence[Step], kind: str, *, seed: int = 0) -> Disk:
    """Return what is on the disk when the power fails after these steps.

    Args:
        disk: Before the first step; it is changed.
        folders: Inodes of its folders.
        steps: What was done.
        kind: One of `KINDS`.
        seed: Of the choice that chance makes.
    """
    chance = random.Random(seed)
    forced = _find_forced(folders, steps)
    names = [number for number, step in enumerate(steps) if _is_name(step)]
    kept_names = set(names[: chance.randint(0, len(names))])
    for number, step in enumerate(steps):
        if step.kind == "S":
            continue
        keep = number in forced
        torn = False
        if not keep and kind == "some of each":
            keep = number in kept_names if _is_name(step) else chance.random() < 0.5
            torn = keep and step.kind == "W" and chance.random() < 0.3
        elif not keep:
            keep = kind == ("names first" if _is_name(step) else "contents first")
        if keep:
            _apply(disk, step, share=chance.random() if torn else 1.0)
    return disk


def write_disk(disk: Disk, place: Path) -> None:
    """Make a folder what is on the disk."""
    shutil.rmtree(place, ignore_errors=True)
    root = str(place.resolve())
    place.mkdir()
    for folder in sorted(disk.folders):
        if os.path.dirname(folder) in disk.folders or folder == root:
            os.makedirs(folder, exist_ok=True)
    for path, inode in disk.files.items():
        if os.path.isdir(os.path.dirname(path)):
            Path(path).write_bytes(disk.contents[inode])
            if inode in disk.times:
                os.utime(path, ns=(disk.times[inode],) * 2)


def _is_name(step: Step) -> bool:
    return step.kind in NAMES


def _find_forced(folders: dict[str, int], steps: Sequence[Step]) -> set[int]:
    """Return the changes that a later sync forces to the disk."""
    inodes = dict(folders)
    open_by_inode: dict[int, list[int]] = {}
    forced: set[int] = set()
    for number, step in enumerate(steps):
        if step.kind == "S":
            forced.update(open_by_inode.pop(step.inode, ()))
            continue
        if step.kind == "M":
            inodes[step.path] = step.inode
        if _is_name(step):
            touched = {inodes.get(os.path.dirname(path), -1) for path in (step.path, step.target) if path}
        else:
            touched = {step.inode}
        for inode in touched:
            open_by_inode.setdefault(inode, []).append(number)
    return forced


def _apply(disk: Disk, step: Step, *, share: float) -> None:
    match step.kind:
        case "C":
            disk.files[step.path] = step.inode
            disk.contents[step.inode] = bytearray()  # whatever had the number before
            disk.times.pop(step.inode, None)
        case "M":
            disk.folders.add(step.path)
        case "U":
            disk.files.pop(step.path, None)
        case "D":
            disk.folders.discard(step.path)
        case "R":
            _rename(disk, step.path, step.target)
        case "T":
            content = disk.contents.setdefault(step.inode, bytearray())
            content[:] = content[: step.offset].ljust(step.offset, b"\0")
        case "W":
            content = disk.contents.setdefault(step.inode, bytearray())
            data = step.data if share == 1.0 else step.data[: int(len(step.data) * share) // _SECTOR * _SECTOR]
            content.extend(b"\0" * (step.offset - len(content)))
            content[step.offset : step.offset + len(data)] = data


def _rename(disk: Disk, path: str, target: str) -> None:
    if path in disk.files:
        disk.files[target] = disk.files.pop(path)
    elif path in disk.folders:
        for name in [name for name in disk.folders if name == path or name.startswith(path + "/")]:
            disk.folders.discard(name)
            disk.folders.add(target + name[len(path) :])
        for name in [name for name in disk.files if name.startswith(path + "/")]:
            disk.files[target + name[len(path) :]] = disk.files.pop(name)
