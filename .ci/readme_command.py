"""Runs one of the README's two commands as it stands there.

python3 .ci/readme_command.py run     the first: set up and serve; asks the page, then stops it
python3 .ci/readme_command.py test    the second: set up and pass the tests
"""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETUP_SECONDS = 15 * 60


def commands() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


def serve(command: str) -> int:
    process = subprocess.Popen(
        ["bash", "-c", command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + SETUP_SECONDS
    assert process.stdout is not None
    try:
        for line in process.stdout:
            print(line, end="", flush=True)
            address = re.search(r"mode at (http://\S+)", line)
            if address:
                return ask(address[1])
            if time.monotonic() > deadline:
                break
        print("The first command did not print an address to open.", file=sys.stderr)
        return 1
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=30)


def ask(address: str) -> int:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address.rstrip("/") + "/readyz", timeout=5) as answer:
                print(f"{address}: ready, {answer.status}")
            with urllib.request.urlopen(address, timeout=5) as answer:
                return 0 if b"sundog-root" in answer.read() else 1
        except OSError as error:
            if time.monotonic() > deadline:
                print(f"{address}: {error}", file=sys.stderr)
                return 1
            time.sleep(0.2)


def main() -> int:
    first, second = commands()[:2]
    if sys.argv[1:] == ["run"]:
        return serve(first)
    if sys.argv[1:] == ["test"]:
        return subprocess.run(["bash", "-c", second], cwd=ROOT).returncode
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
