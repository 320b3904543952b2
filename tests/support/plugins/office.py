"""LibreOffice opens what we write, once for all tests: a start costs seconds. A plain word where there is none.

Without one these tests are skipped and a line says so; on a machine that checks for everyone (CI=true) that is a
failure (`tests/support/plugins/servers.py`). The fonts are those that our own PDF is set in, under the names that
offices have, so that both can be held side by side.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.paths import FONTS

SOFFICE = shutil.which("soffice")
NO_OFFICE = (
    "no LibreOffice here: nothing opens our Word and Excel "
    "(Debian: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui)"
)
ALIASES = {
    "仿宋_GB2312": "FandolFang",
    "仿宋": "FandolFang",
    "楷体_GB2312": "FandolKai",
    "黑体": "FandolHei",
    "宋体": "FandolSong",
    "方正小标宋简体": "FandolSong",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "opened" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("office"))  # one worker: one start
            if not SOFFICE:
                item.add_marker(pytest.mark.skip(reason=NO_OFFICE))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if any(NO_OFFICE in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(NO_OFFICE, red=True)


def as_pdf(files: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """LibreOffice's PDF of each of *files* (name, content), made in one start, by the same names."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    aliases = "".join(
        f'<alias binding="same"><family>{name}</family><prefer><family>{ours}</family></prefer></alias>'
        for name, ours in ALIASES.items()
    )
    fonts = folder / "fonts.conf"
    fonts.write_text(
        f"<fontconfig><dir>/usr/share/fonts</dir><dir>{FONTS}</dir><cachedir>{folder}/fonts</cachedir>{aliases}"
        "</fontconfig>",
        encoding="utf-8",
    )
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), *(str(folder / name) for name in files)]
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts), "HOME": str(folder)}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)
    return {name: (folder / name).with_suffix(".pdf") for name in files}
