"""Options by which work is shared among processes, and recorded to be resumed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from polytopes.errors import InputError

if TYPE_CHECKING:
    from polytopes.enumeration.parallel.cluster import Cluster


@frozen(slots=False)
class SharingOptions:
    """Who works, and the file that records what is done."""

    jobs: Annotated[
        int, typer.Option("--jobs", "-j", metavar="N", min=0, help="Work with N processes; 0 for one on every core.")
    ] = 1
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Work on a Dask cluster: the address of its scheduler, or its .json file."
        ),
    ] = None
    tls_ca: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The certificate of the authority of a cluster at tls://.")
    ] = None
    tls_cert: Annotated[Path | None, typer.Option(metavar="FILE", help="Your certificate for this cluster.")] = None
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Its key, if that is in a file of its own.")] = (
        None
    )
    resume: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Record what is done in a file, and resume from it.")
    ] = None

    @property
    def chosen_cluster(self) -> Cluster | None:
        """The cluster that is named, if one is."""
        if self.cluster is None:
            return None
        from polytopes.enumeration.parallel.cluster import Cluster

        return Cluster(self.cluster, self.tls_ca, self.tls_cert, self.tls_key)

    def check_sharing(self) -> None:
        """Refuse options that exclude each other."""
        if self.cluster is not None and self.jobs != 1:
            raise InputError("--jobs and --cluster are both given; the cluster has its own number of workers")
        tls = {"--tls-ca": self.tls_ca, "--tls-cert": self.tls_cert, "--tls-key": self.tls_key}
        given = [option for option, path in tls.items() if path is not None]
        if given and self.cluster is None:
            raise InputError(f"{given[0]} is for a cluster; give --cluster, or leave {' and '.join(given)} out")
        if given and (self.tls_ca is None or self.tls_cert is None):
            raise InputError(f"{' and '.join(given)} is not enough for TLS; give --tls-ca, --tls-cert and --tls-key")
