"""What is shipped: the wheel works where nothing else is, and the source archive has everything in it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
import ringback


def built(kind: str) -> Path:
    """The archive that was built before the tests."""
    folder = os.environ.get("RINGBACK_PYTHON_PACKAGES")
    if not folder:
        pytest.skip("RINGBACK_PYTHON_PACKAGES does not name the folder of the wheel and the source archive")
    [found] = Path(folder).glob(kind)
    return found


SMOKE = """
import ringback, sys
from ringback import testing
receiver = testing.receiver("sqlite:smoke.db")
receiver.on("transcript")(lambda delivery: print(delivery.payload.transcript))
assert testing.deliver(receiver, transcript="it works").status == 200
assert receiver.result(job="test", timeout=5).block().payload.transcript == "it works"
assert "site-packages" in ringback.__file__
assert not {name for name in sys.modules if name.split(".")[0] in ("fastapi", "starlette", "numpy", "pytest")}
"""


def test_the_wheel_works_in_a_clean_environment(tmp_path):
    works(built("*.whl"), tmp_path)


def works(wheel: Path, tmp_path: Path) -> None:
    """Installs a wheel where there is nothing else, and uses what is in it."""
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    install = [programs / "python", "-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*install, wheel], check=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run([programs / "python", "-c", SMOKE], cwd=tmp_path, env=clean, check=True)
    command = [programs / "ringback", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["ringback", ringback.__version__]
    inspected = subprocess.run([programs / "ringback", "inspect", "--json", "-"], input=b'{"a":', capture_output=True)
    assert inspected.returncode == 1


def test_the_wheel_has_its_types_and_nothing_of_the_tests():
    with zipfile.ZipFile(built("*.whl")) as archive:
        names = archive.namelist()
    assert {"ringback/py.typed", "ringback/_ringback.pyi", "ringback/testing.py"} <= set(names)
    assert not [name for name in names if "test_" in name or "bench" in name]
    assert "-cp311-abi3-" in built("*.whl").name


def test_a_wheel_made_of_the_source_archive_works_in_a_clean_environment(tmp_path):
    # Optimising it would take minutes, and change nothing of what is in it.
    folder, profile = unpacked(), "--config-settings=build-args=--profile=dev"
    wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    surroundings = {
        **os.environ,
        # Dependencies were compiled for other steps.
        "CARGO_TARGET_DIR": str(folder.parents[1]),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
    }
    made = [*wheel, "--no-build-isolation", profile, "--wheel-dir", tmp_path, folder]
    subprocess.run(made, env=surroundings, check=True)
    [found] = tmp_path.glob("*.whl")
    works(found, tmp_path)


def unpacked() -> Path:
    """What is in the source archive, at a place that stays: what has not changed since is not compiled again."""
    archive = built("*.tar.gz")
    folder = archive.parents[1] / "source"
    wanted = set()
    with tarfile.open(archive) as members:
        for member in members:
            if not member.isfile():
                continue
            path, content = folder / Path(*Path(member.name).parts[1:]), members.extractfile(member).read()
            wanted.add(path)
            if not path.is_file() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    for path in folder.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()
    return folder


def test_the_source_archive_has_everything_in_it(tmp_path):
    with tarfile.open(built("*.tar.gz")) as archive:
        archive.extractall(tmp_path, filter="data")
    [folder] = tmp_path.iterdir()
    for part in ("Cargo.lock", "core/src/lib.rs", "inbox/src/lib.rs", "cli/src/main.rs", "python/backend/ringback_build.py"):
        assert (folder / part).is_file(), part
    asked = ["cargo", "metadata", "--locked", "--format-version=1"]
    subprocess.run(asked, cwd=folder, check=True, stdout=subprocess.DEVNULL)
