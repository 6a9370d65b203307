"""The desktop's files, the pinned versions, the scripts behind ``make``, and the wheel."""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from landscape_gui.resource_files import resource

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
MIME_TYPE = "application/x-landscape-hdf5"
_MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def pins() -> dict[str, Version]:
    lines = (PACKAGING / "constraints.txt").read_text().splitlines()
    found = {}
    for line in lines:
        if line and not line.startswith("#"):
            name, equals, version = line.partition("==")
            assert equals, f"not an exact version: {line}"
            found[canonicalize_name(name)] = Version(version)
    return found


# Desktop


def test_desktop_entry_names_what_is_installed(project):
    entry = ConfigParser(interpolation=None)
    entry.read(PACKAGING / "landscape-gui.desktop")
    desktop = entry["Desktop Entry"]
    command, placeholder = desktop["Exec"].split()
    assert command in project["project"]["gui-scripts"]
    assert placeholder == "%F"
    assert desktop["Version"] == "1.0"
    assert desktop["StartupWMClass"] == "landscape-gui"
    assert desktop["MimeType"] == f"{MIME_TYPE};"
    assert resource("icons", f"{desktop['Icon']}.svg").is_file()


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="no desktop-file-validate")
def test_desktop_entry_is_valid():
    path = PACKAGING / "landscape-gui.desktop"
    checked = subprocess.run(["desktop-file-validate", path], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_mime_type_takes_landscape_files_and_leaves_other_hdf5():
    kind = (
        ElementTree.parse(PACKAGING / "landscape-gui.mime.xml").getroot().find(f"{_MIME}mime-type")
    )
    assert kind is not None
    assert kind.get("type") == MIME_TYPE
    parent = kind.find(f"{_MIME}sub-class-of")
    assert parent is not None
    assert parent.get("type") == "application/x-hdf"
    patterns = [glob.get("pattern", "") for glob in kind.iter(f"{_MIME}glob")]
    assert any(fnmatch.fnmatch("rte-seed0.landscape.h5", pattern) for pattern in patterns)
    assert not any(fnmatch.fnmatch("weights.h5", pattern) for pattern in patterns)


def test_application_icon_is_self_contained_svg():
    root = ElementTree.parse(resource("icons", "landscape-gui.svg")).getroot()
    assert root.tag == f"{_SVG}svg"
    assert root.get("viewBox") == "0 0 128 128"
    links = [value for node in root.iter() for key, value in node.attrib.items() if "href" in key]
    assert links == []


def test_application_icon_is_drawn_at_every_size(qapp):
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(str(resource("icons", "landscape-gui.svg")))
    for size in (16, 32, 64, 256):
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        colors = {image.pixel(x, y) for x in range(size) for y in range(size)}
        opaque = [color for color in colors if color >> 24 == 0xFF]
        assert len(opaque) >= 7, f"at {size} px only {len(opaque)} colors"
        assert image.pixel(0, 0) >> 24 == 0, "the corners are transparent"


# Versions


def test_every_direct_dependency_is_pinned_within_its_range(project, pins):
    extras = project["project"]["optional-dependencies"]
    texts = [*project["project"]["dependencies"], *(text for e in extras.values() for text in e)]
    for requirement in map(Requirement, texts):
        name = canonicalize_name(requirement.name)
        if name != "landscape-gui":
            assert name in pins, f"{requirement.name} is missing from constraints.txt"
            assert pins[name] in requirement.specifier, f"{requirement} against {pins[name]}"


def test_pins_are_the_same_on_every_platform(pins):
    local = {name: str(version) for name, version in pins.items() if version.local}
    assert local == {}, "a local version such as +cpu exists only in some indexes"


# Scripts


@pytest.fixture
def bare_system(tmp_path) -> dict[str, str]:
    """An environment in which no library is found and nobody is root."""
    commands = tmp_path / "commands"
    commands.mkdir()
    for name, body in {
        "ldconfig": "true",
        "id": "echo 1000",
        "uname": "echo Linux",
        "fc-list": "true",
        "find": "true",
        "apt-get": "echo apt-get must not be called; exit 9",
    }.items():
        command = commands / name
        command.write_text(f"#!/bin/sh\n{body}\n")
        command.chmod(0o755)
    return {**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}


def system_packages(purpose: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    script = PACKAGING / "system_packages.sh"
    return subprocess.run(
        ["bash", script, purpose], env=environment, capture_output=True, text=True
    )


def test_without_root_the_missing_packages_are_named(bare_system):
    checked = system_packages("window", bare_system)
    assert checked.returncode == 1
    command = next(line for line in checked.stderr.splitlines() if "apt-get" in line)
    assert command.split()[:3] == ["sudo", "apt-get", "install"]
    assert {"libgl1", "libegl1", "libxcb-cursor0", "fonts-dejavu-core"} <= set(command.split())
    assert "xvfb" not in command


def test_on_other_systems_the_libraries_are_named(bare_system, tmp_path):
    commands = Path(bare_system["PATH"].split(os.pathsep)[0])
    (commands / "apt-get").unlink()
    for name in ("bash", "head", "dirname"):
        (commands / name).symlink_to(shutil.which(name) or name)
    checked = system_packages("tests", {**bare_system, "PATH": str(commands)})
    assert checked.returncode == 1
    assert "apt-get" not in checked.stderr
    assert "libxcb-cursor.so.0" in checked.stderr


def test_as_root_the_missing_packages_are_installed(bare_system, tmp_path):
    commands = Path(bare_system["PATH"].split(os.pathsep)[0])
    log = tmp_path / "apt.log"
    (commands / "id").write_text("#!/bin/sh\necho 0\n")
    (commands / "apt-get").write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> "{log}"\n')
    checked = system_packages("window", bare_system)
    update, install = log.read_text().splitlines()
    assert update == "noninteractive -q -y update"
    assert install.startswith("noninteractive -q -y install --no-install-recommends")
    assert "libxcb-cursor0" in install.split()
    assert checked.returncode == 1, "they are still not there, and that is said"
    assert "Still missing" in checked.stderr


@pytest.mark.parametrize("script", sorted(PACKAGING.glob("*.sh")), ids=lambda path: path.name)
def test_scripts_are_sound_bash(script: Path):
    assert subprocess.run(["bash", "-n", script]).returncode == 0


def test_make_lists_its_targets():
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("setup", "run", "test", "lint", "format", "benchmarks", "wheel", "clean"):
        assert f"make {target} " in listed.stdout


def test_a_session_that_had_to_draw_and_did_not_fails():
    session = [sys.executable, "-m", "pytest", "-m", "gl", __file__, "-p", "no:cacheprovider"]
    environment = {**os.environ, "LANDSCAPE_REQUIRE_GL": "1"}
    ended = subprocess.run(session, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED
    assert "no OpenGL test ran" in ended.stdout


# Wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--no-build-isolation"]
    built = subprocess.run(
        [*build, "--disable-pip-version-check", "--wheel-dir", str(directory)],
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = directory.glob("*.whl")
    return path


def test_wheel_holds_resources_entry_points_and_license(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (entry_points,) = [n for n in names if n.endswith(".dist-info/entry_points.txt")]
        declared = archive.read(entry_points).decode()
    assert "landscape_gui/specs/base.py" in names
    shipped = {
        f"landscape_gui/resources/{path.relative_to(ROOT / 'resources').as_posix()}"
        for kind in ("*.svg", "viewer/*", "studies/*", "samples/*")
        for path in (ROOT / "resources").rglob(kind)
    }
    assert "landscape_gui/resources/icons/landscape-gui.svg" in shipped
    assert "landscape_gui/resources/viewer/viewer.html" in shipped
    assert "landscape_gui/resources/studies/demo.toml" in shipped
    assert "landscape_gui/resources/samples/README.md" in shipped
    assert shipped <= names
    assert any(name.endswith("/share/applications/landscape-gui.desktop") for name in names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)
    assert "landscape-gui = landscape_gui.cli:main" in declared
    assert "landscape-gui-window = landscape_gui.cli:window_main" in declared


def test_installed_wheel_finds_its_resources(wheel: Path, tmp_path: Path):
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([*install, "--target", str(target), str(wheel)], check=True)
    code = (
        "import landscape_gui, landscape_gui.resource_files as r;"
        "print(landscape_gui.__file__); print(r.resource('icons', 'landscape-gui.svg'))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(target)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert all(Path(line).is_relative_to(target) for line in shown), shown
