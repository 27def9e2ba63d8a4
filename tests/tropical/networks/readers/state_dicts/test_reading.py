"""State dictionaries: what is refused because it is not in them, and what is read once the activation is said."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import pytest

import tropical
from polytopes.errors import FileFormatError, InputError, NumberError, ShapeError, UnsupportedError
from tropical.networks.layers import Abs, Affine, LeakyReLU, ReLU
from tropical.networks.readers.options import Options
from tropical.networks.readers.state_dicts.reading import read_state
from tropical.networks.tensor import Tensor

torch = pytest.importorskip("torch")
nn = torch.nn

POINTS = [[Fraction(1, 3), Fraction(-2), Fraction(7, 5)], [4, -1, -3], [-5, 2, 6]]


def whole(module):
    """The module with small integer weights, and with statistics in its batch normalizations."""
    torch.manual_seed(1)
    for parameter in module.parameters():
        parameter.data = torch.randint(-3, 4, parameter.shape).to(torch.float32)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm1d):
            part.running_mean.uniform_(-1, 1)
            part.running_var.uniform_(0.5, 2)
    return module.eval()


def values(network):
    return [network(point) for point in POINTS]


def mlp(*activations, width=3):
    """Linear layers with modules after them."""
    return nn.Sequential(*(part for between in activations for part in (nn.Linear(3, width), *between)))


FALSE_FRIENDS = {
    "tanh": mlp([nn.Tanh()], []),
    "gelu": mlp([nn.GELU()], []),
    "leaky": mlp([nn.LeakyReLU(0.1)], []),
    "relu6": mlp([nn.ReLU6()], []),
    "a last relu": mlp([nn.ReLU()], [nn.ReLU()]),
    "dropout": mlp([nn.Dropout()], []),
    "functional": nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)]),
    "one layer": nn.Linear(3, 3),
}


@pytest.mark.parametrize("module", FALSE_FRIENDS.values(), ids=FALSE_FRIENDS)
def test_without_an_activation_nothing_is_read(tmp_path, module):
    torch.save(module.state_dict(), tmp_path / "net.pt")
    for source in (tmp_path / "net.pt", module.state_dict(), dict(module.state_dict())):
        with pytest.raises(InputError, match="activations") as caught:
            tropical.load(source)
        for way_out in ('tropical.save(tropical.load(module), "net.json")', "torch.onnx.export(", "--activation relu"):
            assert way_out in str(caught.value)


class Functional(nn.Module):
    """Linear layers under given names, with the activation written in the forward."""

    def __init__(self, names, activation=torch.relu, inner=None):
        super().__init__()
        self.names, self.activation = names, activation
        for name in names:
            self.add_module(name, nn.Linear(3, 3))
        self.inner = inner

    def forward(self, x):
        for name in self.names[:-1]:
            x = self.activation(getattr(self, name)(x))
        return getattr(self, self.names[-1])(x)


class Nested(nn.Module):
    def __init__(self, part):
        super().__init__()
        self.model = nn.ModuleDict({"net2": part})

    def forward(self, x):
        return self.model["net2"](x)


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 3) for _ in range(11)])

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


READ = {
    "fc1, fc2, ...": Functional([f"fc{i}" for i in range(1, 12)]),
    "fc1, fc2, out": Functional(["fc1", "fc2", "out"]),
    "hidden, out": Functional(["hidden", "out"]),
    "a module list": Listed(),
    "a sequential": mlp([nn.ReLU()], [nn.ReLU()], []),
    "with dropout": mlp([nn.ReLU(), nn.Dropout()], [nn.ReLU()], []),
    "functional in a sequential": Nested(mlp([nn.ReLU()], [])),
    "nested": Nested(Functional(["fc1", "fc2"])),
    "one layer": nn.Linear(3, 3),
}


@pytest.mark.parametrize("module", READ.values(), ids=READ)
def test_with_an_activation(tmp_path, module):
    whole(module)
    torch.save(module.state_dict(), tmp_path / "net.pt")
    torch.save(module.state_dict(), tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    network = tropical.load(module)
    for source in (tmp_path / "net.pt", tmp_path / "old.pth", module.state_dict()):
        read = tropical.load(source, activation="relu")
        assert values(read) == values(network) and read.n_gates == network.n_gates


ACTIVATIONS = {
    "relu": (nn.ReLU(), ReLU()),
    "abs": (None, Abs()),
    "leaky:1/4": (nn.LeakyReLU(0.25), LeakyReLU("1/4")),
    "leaky:0.01": (None, LeakyReLU("1/100")),
    "leaky:-2": (nn.LeakyReLU(-2.0), LeakyReLU(-2)),
    "none": (nn.Identity(), None),
}


@pytest.mark.parametrize("text", ACTIVATIONS)
def test_activations(text):
    module, layer = ACTIVATIONS[text]
    made = whole(mlp([nn.Identity()], [nn.Identity()], []))
    network = tropical.load(made.state_dict(), activation=text)
    kinds = [node.layer for node in network.nodes[1:] if not isinstance(node.layer, Affine)]
    assert kinds == ([] if layer is None else [layer, layer])
    if module is not None:
        made[1] = made[3] = module
        assert values(network) == values(tropical.load(made))


@pytest.mark.parametrize("text", ["tanh", "leaky", "leaky:", "leaky:x", "relu6", "", "Relu", "leaky:1/0", 3])
def test_activations_that_are_none(text):
    with pytest.raises(InputError, match="activation"):
        tropical.load(nn.Linear(2, 2).state_dict(), activation=text)


def test_an_activation_is_refused_where_it_is_known(tmp_path):
    network = tropical.Network.from_weights([([[1]], [0])])
    tropical.save(network, tmp_path / "net.json")
    for source in (tmp_path / "net.json", network, nn.Linear(2, 2), tmp_path / "net.onnx"):
        with pytest.raises(InputError, match="leave the option activation out"):
            tropical.load(source, activation="relu")


# Batch normalization


NORMALIZED = {
    "before the activation": mlp([nn.BatchNorm1d(3), nn.ReLU()], [nn.BatchNorm1d(3), nn.ReLU(), nn.Dropout()], []),
    "after the activation": mlp([nn.ReLU(), nn.BatchNorm1d(3)], [nn.ReLU(), nn.BatchNorm1d(3, affine=False)], []),
    "at the ends": nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 3), nn.BatchNorm1d(3)),
}


@pytest.mark.parametrize("module", NORMALIZED.values(), ids=NORMALIZED)
def test_batch_normalizations_beside_linear_layers(module):
    network = tropical.load(whole(module))
    read = tropical.load(module.state_dict(), activation="relu")
    assert values(read) == values(network)
    assert [type(node.layer) for node in read.nodes] == [type(node.layer) for node in network.nodes]


NOT_TOLD = {
    "dropout before": mlp([nn.Dropout(), nn.BatchNorm1d(3), nn.ReLU()], []),
    "dropout after": mlp([nn.ReLU(), nn.BatchNorm1d(3), nn.Dropout()], []),
    "no number free": mlp([nn.BatchNorm1d(3)], []),
    "two": mlp([nn.BatchNorm1d(3), nn.ReLU(), nn.BatchNorm1d(3)], []),
    "not beside the last": mlp([nn.ReLU()], [nn.ReLU(), nn.BatchNorm1d(3)]),
    "not beside the first": nn.Sequential(nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 3)),
    "a place for an activation here only": mlp([nn.ReLU()], [], []),
}


@pytest.mark.parametrize("module", NOT_TOLD.values(), ids=NOT_TOLD)
def test_where_the_activation_stands_is_not_told(module):
    with pytest.raises(UnsupportedError, match="build the model"):
        tropical.load(module.state_dict(), activation="relu")
    read = tropical.load(module.state_dict(), activation="none")
    assert len(read.nodes) - 1 == sum(isinstance(part, (nn.Linear, nn.BatchNorm1d)) for part in module)


# What is refused


def named(*names, shape=(2, 2)):
    return {f"{name}.weight": torch.ones(shape) for name in names}


WRONG = {
    "whole module": (nn.Linear(2, 2), FileFormatError, "pickled"),
    "tensor": (torch.zeros(3), FileFormatError, "Tensor"),
    "empty": ({}, UnsupportedError, "empty"),
    "no names": ({3: torch.zeros(1, 1)}, UnsupportedError, "entry 3"),
    "other entries": ({"0.weight": torch.eye(2), "log_std": torch.zeros(2)}, UnsupportedError, "'log_std'"),
    "two": (named("a.0", "a.2", "b.0", "b.2"), UnsupportedError, "order"),
    "two of one kind": (named("net1.0", "net1.2", "net2.0"), UnsupportedError, "numbered twice"),
    "not by number": (named("fc2", "fc1", "out"), UnsupportedError, "order"),
    "one number": (named("fc1", "fc01"), UnsupportedError, "same number"),
    "batch norms apart": (
        named("fc1", "fc2") | {"bn.running_mean": torch.zeros(2), "bn.running_var": torch.ones(2)},
        UnsupportedError,
        "order",
    ),
    "convolution": (nn.Sequential(nn.Conv1d(1, 1, 2)).state_dict(), UnsupportedError, "stride.*not in a state dict"),
    "layer norm": (nn.Sequential(nn.LayerNorm(2)).state_dict(), UnsupportedError, "module '0'"),
    "prelu": (nn.Sequential(nn.PReLU(2)).state_dict(), UnsupportedError, "PReLU"),
    "recurrent": (nn.LSTM(2, 2).state_dict(), UnsupportedError, "bias_hh_l0"),
    "weight norm": (
        nn.utils.parametrizations.weight_norm(nn.Linear(2, 2)).state_dict(),
        UnsupportedError,
        "computed from it",
    ),
    "widths": ({"0.weight": torch.zeros(2, 3), "2.weight": torch.zeros(2, 3)}, ShapeError, "layer '2'"),
    "biases": ({"0.weight": torch.zeros(2, 3), "0.bias": torch.zeros(3)}, ShapeError, "module '0'"),
    "nan": ({"0.weight": torch.full((1, 1), float("nan"))}, NumberError, "'0.weight'"),
    "sparse": ({"0.weight": torch.eye(2).to_sparse()}, UnsupportedError, r"'0.weight'.*sparse"),
    "meta": ({"0.weight": torch.zeros(2, 2, device="meta")}, UnsupportedError, r"'0.weight'.*meta"),
    "no variance": (
        {"0.weight": torch.eye(2), "1.running_mean": torch.zeros(2)},
        ShapeError,
        r"module '1'.*running_var",
    ),
    "only batch norms": (nn.Sequential(nn.BatchNorm1d(2)).state_dict(), UnsupportedError, "no linear layer"),
    "no dictionary in it": ({"state_dict": [1]}, UnsupportedError, "list"),
    "complex": ({"0.weight": torch.zeros(1, 1, dtype=torch.cfloat)}, NumberError, "'0.weight'"),
}


@pytest.mark.parametrize(("state", "error", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong(tmp_path, state, error, words):
    torch.save(state, tmp_path / "net.pt")
    with pytest.raises(error, match=words) as caught:
        tropical.load(tmp_path / "net.pt", activation="relu")
    assert "\n" not in str(caught.value)
    if isinstance(state, dict):
        for source in (state, {"state_dict": state} if state and "state_dict" not in state else state):
            with pytest.raises(error, match=words):
                tropical.load(source, activation="relu")


def test_names_without_numbers_need_a_dictionary_with_an_order():
    state = {key: Tensor.of(value.numpy()) for key, value in named("fc1", "fc2", "out").items()}
    options = Options(activation="relu")
    assert [node.name for node in read_state(state, options).nodes[1::2]] == ["fc1", "fc2", "out"]
    with pytest.raises(UnsupportedError, match="order"):
        read_state(state, options, ordered=False)
    del state["out.weight"]
    reverse = dict(reversed(state.items()))
    assert read_state(reverse, options, ordered=False) == read_state(state, options)


def test_layers_in_an_order_that_does_not_fit_are_named_with_the_way_out():
    """A class may make its last layer first."""
    state = {"out.weight": torch.ones(1, 4), "fc1.weight": torch.ones(4, 2)}
    with pytest.raises(ShapeError, match=r"\['out', 'fc1'\]; for another, .* tropical.save"):
        tropical.load(state, activation="relu")


def test_the_part_of_a_policy():
    """Two chains of one checkpoint, as of reinforcement learning; the message says how one is given."""
    state = {f"{chain}.{i}.weight": torch.eye(2) for chain in ("critic", "actor") for i in (0, 2)}
    with pytest.raises(UnsupportedError, match=r"k\.startswith\('actor\.'\)"):
        tropical.load(state, activation="relu")
    part = {k: v for k, v in state.items() if k.startswith("actor.")}
    assert tropical.load(part, activation="relu")([1, -1]) == (1, 0)


def test_the_input_shape_is_checked():
    for state in ({"0.weight": torch.zeros(2, 3)}, {"state_dict": {"0.weight": torch.zeros(2, 3)}}):
        assert tropical.load(state, input_shape=(3,), activation="none").input_dim == 3
        with pytest.raises(ShapeError, match="input_shape"):
            tropical.load(state, input_shape=(2,), activation="none")


# Checkpoints and other files


def test_checkpoints(tmp_path):
    module = whole(mlp([nn.ReLU()], []))
    optimizer = {"state": {0: {"exp_avg": torch.zeros(3, 3)}}, "param_groups": [{"lr": 0.001, "params": [0]}]}
    state, expected = module.state_dict(), values(tropical.load(module))
    prefixed = {f"module.{key}": value for key, value in state.items()}
    checkpoints = [{"state_dict": prefixed}, {"model_state_dict": state, "epoch": 3}, [state], ({"net": state},)]
    checkpoints.append({"optimizer": optimizer, "model": state, "loss": 0.5})
    checkpoints.append({"arch": "mlp", "state_dict": state, "best": torch.tensor(0.5)})
    for checkpoint, name in product(checkpoints, ("net.pt", "net.pth.tar")):
        torch.save(checkpoint, tmp_path / name)
        assert values(tropical.load(tmp_path / name, activation="relu")) == expected
    torch.save({"actor": state, "critic": state}, tmp_path / "net.pt")
    with pytest.raises(UnsupportedError, match="several state dictionaries, 'actor, critic'"):
        tropical.load(tmp_path / "net.pt", activation="relu")


def test_pruned_weights_are_products():
    from torch.nn.utils import prune

    module = whole(mlp([nn.ReLU()], []))
    prune.random_unstructured(module[0], "weight", 4)
    prune.random_unstructured(module[0], "bias", 1)
    read = tropical.load(module.state_dict(), activation="relu")
    prune.remove(module[0], "weight")
    prune.remove(module[0], "bias")
    assert values(read) == values(tropical.load(module))


def test_programs_are_not_run(tmp_path):
    module = mlp([nn.ReLU()], [])
    torch.jit.trace(module, torch.zeros(1, 3)).save(tmp_path / "script.pt")
    with pytest.raises(UnsupportedError, match="TorchScript"):
        tropical.load(tmp_path / "script.pt", activation="relu")


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_cut_short(tmp_path, kept):
    torch.save(mlp([nn.ReLU()], []).state_dict(), tmp_path / "net.pt")
    content = (tmp_path / "net.pt").read_bytes()
    (tmp_path / "net.pt").write_bytes(content[: int(kept * len(content))])
    with pytest.raises(FileFormatError):
        tropical.load(tmp_path / "net.pt", activation="relu")


def test_the_smallest_dictionaries_by_hand():
    """|2 - |x||, from a dictionary of two layers."""
    state = {"b.weight": torch.tensor([[-1.0]]), "b.bias": torch.tensor([2.0]), "c.weight": torch.eye(1)}
    state = {"a.weight": torch.eye(1), **state}
    network = tropical.load(state, activation="abs")
    assert [network([x]) for x in (-3, -2, 0, 1, 5)] == [(1,), (0,), (2,), (1,), (3,)]
    assert all(a.name != b.name for a, b in pairwise(network.layers))
