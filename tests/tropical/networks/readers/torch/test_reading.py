"""PyTorch modules against torch in double precision: equal on integers, close elsewhere."""

from __future__ import annotations

from fractions import Fraction

import pytest

import tropical
from polytopes.errors import NumberError, ShapeError, UnsupportedError, VerificationFailed
from tests.tropical.networks.readers.torch.helpers import Forward, agree, nn, torch, whole

functional = torch.nn.functional


CHAINS = {
    "dense": (nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2)), None, (3,)),
    "one module": (nn.Linear(3, 2, bias=False), None, (3,)),
    "one activation": (nn.ReLU(), (2, 3), (2, 3)),
    "flattened": (nn.Sequential(nn.Flatten(), nn.Linear(6, 2)), (2, 3), (2, 3)),
    "flattened, shape unsaid": (nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(6, 2)), None, (6,)),
    "bends": (
        nn.Sequential(nn.Linear(3, 4), nn.PReLU(4), nn.LeakyReLU(0.25), nn.PReLU(), nn.ReLU6(), nn.Hardtanh(-1, 2)),
        None,
        (3,),
    ),
    "identities": (nn.Sequential(nn.Identity(), nn.Linear(2, 2), nn.Dropout(0.9), nn.ReLU()), None, (2,)),
    "nested": (nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), nn.Linear(3, 1)), None, (2,)),
    "lines": (
        nn.Sequential(
            nn.Conv1d(2, 4, 3, stride=2, padding=2, dilation=2, groups=2),
            nn.PReLU(4),
            nn.MaxPool1d(2, stride=1, padding=1),
            nn.AvgPool1d(2, ceil_mode=True),
            nn.Flatten(),
        ),
        (2, 9),
        (2, 9),
    ),
    "images": (
        nn.Sequential(
            nn.Conv2d(1, 2, 3, padding="same"),
            nn.ReLU(),
            nn.MaxPool2d((2, 3), (1, 2), dilation=1, ceil_mode=True),
            nn.Conv2d(2, 2, (1, 2), padding="valid"),
            nn.AvgPool2d(2, padding=1, count_include_pad=False),
            nn.Dropout2d(),
            nn.Flatten(),
        ),
        (1, 4, 6),
        (1, 4, 6),
    ),
    "even span, same padding": (nn.Sequential(nn.Conv1d(1, 1, 2, padding="same", dilation=2)), (1, 5), (1, 5)),
}


@pytest.mark.parametrize(("module", "given", "shape"), CHAINS.values(), ids=CHAINS)
def test_modules(module, given, shape):
    agree(whole(module).eval(), shape, given, exactly="AvgPool" not in repr(module))


def test_batch_normalization():
    module = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.ReLU(), nn.BatchNorm1d(2, eps=0.1, affine=False))
    agree(whole(module).eval(), (3,), exactly=False)
    images = nn.Sequential(nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    agree(whole(images).eval(), (1, 3, 3), (1, 3, 3), exactly=False)
    agree(nn.BatchNorm1d(2).eval(), (2,), exactly=False)


IN_TRAINING = {
    "batch norm": nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)),
    "dropout": nn.Sequential(nn.Linear(3, 2), nn.Dropout()),
    "spectral norm": nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Linear(3, 2))),
}


@pytest.mark.parametrize("module", IN_TRAINING.values(), ids=IN_TRAINING)
def test_layers_that_differ_in_training_need_eval(module):
    with pytest.raises(UnsupportedError, match=r"training mode.*eval\(\)"):
        tropical.load(module.train())
    assert tropical.load(module.eval()).output_shape == (2,)


def test_training_mode_without_such_layers():
    agree(whole(nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Dropout(0))).train(), (3,))
    frozen = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2).eval())
    assert frozen.training and tropical.load(frozen) == tropical.load(frozen.eval())


def assigned(y):
    y += 1
    y *= 2
    y -= y.abs()
    return y


FORWARDS = {
    "residual": lambda m, x: torch.relu(m.a(x)) + x,
    "in place": lambda m, x: m.a(x).relu_() - 2 * x,
    "functional": lambda m, x: functional.leaky_relu(functional.linear(x, m.w, m.b), 0.5),
    "matrix product": lambda m, x: functional.relu(x @ m.w + torch.matmul(x, m.w) + m.b),
    "joined": lambda m, x: torch.cat([x, m.a(x), torch.abs(x)], dim=1),
    "joined, last axis": lambda m, x: torch.cat((x, -x), -1).flatten(1),
    "maxima": lambda m, x: torch.maximum(m.a(x), x) + torch.minimum(x, 1 - x) + torch.max(x, -x),
    "scaled": lambda m, x: (x * 4 - 3) / 2 + torch.add(x, x, alpha=2) - torch.sub(1, x),
    "scaled in place": lambda m, x: functional.dropout(m.a(x), training=m.training).mul(2).add(1).clamp(-3, 5),
    "assigned": lambda m, x: assigned(m.a(x)),
    "clamped below": lambda m, x: x.clamp(min=0) + functional.hardtanh(x) + functional.relu6(x),
    "slopes": lambda m, x: functional.prelu(x, m.b),
    "reshaped": lambda m, x: m.a(x.view(x.size(0), -1)).view(-1, 4).reshape(x.shape[0], 2, 2),
    "moved": lambda m, x: x.unsqueeze(1).permute(0, 2, 1).transpose(1, 2).squeeze(1).contiguous(),
    "sliced": lambda m, x: m.a(x)[:, 1:3] + x[:, :2] - x[..., 2:],
    "constants": lambda m, x: x * (m.b * 2 - 1) + m.b,
    "lines": lambda m, x: functional.max_pool1d(functional.avg_pool1d(functional.conv1d(x[:, None], m.k), 1), 2),
    "means": lambda m, x: functional.adaptive_avg_pool1d(x.view(-1, 2, 2), 1).flatten(1) + x.view(-1, 2, 2).mean(2),
}


@pytest.mark.parametrize("function", FORWARDS.values(), ids=FORWARDS)
def test_forwards(function):
    parts = {"w": torch.randn(4, 4), "b": torch.randn(4), "k": torch.randn(1, 1, 2)}
    module = whole(Forward(function, a=nn.Linear(4, 4), **parts)).eval()
    agree(module, (4,), (4,))


def added_and_kept(h):
    old = h
    h += 1
    return h + old


def statements(h, *steps):
    for step in steps:
        step(h)
    return h


IN_PLACE_READ = {
    "module, then the same tensor": lambda m, x: (lambda h: m.r(h) + 2 * h)(m.a(x)),
    "method, result unused": lambda m, x: statements(m.a(x), lambda h: h.relu_()),
    "methods in a row, the first tensor used": lambda m, x: statements(m.a(x), lambda h: h.add_(1).mul_(2)),
    "function, result unused": lambda m, x: statements(m.a(x), lambda h: functional.relu(h, inplace=True)),
    "function, by place": lambda m, x: statements(m.a(x), lambda h: functional.relu(h, True)),
    "functions with other arguments": lambda m, x: statements(
        m.a(x),
        lambda h: functional.leaky_relu(h, 0.5, True),
        lambda h: functional.leaky_relu_(h, 0.25),
        lambda h: functional.hardtanh(h, -2, 3, inplace=True),
        lambda h: torch.relu_(h),
    ),
    "assigned, kept under another name": lambda m, x: added_and_kept(m.a(x)),
    "twice, read between": lambda m, x: (lambda h: h.add_(1) + (h * 2).relu_() + h)(m.a(x)),
    "the input": lambda m, x: m.r(x - 0) + m.r(x * 1) - x,
    "its size": lambda m, x: (lambda h: m.r(h.view(-1, 2, 2)).reshape(h.size(0), h.shape[1]))(m.a(x)),
    "dropout": lambda m, x: (lambda h: m.d(h) + h)(m.a(x)),
}


@pytest.mark.parametrize("function", IN_PLACE_READ.values(), ids=IN_PLACE_READ)
def test_written_in_place(function):
    parts = {"r": nn.ReLU(inplace=True), "d": nn.Dropout(inplace=True)}
    module = whole(Forward(function, a=nn.Linear(4, 4), **parts)).eval()
    agree(module, (4,), (4,))


def sliced(h):
    h[:, :2].add_(1)
    return h


def through_a_view(h):
    view = h.view(-1, 2, 2)
    h.relu_()
    return view.flatten(1)


def through_flatten(h):
    rows = h.flatten(1)
    rows += 1
    return h + rows


IN_PLACE_REFUSED = {
    "a view of it is written": (lambda m, x: sliced(m.a(x)), "'add_'"),
    "a view of it is read": (lambda m, x: through_a_view(m.a(x)), "'relu_'"),
    "assigned to a view": (lambda m, x: through_flatten(m.a(x)), "'iadd'"),
    "a module that returns its argument": (lambda m, x: (lambda h: m.i(h).relu_() + h)(m.a(x)), "in place"),
    "dropout returns its argument": (lambda m, x: (lambda h: m.d(h).relu_() + h)(m.a(x)), "in place"),
    "the output": (lambda m, x: (lambda h: (h.view(-1, 4).relu_(), h)[1])(m.a(x)), "'output'"),
    "a parameter": (lambda m, x: m.a(x) + m.b.view(1, 4).relu_(), "in place"),
    "another shape": (lambda m, x: m.a(x).unsqueeze_(1), "shape"),
}


@pytest.mark.parametrize(("function", "words"), IN_PLACE_REFUSED.values(), ids=IN_PLACE_REFUSED)
def test_written_in_place_and_read_otherwise(function, words):
    parts = {"d": nn.Dropout(), "i": nn.Identity(), "b": torch.randn(4)}
    module = whole(Forward(function, a=nn.Linear(4, 4), **parts)).eval()
    with pytest.raises(UnsupportedError, match=words):
        tropical.load(module, input_shape=(4,))


def test_functional_dropout_needs_to_be_switched_off():
    for options, mode, read in [({}, False, False), ({"training": True}, False, False), ({"p": 0.0}, True, True)]:
        module = Forward(lambda m, x, options=options: functional.dropout(m.a(x), **options), a=nn.Linear(2, 2))
        if read:
            agree(whole(module).train(mode), (2,), (2,))
        else:
            with pytest.raises(UnsupportedError, match=r"dropout.*training"):
                tropical.load(module, input_shape=(2,))
    module = Forward(lambda m, x: functional.dropout(m.a(x), 0.5, m.training), a=nn.Linear(2, 2))
    agree(whole(module).eval(), (2,), (2,))
    with pytest.raises(UnsupportedError, match="eval"):
        tropical.load(module.train(), input_shape=(2,))


def test_names_are_those_of_the_modules():
    module = Forward(lambda m, x: m.out(torch.relu(m.fc(x))), fc=nn.Linear(2, 3), out=nn.Linear(3, 1))
    assert [layer.name for layer in tropical.load(module).layers] == ["fc", "relu", "out"]


def test_half_precision_weights_are_exact():
    module = nn.Linear(1, 2).bfloat16()
    weights = [Fraction(float(w)) for w in module.weight.detach().double().ravel()]
    assert [a - b for a, b in zip(*(tropical.load(module)([t]) for t in (1, 0)), strict=True)] == weights


REFUSED = {
    "Sigmoid": (nn.Sequential(nn.Linear(2, 2), nn.Sigmoid()), UnsupportedError, "module '1' .Sigmoid."),
    "LayerNorm": (nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2)), UnsupportedError, "LayerNorm"),
    "tanh": (Forward(lambda m, x: torch.tanh(m.a(x)), a=nn.Linear(2, 2)), UnsupportedError, "tanh"),
    "product": (Forward(lambda m, x: m.a(x) * x, a=nn.Linear(2, 2)), UnsupportedError, "'mul'"),
    "quotient": (Forward(lambda m, x: 1 / m.a(x), a=nn.Linear(2, 2)), UnsupportedError, "divisor"),
    "by zero": (Forward(lambda m, x: m.a(x) / 0, a=nn.Linear(2, 2)), NumberError, "zero"),
    "branch": (Forward(lambda m, x: x if x.sum() > 0 else -x), UnsupportedError, "torch.fx"),
    "two inputs": (nn.Bilinear(2, 2, 2), UnsupportedError, "one input|multiplies|traced"),
    "indices": (nn.MaxPool1d(2, return_indices=True), UnsupportedError, "return_indices"),
    "batch statistics": (nn.BatchNorm1d(2, track_running_stats=False).eval(), UnsupportedError, "running statistics"),
    "widths": (nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 2)), ShapeError, "module '1'"),
}


@pytest.mark.parametrize(("module", "error", "words"), REFUSED.values(), ids=REFUSED)
def test_refused_by_name(module, error, words):
    shape = (1, 4) if "1d(" in repr(module) and "BatchNorm" not in repr(module) else (2,)
    with pytest.raises(error, match=words):
        tropical.load(module, input_shape=shape)


HOOKED = {
    "leaf": (nn.Sequential(nn.Linear(2, 2)), "0", "module '0' .Linear. has a forward hook"),
    "module itself": (nn.Linear(2, 2), "", "the module .Linear. has a forward hook"),
    "sequential": (nn.Sequential(nn.Linear(2, 2)), "", "the module .Sequential. has a forward hook"),
    "inner": (nn.Sequential(nn.Sequential(nn.Linear(2, 2))), "0", "module '0' .Sequential. has a forward hook"),
    "not torch's": (Forward(lambda m, x: x), "", "the module .Forward. has a forward hook"),
}


@pytest.mark.parametrize(("module", "name", "words"), HOOKED.values(), ids=HOOKED)
def test_hooks_are_refused(module, name, words):
    part = module.get_submodule(name)
    for register in (part.register_forward_hook, part.register_forward_pre_hook):
        handle = register(lambda *_: None)
        with pytest.raises(UnsupportedError, match=words.replace("hook", "(pre-)?hook")):
            tropical.load(module, input_shape=(2,))
        handle.remove()
    assert tropical.load(module, input_shape=(2,)).input_dim == 2


def test_hooks_on_all_modules_and_replaced_forwards_are_refused():
    from torch.nn.modules.module import register_module_forward_hook

    handle = register_module_forward_hook(lambda *_: None)
    with pytest.raises(UnsupportedError, match="hook is registered for all modules"):
        tropical.load(nn.Linear(2, 2))
    handle.remove()
    for module in (nn.Sequential(nn.Linear(2, 2)), Forward(lambda m, x: x, a=nn.Linear(2, 2))):
        module.forward = lambda x: 2 * x
        with pytest.raises(UnsupportedError, match="forward replaced"):
            tropical.load(module, input_shape=(2,))


# Weights that are computed


def pruned(linear):
    from torch.nn.utils import prune

    prune.random_unstructured(linear, "weight", 3)
    prune.l1_unstructured(linear, "weight", 2)
    prune.random_unstructured(linear, "bias", 1)
    with torch.no_grad():
        linear.weight_orig += 1  # as a step of training; the weight is computed at the next call
    return linear


class Doubled(nn.Module):
    def forward(self, weight):
        return 2 * weight


def doubled(linear):
    nn.utils.parametrize.register_parametrization(linear, "weight", Doubled())
    return linear


COMPUTED = {
    "pruned": pruned,
    "weight norm": nn.utils.parametrizations.weight_norm,
    "spectral norm": nn.utils.parametrizations.spectral_norm,
    "orthogonal": nn.utils.parametrizations.orthogonal,
    "own": doubled,
    "old weight norm": nn.utils.weight_norm,
    "old spectral norm": nn.utils.spectral_norm,
}


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("make", COMPUTED.values(), ids=COMPUTED)
def test_weights_are_those_that_the_module_computes(make):
    torch.manual_seed(3)
    module = nn.Sequential(make(nn.Linear(3, 3)), nn.ReLU(), nn.Linear(3, 2)).eval()
    network = tropical.load(module)
    with torch.no_grad():
        module(torch.zeros(1, 3))
        weight = module[0].weight.double()
    affine = network.nodes[1].layer
    assert affine.weight.shape == (3, 3) and affine.weight.floats.tolist() == weight.tolist()
    for point in torch.randn(5, 3):
        expected = module(point[None]).ravel().tolist()
        assert [float(t) for t in network(point.double().numpy())] == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_custom_hooks_that_prune_are_refused():
    from torch.nn.utils import prune

    class Own(prune.RandomUnstructured):
        def __call__(self, module, inputs):
            module.weight = 3 * module.weight_orig

    module = nn.Linear(2, 2)
    Own.apply(module, "weight", amount=1)
    with pytest.raises(UnsupportedError, match="pre-hook"):
        tropical.load(module)


# Wrappers


@pytest.mark.slow
def test_compiled_modules():
    module = whole(nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 2)))
    for wrapped in (torch.compile(module), torch.compile(nn.DataParallel(module))):
        assert tropical.load(wrapped) == tropical.load(module)


def test_wrapped_modules():
    module = whole(nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 2)))
    assert tropical.load(nn.DataParallel(nn.DataParallel(module))) == tropical.load(module)
    wrapped = nn.DataParallel(module)
    wrapped.register_forward_hook(lambda *_: None)
    with pytest.raises(UnsupportedError, match="wrapper has a forward hook"):
        tropical.load(wrapped)


# The last check


def test_what_was_read_is_compared_with_the_module(monkeypatch):
    from tropical.networks.layers import Abs
    from tropical.networks.readers.torch import modules

    module = whole(nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.01), nn.Linear(4, 2)))
    monkeypatch.setitem(modules.MODULES, "LeakyReLU", modules.MODULES["ReLU"])
    with pytest.raises(VerificationFailed, match=r"differs from its source.*check=False"):
        tropical.load(module)
    assert tropical.load(module, check=False).n_gates == 4
    monkeypatch.setitem(modules.MODULES, "LeakyReLU", lambda graph, part, x: graph.unary(Abs(), x))
    with pytest.raises(VerificationFailed):
        tropical.load(module)


def test_rounding_is_no_difference():
    torch.manual_seed(0)
    deep = nn.Sequential(*(part for _ in range(8) for part in (nn.Linear(20, 20), nn.ReLU())), nn.Linear(20, 3))
    for module in (deep, deep.half(), deep.bfloat16()):
        assert tropical.load(module).output_dim == 3
    cancels = nn.Linear(2, 1)
    cancels.weight.data = torch.tensor([[1e8, -1e8]])
    cancels.bias.data = torch.tensor([1.0])
    assert tropical.load(nn.Sequential(cancels, nn.ReLU()))([1, 1]) == (1,)


def test_a_module_that_does_not_take_its_input():
    module = Forward(lambda m, x: m.a(x.view(-1, 3)), a=nn.Linear(3, 2))
    with pytest.raises(ShapeError):
        tropical.load(module, input_shape=(4,))


def test_modules_that_do_not_tell_their_input():
    with pytest.raises(ShapeError, match="input_shape"):
        tropical.load(nn.Conv1d(1, 1, 2))


def test_weights_that_are_no_numbers():
    module = nn.Linear(2, 2)
    module.weight.data[1, 0] = float("nan")
    with pytest.raises(NumberError, match=r"'0' \(Linear\): weight.*\[1, 0\] is nan"):
        tropical.load(module)


def test_objects_of_torch_that_are_no_modules():
    with pytest.raises(UnsupportedError, match="Tensor"):
        tropical.load(torch.zeros(2))


def test_sparse_parameters_of_modules_are_refused():
    module = nn.Linear(2, 2)
    module.weight = nn.Parameter(torch.eye(2).to_sparse())
    with pytest.raises(UnsupportedError, match=r"weight.*sparse"):
        tropical.load(module)


def test_exported_to_onnx_by_hand_and_read_from_torch():
    """The same weights through two readers."""
    onnx = pytest.importorskip("onnx")
    module = whole(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)))
    make, state = onnx.helper.make_node, {key: value.numpy() for key, value in module.state_dict().items()}
    nodes = [
        make("Gemm", ["x", "0.weight", "0.bias"], ["h"], transB=1),
        make("Relu", ["h"], ["r"]),
        make("Gemm", ["r", "2.weight", "2.bias"], ["y"], transB=1),
    ]
    ends = [onnx.helper.make_tensor_value_info(name, 1, ["n", width]) for name, width in (("x", 3), ("y", 2))]
    stored = [onnx.numpy_helper.from_array(value, key) for key, value in state.items()]
    built = onnx.helper.make_model(onnx.helper.make_graph(nodes, "g", ends[:1], ends[1:], stored))
    point = [Fraction(1, 3), Fraction(-2), Fraction(7, 5)]
    assert tropical.load(built)(point) == tropical.load(module)(point)
