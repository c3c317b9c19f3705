"""The virtual environment of `solara-server`, and the files of its page."""

import os
import shutil
import subprocess
import tarfile
import tempfile
import venv
from pathlib import Path

SOLARA = "solara==1.64.0"
# Files of its page that its server would get from a CDN: most are in a package; the rest, in the
# version that the server requests, comes from the npm registry.
ASSETS = "solara-assets==1.58.2"
SCRIPTS = "@widgetti/solara-vuetify3-app@5.2.0"
FOLDER = Path(__file__).parent / ".solara"
NPM = FOLDER.parents[1] / "scripts" / "npm"


def peer_python() -> Path:
    """Return the interpreter with `solara-server`, in `$BENCH_SOLARA` or `bench/.solara`."""
    folder = Path(os.environ.get("BENCH_SOLARA", FOLDER))
    return folder / "bin" / "python"


def install_peer() -> None:
    """Create the environment and install `solara-server` from the package indexes."""
    venv.create(FOLDER, with_pip=True)
    pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, SOLARA], check=True)
    subprocess.run([*pip, "--no-deps", ASSETS], check=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [str(NPM), "pack", "--silent", SCRIPTS, "--pack-destination", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as content:
            content.extractall(folder, filter="data")
        place = FOLDER / "share" / "solara" / "cdn" / SCRIPTS
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            shutil.move(Path(folder, "package"), place)
