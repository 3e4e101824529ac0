"""Builds the package: maturin does it, and the `ringback` command is built first and put into the wheel.

The command is another crate of the same workspace. A source archive holds it too, so that a wheel made from the archive is
the same.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import maturin
from maturin import (
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

HERE = Path(__file__).resolve().parents[1]
COMMAND = HERE.parent / "cli"
SCRIPTS = HERE / "bundled" / "scripts"


def bundle(settings: Any = None) -> None:
    """Builds the command, as the native module will be built, and lays it where maturin takes scripts from."""
    given = str((settings or {}).get("build-args", "")).split()
    profile = next((word for word in given if word.startswith("--profile=")), "--profile=release")
    build = ["cargo", "build", profile, "--locked", "--bin", "ringback", "--message-format=json-render-diagnostics"]
    said = subprocess.run(
        [*build, "--manifest-path", COMMAND / "Cargo.toml"], cwd=HERE.parent, check=True, stdout=subprocess.PIPE
    )
    messages = (json.loads(line) for line in said.stdout.splitlines() if line.startswith(b"{"))
    programs = [message["executable"] for message in messages if message.get("executable")]
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    script = SCRIPTS / ("ringback.exe" if programs[-1].endswith(".exe") else "ringback")
    shutil.copy2(programs[-1], script)
    if strip := shutil.which("strip"):
        subprocess.run([strip, script], check=False)


def build_wheel(directory: str, settings: Any = None, metadata: str | None = None) -> str:
    """A wheel with the command in it."""
    bundle(settings)
    return maturin.build_wheel(directory, settings, metadata)  # type: ignore[no-any-return]


def build_editable(directory: str, settings: Any = None, metadata: str | None = None) -> str:
    """A wheel that points here."""
    bundle(settings)
    return maturin.build_editable(directory, settings, metadata)  # type: ignore[no-any-return]


def prepare_metadata_for_build_wheel(directory: str, settings: Any = None) -> str:
    """What the wheel will say about itself."""
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    return maturin.prepare_metadata_for_build_wheel(directory, settings)  # type: ignore[no-any-return]


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_sdist(directory: str, settings: Any = None) -> str:
    """A source archive with the sources of the command in it."""
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    name: str = maturin.build_sdist(directory, settings)
    path, top = Path(directory) / name, name.removesuffix(".tar.gz")
    with tempfile.TemporaryDirectory() as unpacked:
        with tarfile.open(path) as archive:
            archive.extractall(unpacked, filter="data")
        workspace = Path(unpacked) / top
        for part in ("Cargo.toml", "src"):
            copy = shutil.copytree if (COMMAND / part).is_dir() else shutil.copy2
            (workspace / "cli").mkdir(exist_ok=True)
            copy(COMMAND / part, workspace / "cli" / part)
        # Its tests stay behind, and what names them.
        manifest = workspace / "cli" / "Cargo.toml"
        manifest.write_text(re.sub(r"(?ms)^\[\[test\]\]\n.*?(?=^\[|\Z)", "", manifest.read_text()))
        manifest = workspace / "Cargo.toml"
        members = re.sub(r"(?m)^members = \[", 'members = ["cli", ', manifest.read_text(), count=1)
        manifest.write_text(re.sub(r"(?ms)^default-members = \[.*?\]\n", "", members))
        _move_up(workspace / "pyproject.toml")
        # The lock file still names members that are not in the archive.
        mend = ["cargo", "metadata", "--format-version=1"]
        subprocess.run(mend, cwd=workspace, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(path, "w:gz") as archive:
            archive.add(workspace, top, filter=_plain)
    return name


def _move_up(settings: Path) -> None:
    """Corrects the paths of settings that lie in the root of an archive, and not beside what they name any more."""
    text = settings.read_text()
    for line in ('backend-path = ["backend"]', 'data = "bundled"'):
        if text.count(line) != 1:
            raise RuntimeError(f"pyproject.toml does not say {line}")
        name = line.split('"')[1]
        text = text.replace(line, line.replace(f'"{name}"', f'"{HERE.name}/{name}"'))
    settings.write_text(text)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of who made it, and when."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member
