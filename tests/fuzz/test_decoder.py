"""The decoder under a coverage-guided fuzzer, for some minutes: ``pytest -m fuzz``."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = int(os.environ.get("FUZZ_SECONDS", "60"))
HEADER = json.dumps([0, 1, [["msg", "c", {}]], [[1, 2]]]).encode()
SEEDS = (
    b'{"type":"ping"}',
    b'[0,1,[["open","c","jupyter.widget",{"state":{"x":[1,null,"\\ud83d"]}},{}]]]',
    b'[3,1,[["msg","c",{"method":"update","state":{"value":1},"buffer_paths":[]}]]]',
    b'[0,1,[["close","c",{}]],[]]',
    struct.pack(">I", len(HEADER)) + HEADER + b"xyz",
)


@pytest.mark.fuzz
@pytest.mark.timeout(SECONDS + 60)
def test_nothing_gets_past_the_decoder(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="pip install atheris")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(SEEDS):
        (corpus / str(number)).write_bytes(seed)
    options = [f"-max_total_time={SECONDS}", "-max_len=4096", f"-artifact_prefix={tmp_path}/"]
    result = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.decoder", *options, str(corpus)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-5000:]
