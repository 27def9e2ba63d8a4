"""The options --jobs, --cluster, --resume and --patterns of the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from polytopes.errors import InputError
from tests.paths import ROOT
from tests.polytopes.enumeration.parallel.tls import make_certificates, tls_cluster_of
from tests.tropical.cli import helpers
from tests.tropical.cli.helpers import tropical
from tropical import load, save
from tropical.regions.counting import count_regions
from tropical.regions.parallel import Sharing
from tropical.regions.pattern_files import read_patterns

SMALL = ROOT / "tests" / "data" / "nets" / "int_2x8x8x1_s0.npz"


def document(*arguments: object, code: int = 0) -> dict[str, Any]:
    return helpers.document("regions", *arguments, code=code)


def refused(*arguments: object) -> str:
    return helpers.refused("regions", *arguments)


COUNTS = ("activation_regions", "bounded_activation_regions", "complete")
LINEAR = (*COUNTS, "linear_regions", "distinct_affine_maps")


def test_counts_are_the_same(tmp_path: Path) -> None:
    plain = {key: document(SMALL)[key] for key in COUNTS}
    for options in (["--jobs", "2"], ["--jobs", "0"], ["--resume", tmp_path / "x"], ["--resume", tmp_path / "x"]):
        assert {key: document(SMALL, *options)[key] for key in COUNTS} == plain
    box = document(SMALL, "--box", "-1,1")["activation_regions"]
    assert document(SMALL, "--box", "-1,1", "--jobs", "2")["activation_regions"] == box
    assert "another count" in refused(SMALL, "--box", "-1,1", "--resume", tmp_path / "x")


def test_on_a_cluster() -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        content = document(SMALL, "--linear", "--cluster", cluster.scheduler_address)
    assert {key: content[key] for key in LINEAR} == {key: document(SMALL, "--linear")[key] for key in LINEAR}


def test_on_a_cluster_by_tls(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    files = {"--tls-ca": "good-ca.pem", "--tls-cert": "good.pem", "--tls-key": "good.key"}
    options = [word for option, name in files.items() for word in (option, tmp_path / name)]
    with tls_cluster_of(tmp_path) as cluster:
        (tmp_path / "scheduler.json").write_text(json.dumps({"address": cluster.scheduler_address}))
        for where in (cluster.scheduler_address, tmp_path / "scheduler.json"):
            content = document(SMALL, "--cluster", where, *options)
            assert {key: content[key] for key in COUNTS} == {key: document(SMALL)[key] for key in COUNTS}
        assert "TLS needs certificates: give --tls-ca" in refused(SMALL, "--cluster", cluster.scheduler_address)
        bad = ["--tls-ca", tmp_path / "bad-ca.pem", *options[2:]]
        assert "TLS does not succeed" in refused(SMALL, "--cluster", cluster.scheduler_address, *bad)


def test_tls_options_that_say_too_little() -> None:
    assert "give --cluster, or leave --tls-ca out" in refused(SMALL, "--tls-ca", "ca.pem")
    assert "--tls-cert is not enough" in refused(SMALL, "--cluster", "tls://h:1", "--tls-cert", "x.pem")
    files = ["--tls-ca", "a.pem", "--tls-cert", "b.pem", "--tls-key", "c.pem"]
    assert "which is not tls://" in refused(SMALL, "--cluster", "tcp://h:1", *files)
    assert "a.pem: no such file" in refused(SMALL, "--cluster", "tls://h:1", *files)


def test_limits_hold(tmp_path: Path) -> None:
    for options in (["--jobs", 2], ["--resume", tmp_path / "x"]):
        content = document(SMALL, "--limit", 5, *options, code=3)
        assert (content["activation_regions"], content["complete"]) == (5, False)


def test_the_library_counts_so_too(tmp_path: Path) -> None:
    net = load(SMALL)
    sharing = Sharing(jobs=2, resume=tmp_path / "x")
    assert count_regions(net, sharing=sharing).activation_regions == count_regions(net).activation_regions
    with pytest.raises(InputError, match="linear regions"):
        count_regions(net, linear=True, sharing=sharing)


def test_linear_regions_are_the_same(tmp_path: Path) -> None:
    plain = {key: document(SMALL, "--linear")[key] for key in LINEAR}
    file = tmp_path / "x"
    stopped = document(SMALL, "--linear", "--resume", file, "--limit", 5, code=3)
    assert stopped["activation_regions"] == 5 >= stopped["linear_regions"] >= stopped["distinct_affine_maps"] > 0
    for options in (["--jobs", "2"], ["--resume", file], ["--resume", file, "--jobs", "2"]):
        assert {key: document(SMALL, "--linear", *options)[key] for key in LINEAR} == plain
    assert "linear regions" in refused(SMALL, "--resume", file)


def test_what_does_not_go_together(tmp_path: Path) -> None:
    file = tmp_path / "x.npz"
    assert "--cluster and --resume" in refused(SMALL, "--patterns", file, "--cluster", "tcp://x:1", "--resume", file)
    assert "its own number" in refused(SMALL, "--jobs", "2", "--cluster", "tcp://x:1")
    assert "--jobs" in refused(SMALL, "--patterns", file, "--jobs", "2")
    assert "--resume" in refused(SMALL, "--certificate", tmp_path / "c", "--resume", file)
    assert ".jsonl" in refused(SMALL, "--patterns", tmp_path / "x.csv")
    assert "scheduler" in refused(SMALL, "--cluster", "nonsense://")
    assert "no Dask scheduler answers at 'tcp://127.0.0.1:9'" in refused(SMALL, "--cluster", "tcp://127.0.0.1:9")
    assert "none.json: cannot be read" in refused(SMALL, "--cluster", tmp_path / "none.json")
    file.write_text("no database")
    assert "not the file of a count" in refused(SMALL, "--resume", file)
    assert file.read_text() == "no database"


def test_patterns(tmp_path: Path) -> None:
    content = document(SMALL, "--patterns", tmp_path / "x.npz")
    assert sum(map(len, read_patterns(tmp_path / "x.npz"))) == content["activation_regions"]
    document(SMALL, "--patterns", tmp_path / "x.jsonl")
    assert len((tmp_path / "x.jsonl").read_text().splitlines()) == content["activation_regions"]
    result = tropical("regions", SMALL, "--limit", 5, "--patterns", tmp_path / "y.npz")
    assert result.exit_code == 3
    assert "not written" in result.stderr
    assert not (tmp_path / "y.npz").exists()


def test_interrupt_with_jobs(tmp_path: Path) -> None:
    """Ctrl-C goes to all processes of a terminal; one document says what was found, and nobody stays behind."""
    from tests.tropical.cli.networks.test_regions import BIG
    from tropical import Network

    path = tmp_path / "big.json"
    save(Network.from_weights(BIG), path)
    command = [sys.executable, "-m", "tropical", "regions", str(path), "--jobs", "2", "--json", "--resume"]
    process = subprocess.Popen(
        [*command, str(tmp_path / "x")], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    for _ in range(600):
        if (tmp_path / "x").exists():
            break
        time.sleep(0.1)
    time.sleep(2.0)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    content = json.loads(out)
    assert (content["complete"], content["stopped_by"]) == (False, "interrupt")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
