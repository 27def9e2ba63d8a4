"""Certificates of an authority made on the spot, and a Dask cluster on this machine that wants them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

LOCAL = {"dashboard_address": "127.0.0.1:0", "host": "127.0.0.1"}


def make_certificates(folder: Path) -> None:
    """Two authorities, a certificate of each with its key, and an encrypted key, by the command openssl."""
    command = shutil.which("openssl")
    if command is None:
        pytest.skip("needs the command openssl")

    def openssl(*arguments: object) -> None:
        subprocess.run([command, *map(str, arguments)], cwd=folder, check=True, capture_output=True)

    for name in ("good", "bad"):
        new = ["-newkey", "rsa:2048", "-nodes", "-days", "2"]
        openssl("req", "-x509", *new, "-keyout", f"{name}-ca.key", "-out", f"{name}-ca.pem", "-subj", f"/CN={name} CA")
        openssl("req", *new[:3], "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        signed_by = ["-CA", f"{name}-ca.pem", "-CAkey", f"{name}-ca.key", "-CAcreateserial"]
        openssl("x509", "-req", "-days", "2", "-in", f"{name}.csr", *signed_by, "-out", f"{name}.pem")
    openssl("rsa", "-in", "good.key", "-aes256", "-passout", "pass:secret", "-out", "locked.key")
    (folder / "both.pem").write_bytes((folder / "good.pem").read_bytes() + (folder / "good.key").read_bytes())


@contextmanager
def tls_cluster_of(folder: Path) -> Iterator[Any]:
    """A cluster of one worker whose scheduler and worker have the good certificate."""
    from distributed import LocalCluster
    from distributed.security import Security

    own = {"cert": str(folder / "good.pem"), "key": str(folder / "good.key")}
    roles = {f"tls_{role}_{kind}": path for role in ("client", "scheduler", "worker") for kind, path in own.items()}
    security = Security(tls_ca_file=str(folder / "good-ca.pem"), require_encryption=True, **roles)
    given: dict[str, Any] = {**LOCAL, "protocol": "tls://", "security": security}
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, **given) as cluster:
        yield cluster
