"""What notebooks show of networks and counts: tables, in which nothing that was given is read as markup."""

from __future__ import annotations

import tropical
from polytopes.errors import LimitReached
from tropical import Network
from tropical.networks.layers import Affine, ReLU


def test_names_of_layers_are_text() -> None:
    network = Network.chain(2, [("<script>", Affine([[1, 0], [0, 1]])), ("a&b", ReLU())])
    page = network._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert page.count("<tr>") == 3
    assert [line.split()[0] for line in network.summary().splitlines()[2:]] == ["<script>", "a&b"]


def test_counts_say_what_is_unknown() -> None:
    network = Network.from_weights([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, 1, 1]], [0])])
    assert "<td>activation regions</td><td>7</td>" in tropical.count_regions(network)._repr_html_()
    try:
        tropical.count_regions(network, limit=2)
    except LimitReached as stop:
        assert "stopped" in stop.partial._repr_html_()
