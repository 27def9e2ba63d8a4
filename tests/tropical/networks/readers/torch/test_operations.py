"""Functions and modules of torch one by one: exact on small integers, close where torch rounds."""

from __future__ import annotations

import warnings
from fractions import Fraction

import pytest

import tropical
from polytopes.errors import ShapeError, UnsupportedError
from tests.tropical.networks.readers.torch.helpers import Forward, agree, nn, torch, whole

functional = nn.functional

# Functions on four coordinates, or on a tensor of shape (2, 2, 4)


def parted(h):
    first, second = h.split([1, 3], 1)
    return second[:, :1] - first


def unbound(h):
    p, q, r, s = h.unbind(1)
    return torch.stack([p - q, torch.relu(r + s)], dim=1)


def largest(h):
    values, _ = h.max(1)
    return values


ROWS = {
    "chunk": lambda m, x: (lambda a, b: torch.maximum(a, 2 * b))(*m.a(x).chunk(2, 1)),
    "chunk, uneven": lambda m, x: torch.cat([part * 2 for part in m.a(x)[:, :3].chunk(2, dim=1)], dim=-1),
    "split": lambda m, x: parted(m.a(x)),
    "split, by size": lambda m, x: torch.split(m.a(x), 3, dim=1)[0],
    "tensor split": lambda m, x: torch.tensor_split(x, 3, dim=1)[0] + x.tensor_split((1, 2), 1)[1],
    "tensor split, from the end": lambda m, x: x.tensor_split((1, -1), 1)[1] - x.tensor_split((-2,), 1)[0],
    "unbind": lambda m, x: unbound(m.a(x)),
    "stack and max": lambda m, x: torch.stack([m.a(x), x, -x], 0).max(0)[0],
    "stack and amin": lambda m, x: torch.stack((m.a(x), x), dim=-1).amin(-1),
    "max of an axis": lambda m, x: m.a(x).view(-1, 2, 2).max(dim=2).values,
    "max, unpacked": lambda m, x: largest(m.a(x).view(-1, 2, 2)),
    "max, kept": lambda m, x: torch.max(m.a(x), 1, keepdim=True)[0] - torch.min(x, 1, True)[0],
    "amax of two axes": lambda m, x: m.a(x).unflatten(1, (2, 2)).amax(dim=(1, 2)).unsqueeze(1),
    "maxout by pooling": lambda m, x: functional.max_pool1d(m.a(x).unsqueeze(1), 2).squeeze(1),
    "largest": lambda m, x: m.a(x).topk(1, dim=1)[0],
    "sums": lambda m, x: m.a(x).sum(1, keepdim=True) + x.sum(dim=-1).unsqueeze(-1) - torch.sum(x, 1, True),
    "means": lambda m, x: (
        m.a(x).mean(1, keepdim=True) + x.view(-1, 2, 2).mean((1, 2)).view(-1, 1) - x.mean(1, keepdim=True)
    ),
    "norms": lambda m, x: torch.norm(m.a(x), 1, 1, True) + torch.linalg.vector_norm(x, float("inf"), 1, True),
    "transposed": lambda m, x: torch.relu(m.a(x).t()).t() + x.T.T,
    "swapped": lambda m, x: m.a(x).view(-1, 2, 2).mT.swapaxes(1, 2).transpose(1, 2).flatten(1),
    "moved axes": lambda m, x: m.a(x).view(-1, 1, 2, 2).movedim(1, -1).movedim((1, 2), (2, 1)).reshape(-1, 4),
    "shapes of others": lambda m, x: m.a(x).view(-1, 2, 2).view_as(x).reshape_as(x),
    "selected": lambda m, x: m.a(x).select(1, -1).unsqueeze(1) + x.narrow(1, 1, 2) + x[:, 0].unsqueeze(1),
    "constant indices": lambda m, x: m.a(x)[:, m.i] + torch.index_select(x, 1, m.i) - x[:, [3, 0, 0]],
    "repeated": lambda m, x: m.a(x).repeat(1, 2)[:, 2:6] + x[:, :1].expand(-1, 4) + x[:, 1:2].expand_as(x),
    "repeated entries": lambda m, x: m.a(x)[:, :2].repeat_interleave(2, dim=1) - x[:, :2].tile((1, 2)),
    "turned": lambda m, x: m.a(x).flip(1) + torch.roll(x, 1, 1) + torch.flip(x, (-1,)),
    "padded": lambda m, x: functional.pad(m.a(x), (1, 2)) - functional.pad(x, (2, 1), value=3.0),
    "cut": lambda m, x: functional.pad(m.a(x), (-1, 1)),
    "filled": lambda m, x: torch.maximum(m.a(x), torch.zeros_like(x)) + x.new_ones(x.shape[0], 4),
    "lengths": lambda m, x: m.a(x).view(-1, x.shape[1] // 2, 2).sum(2) * (x.size(1) - 1) + x.dim() + x.ndim,
    "casts": lambda m, x: m.a(x.double()).to(x.dtype).to("cpu").detach().clone().type_as(x).to(torch.float64),
    "products": lambda m, x: torch.mm(x, m.w) + torch.addmm(m.b, x, m.w, beta=2, alpha=-1) - x.matmul(m.w),
    "product with a vector": lambda m, x: (x @ m.b + torch.mv(x, m.b)).unsqueeze(1),
    "products of matrices": lambda m, x: (m.w[:2, :2] @ x.view(-1, 2, 2) @ m.w[:2, :2]).flatten(1),
    "products with many": lambda m, x: (x.view(-1, 2, 1, 2) @ m.w.view(1, 2, 2, 4)[..., :3]).flatten(1),
    "einsum": lambda m, x: torch.einsum("bi,oi->bo", m.a(x), m.w) + torch.einsum("ij,bj", m.w, x),
    "einsum of one": lambda m, x: torch.einsum("bij->bji", m.a(x).view(-1, 2, 2)).flatten(1),
    "sums so far": lambda m, x: m.a(x).cumsum(1),
    "between": lambda m, x: torch.lerp(m.a(x), x, 0.25),
    "differences": lambda m, x: torch.rsub(m.a(x), x, alpha=2) + (1 - x).neg() + (+x),
    "bounds": lambda m, x: m.a(x).clamp_min(-1).clamp_max(2) + torch.clip(x, -2, 1) + x.clamp(m.low, m.b.abs()),
    "threshold": lambda m, x: functional.threshold(m.a(x), 1.0, 1.0),
    "slopes": lambda m, x: functional.rrelu(m.a(x), 0.25, 0.75) + functional.rrelu(x, 0.5, 0.5),
    "shrunk": lambda m, x: functional.softshrink(m.a(x), 1.0),
    "normalized": lambda m, x: functional.batch_norm(m.a(x), m.b, m.b.abs() + 3, m.b, m.b, eps=1.0),
    "dropouts": lambda m, x: functional.alpha_dropout(functional.dropout1d(m.a(x), training=False)),
    "in order": lambda m, x: m.a(x).sort(1)[0] + torch.msort(x.t()).t() + x.sort(dim=1, descending=True).values,
    "some in order": lambda m, x: torch.cat([m.a(x).topk(2, 1)[0], x.topk(2, largest=False).values], 1),
    "in the middle": lambda m, x: m.a(x).median(1, keepdim=True)[0] + x.kthvalue(2, dim=1)[0].unsqueeze(1),
    "put at places": lambda m, x: x.scatter(1, m.i.expand_as(x[:, 1:]), m.a(x)) + x.index_fill(1, m.i, 2.0),
    "added at places": lambda m, x: torch.scatter_add(x, 1, m.i[[0, 0, 2]].expand_as(x[:, 1:]), m.a(x)).index_add(
        1, m.i, x[:, 1:], alpha=2
    ),
    "copied to places": lambda m, x: (
        m.a(x).index_copy(1, m.i, x[:, 1:]) + m.a(x).scatter(1, m.i.expand_as(x[:, 1:]), value=3.0)
    ),
    "sides of a diagonal": lambda m, x: (m.a(x).view(-1, 2, 2).tril() - torch.triu(x.view(-1, 2, 2), 1)).flatten(1),
    "windows of an axis": lambda m, x: m.a(x).unfold(1, 2, 2).flatten(1) - torch.tensordot(x, m.w, dims=([1], [1])),
    "windows of an image": lambda m, x: functional.unfold(m.a(x).view(-1, 1, 2, 2), (1, 2), padding=(0, 1)).flatten(1),
    "matrices by weights": lambda m, x: functional.linear(torch.maximum(x, m.b), m.w * 2, m.b.sum().view(1)),
}
CHOICES = {
    "where": lambda m, x: (lambda h: torch.where(h > 0, h, h * 0.25))(m.a(x)),
    "where, the other way": lambda m, x: (lambda h: torch.where(h <= 1, h * 2, h + 1))(m.a(x)),
    "maximum of two": lambda m, x: (lambda h: torch.where(x >= h, x, h))(m.a(x)),
    "mask as a factor": lambda m, x: (lambda h: h * (h > 0) + (h.lt(0)).to(h.dtype) * h * 3)(m.a(x)),
    "filled": lambda m, x: (lambda h: h.masked_fill(h < 2, 2.0))(m.a(x)),
    "opposite": lambda m, x: torch.where(~(x > 1), torch.ones_like(x), x),
    "sign": lambda m, x: (lambda h: torch.sign(h) * h.abs() + h.sign() * torch.relu(h.abs() - 1))(m.a(x)),
    "constant": lambda m, x: torch.where(m.b > 0, m.a(x), x),
    "written out twice": lambda m, x: torch.where(m.a(x) > 0, m.a(x), m.a(x) * 0.5) + torch.sign(m.a(x)) * m.a(x).abs(),
}


@pytest.mark.parametrize("function", CHOICES.values(), ids=CHOICES)
def test_choices_by_comparisons(function):
    agree(whole(Forward(function, a=nn.Linear(4, 4), b=torch.randn(4))), (4,), (4,))


CLOSE = {"means", "normalized", "slopes"}


@pytest.mark.parametrize("name", ROWS)
def test_functions(name):
    parts = {"w": torch.randn(4, 4), "b": torch.randn(4), "low": torch.randn(4)}
    module = whole(Forward(ROWS[name], a=nn.Linear(4, 4), **parts)).eval()
    module.low.data = -module.b.data.abs() - 1
    module.register_buffer("i", torch.tensor([2, 0, 1]))
    if name == "casts":
        module = module.double()
    agree(module, (4,), (4,), exactly=name not in CLOSE)


IMAGES = {
    "means": lambda m, x: x.mean((2, 3), keepdim=True) + x.mean(1, True) - x.mean(-1, keepdim=True),
    "sums": lambda m, x: x.sum((1, 3)) - torch.sum(x, dim=[1, 3]) * 2,
    "maxima": lambda m, x: x.amax((2, 3)) + x.flatten(2).max(2)[0] - torch.amin(x, (-1, -2)),
    "transposed convolution": lambda m, x: functional.conv_transpose2d(x, m.k, stride=2, padding=1, output_padding=1),
    "stretched": lambda m, x: functional.interpolate(x, scale_factor=2),
    "stretched and cut": lambda m, x: functional.interpolate(x, size=(3, 3), mode="nearest"),
    "stretched exactly": lambda m, x: functional.interpolate(x, scale_factor=(1.5, 2.0), mode="nearest-exact"),
    "linear": lambda m, x: functional.interpolate(x, scale_factor=2, mode="bilinear"),
    "linear, corners": lambda m, x: functional.interpolate(x, size=(3, 7), mode="bilinear", align_corners=True),
    "linear, recomputed": lambda m, x: functional.interpolate(
        x, scale_factor=(1.6, 0.7), mode="bilinear", recompute_scale_factor=True
    ),
    "linear, given scale": lambda m, x: functional.interpolate(x, scale_factor=(1.6, 0.7), mode="bilinear"),
    "area": lambda m, x: functional.interpolate(x, size=(2, 3), mode="area"),
    "reflected": lambda m, x: functional.pad(x, (3, 1, 1, 0), mode="reflect"),
    "repeated": lambda m, x: functional.pad(x, (1, 2, 0, 1), mode="replicate"),
    "circular": lambda m, x: functional.pad(x, (1, 2, 1, 0), mode="circular"),
    "sums over windows": lambda m, x: functional.avg_pool2d(x, 2, stride=1, padding=1, divisor_override=2),
    "shuffled": lambda m, x: functional.channel_shuffle(x.repeat(1, 2, 1, 1), 2),
    "pixels": lambda m, x: functional.pixel_unshuffle(functional.pixel_shuffle(x.repeat(1, 2, 1, 1), 2), 2)[:, 1:3],
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", IMAGES)
def test_functions_of_images(name):
    module = whole(Forward(IMAGES[name], k=torch.randn(2, 3, 3, 3))).eval()
    agree(module, (2, 2, 4), (2, 2, 4), exactly=name not in ("means", "area") and not name.startswith("linear"))


MODULES = {
    "hard sigmoid": (nn.Hardsigmoid(), (4,)),
    "soft shrink": (nn.Softshrink(0.5), (4,)),
    "hard shrink at zero": (nn.Hardshrink(0.0), (4,)),
    "threshold": (nn.Threshold(-1.0, -1.0), (4,)),
    "random slopes": (nn.RReLU(0.25, 0.5), (4,)),
    "relu6": (nn.ReLU6(), (4,)),
    "unflattened": (nn.Unflatten(1, (2, -1)), (4,)),
    "named sizes": (nn.Unflatten(-1, torch.Size([2, 2])), (4,)),
    "zeros around": (nn.ZeroPad2d((1, 2, 0, 1)), (1, 2, 3)),
    "zeros around a line": (nn.ZeroPad1d(1), (1, 3)),
    "constants around": (nn.ConstantPad2d(1, 2.5), (1, 2, 3)),
    "reflections around": (nn.ReflectionPad2d((2, 1, 1, 0)), (1, 2, 3)),
    "repetitions around": (nn.ReplicationPad1d(2), (1, 3)),
    "circular around": (nn.CircularPad1d(2), (1, 3)),
    "convolved in circles": (nn.Conv1d(1, 2, 3, padding=1, padding_mode="circular"), (1, 4)),
    "convolved in mirrors": (nn.Conv2d(1, 2, 3, padding=(1, 0), padding_mode="reflect"), (1, 3, 4)),
    "convolved, same, repeated": (nn.Conv1d(1, 1, 4, padding="same", padding_mode="replicate"), (1, 5)),
    "three axes": (nn.Sequential(nn.Conv3d(1, 2, 2), nn.ReLU(), nn.MaxPool3d(2), nn.Flatten()), (1, 3, 3, 3)),
    "three axes, mean": (nn.Sequential(nn.BatchNorm3d(1), nn.AvgPool3d(2, 1)), (1, 2, 3, 2)),
    "transposed line": (nn.ConvTranspose1d(2, 4, 3, 2, 1, 1, groups=2, dilation=2), (2, 3)),
    "transposed image": (nn.ConvTranspose2d(1, 2, (2, 3), stride=(2, 1), padding=(0, 1), bias=False), (1, 2, 3)),
    "transposed volume": (nn.ConvTranspose3d(1, 1, 2, stride=2), (1, 2, 1, 2)),
    "transposed, padded": (nn.ConvTranspose2d(1, 1, 3, stride=2, padding=2), (1, 3, 3)),
    "adaptive mean": (nn.AdaptiveAvgPool2d((2, 3)), (2, 3, 4)),
    "adaptive mean, one kept": (nn.AdaptiveAvgPool2d((None, 1)), (1, 3, 4)),
    "adaptive mean of a line": (nn.AdaptiveAvgPool1d(3), (1, 5)),
    "adaptive maximum": (nn.AdaptiveMaxPool2d((2, 2)), (2, 4, 2)),
    "adaptive maximum, overlaps": (nn.AdaptiveMaxPool2d((2, 3)), (1, 3, 4)),
    "adaptive maximum of a line": (nn.AdaptiveMaxPool1d(1), (2, 3)),
    "adaptive maximum of a volume": (nn.AdaptiveMaxPool3d(2), (1, 2, 3, 2)),
    "upsampled": (nn.Upsample(scale_factor=3), (1, 2)),
    "upsampled linearly": (nn.Upsample(scale_factor=2, mode="linear"), (1, 3)),
    "upsampled to a size": (nn.Upsample(size=(3, 5), mode="bilinear", align_corners=True), (1, 2, 3)),
    "upsampled volume": (nn.Upsample(scale_factor=2, mode="trilinear"), (1, 1, 2, 2)),
    "upsampled, by name": (
        nn.Sequential(nn.UpsamplingNearest2d(2), nn.UpsamplingBilinear2d(scale_factor=2)),
        (1, 2, 2),
    ),
    "pixels": (nn.Sequential(nn.PixelUnshuffle(2), nn.ReLU(), nn.PixelShuffle(2)), (1, 2, 4)),
    "channels": (nn.ChannelShuffle(2), (4, 1, 2)),
    "windows": (nn.Unfold((2, 3), dilation=1, padding=1, stride=2), (2, 3, 3)),
    "instance norm": (nn.InstanceNorm1d(2, track_running_stats=True, affine=True), (2, 3)),
    "dropouts": (nn.Sequential(nn.AlphaDropout(), nn.FeatureAlphaDropout(), nn.Dropout3d()), (1, 1, 2, 2)),
}
ROUNDED = {
    *("hard sigmoid", "three axes, mean", "adaptive mean", "adaptive mean, one kept", "adaptive mean of a line"),
    *("random slopes", "upsampled to a size", "upsampled, by name", "instance norm"),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", MODULES)
def test_modules(name):
    module, shape = MODULES[name]
    agree(whole(module).eval(), shape, shape, exactly=name not in ROUNDED)


def test_exact_values_where_torch_rounds():
    mean = tropical.load(nn.AdaptiveAvgPool1d(2), input_shape=(1, 5))
    assert mean([1, 1, 1, 2, 3]) == (1, 2) and mean([0, 0, 1, 0, 0]) == (Fraction(1, 3), Fraction(1, 3))
    line = tropical.load(nn.Upsample(scale_factor=2, mode="linear"), input_shape=(1, 2))
    assert line([0, 1]) == (0, Fraction(1, 4), Fraction(3, 4), 1)
    third = tropical.load(nn.Upsample(size=4, mode="linear", align_corners=True), input_shape=(1, 2))
    assert third([0, 1]) == (0, Fraction(1, 3), Fraction(2, 3), 1)
    sigmoid = tropical.load(nn.Hardsigmoid(), input_shape=(1,))
    assert [sigmoid([x])[0] for x in (-4, -1, 0, 1, 4)] == [0, Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), 1]
    shrink = tropical.load(nn.Softshrink(0.5), input_shape=(1,))
    assert [shrink([x])[0] for x in (-2, "1/3", "3/4")] == [Fraction(-3, 2), 0, Fraction(1, 4)]


MAXOUTS = {
    "a view and max": lambda m, x: m.a(x).view(-1, 2, 3).max(2)[0],
    "a view and amax": lambda m, x: m.a(x).reshape(x.shape[0], 2, 3).amax(-1),
    "a stack": lambda m, x: torch.stack(m.a(x).view(-1, 2, 3).unbind(2), -1).max(-1).values,
    "pooling": lambda m, x: functional.max_pool1d(m.a(x)[:, None], 3)[:, 0],
    "a module": lambda m, x: m.p(m.a(x).unsqueeze(1)).squeeze(1),
    "unflattened": lambda m, x: m.u(m.a(x)).amax(2),
}


@pytest.mark.parametrize("function", MAXOUTS.values(), ids=MAXOUTS)
def test_maxout_has_one_gate_a_unit(function):
    parts = {"p": nn.MaxPool1d(3), "u": nn.Unflatten(1, (2, 3))}
    network = agree(whole(Forward(function, a=nn.Linear(2, 6), **parts)), (2,), (2,))
    assert [layer.n_gates for layer in network.layers if layer.n_gates] == [2]
    assert (
        tropical.count_regions(network).activation_regions
        == tropical.count_regions(
            tropical.load(whole(Forward(MAXOUTS["a view and max"], a=nn.Linear(2, 6), **parts)), input_shape=(2,))
        ).activation_regions
    )


def test_chunks_share_the_memory_of_what_they_are_parts_of():
    for function in (
        lambda m, x: (lambda h: (h.chunk(2, 1)[0].relu_(), h)[1])(m.a(x)),
        lambda m, x: (lambda h, parts: (h.relu_(), parts[1])[1])(*(lambda h: (h, h.split(2, 1)))(m.a(x))),
        lambda m, x: (lambda h: (h.T.relu_(), h)[1])(m.a(x)),
        lambda m, x: (lambda h: (h.unbind(1)[0].add_(1), h)[1])(m.a(x)),
    ):
        with pytest.raises(UnsupportedError, match="in place"):
            tropical.load(Forward(function, a=nn.Linear(4, 4)), input_shape=(4,))
    module = Forward(lambda m, x: (lambda h: h.max(1, keepdim=True)[0].relu_() + h)(m.a(x)), a=nn.Linear(4, 4))
    agree(whole(module), (4,), (4,))


REFUSED = {
    "tanh": (lambda m, x: torch.tanh(m.a(x)), "not piecewise linear"),
    "exponential linear": (lambda m, x: functional.elu(m.a(x)), "not piecewise linear"),
    "softmax": (lambda m, x: functional.softmax(m.a(x), 1), "leave it off"),
    "sigmoid": (lambda m, x: m.a(x).sigmoid(), "leave it off"),
    "sign": (lambda m, x: torch.sign(m.a(x)) + x, "not continuous"),
    "sign at the end": (lambda m, x: torch.sign(m.a(x)), "continuous|jumps"),
    "round": (lambda m, x: m.a(x).round(), "not continuous"),
    "jumping choice": (lambda m, x: torch.where(m.a(x) > 0, m.a(x), m.a(x) + 1), "continuous"),
    "mask alone": (lambda m, x: (m.a(x) > 0).float() + x, "jumps"),
    "equality": (lambda m, x: torch.where(m.a(x) == 0, m.a(x), x), "not continuous"),
    "integers": (lambda m, x: m.a(x).to(torch.int64), "not continuous"),
    "argmax": (lambda m, x: m.a(x).argmax(1), "not continuous"),
    "indices": (lambda m, x: m.a(x).max(1)[1] + x, "indices"),
    "integer quotient": (lambda m, x: torch.div(m.a(x), 2, rounding_mode="floor"), "not continuous"),
    "square": (lambda m, x: m.a(x) ** 2, "not piecewise linear"),
    "euclidean norm": (lambda m, x: torch.norm(m.a(x), dim=1), "not piecewise linear"),
    "layer norm": (lambda m, x: functional.layer_norm(m.a(x), (4,)), "divides by a norm"),
    "product of two": (lambda m, x: m.a(x).view(-1, 2, 2) @ x.view(-1, 2, 2), "depends on the input"),
    "bicubic": (lambda m, x: functional.interpolate(x.view(-1, 1, 2, 2), scale_factor=2, mode="bicubic"), "bicubic"),
    "jump": (lambda m, x: functional.threshold(m.a(x), 0.0, 1.0), "jumps"),
    "hard shrink": (lambda m, x: functional.hardshrink(m.a(x)), "Softshrink"),
    "random slopes": (lambda m, x: functional.rrelu(m.a(x), training=True), "random"),
    "batch statistics": (lambda m, x: functional.batch_norm(m.a(x), None, None, training=True), "statistics"),
    "unknown": (lambda m, x: torch.unique(m.a(x)), "not read here"),
    "two results": (lambda m, x: m.a(x).chunk(2, 1), "one tensor"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(name):
    function, words = REFUSED[name]
    with pytest.raises(UnsupportedError, match=words):
        tropical.load(Forward(function, a=nn.Linear(4, 4)).eval(), input_shape=(4,))


REFUSED_MODULES = {
    "GELU": (nn.GELU(), "not piecewise linear"),
    "LogSoftmax": (nn.LogSoftmax(1), "leave it off"),
    "GroupNorm": (nn.GroupNorm(2, 4), "divides by a norm"),
    "InstanceNorm1d": (nn.InstanceNorm1d(4), "training mode|running statistics"),
    "Threshold": (nn.Threshold(1.0, 0.0), "jumps from 0.0 to its threshold 1.0"),
    "MultiheadAttention": (nn.MultiheadAttention(4, 2), "not piecewise linear|one input|traced"),
    "AdaptiveMaxPool1d": (nn.AdaptiveMaxPool1d(2, return_indices=True), "indices"),
}


@pytest.mark.parametrize("name", REFUSED_MODULES)
def test_modules_refused_with_the_reason(name):
    module, words = REFUSED_MODULES[name]
    with pytest.raises(UnsupportedError, match=words):
        tropical.load(module, input_shape=(4, 4))


def test_scripted_modules_are_named():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scripted = torch.jit.script(nn.Sequential(nn.Linear(2, 2), nn.ReLU()))
    with pytest.raises(UnsupportedError, match=r"TorchScript.*export it to ONNX"):
        tropical.load(scripted)


def test_the_width_of_functions_of_parameters():
    for function in (
        lambda m, x: functional.linear(torch.relu(x), m.w, m.b),
        lambda m, x: torch.relu(x) @ m.w.T,
        lambda m, x: functional.linear(x.view(x.size(0), -1), m.w),
    ):
        module = whole(Forward(function, w=torch.randn(3, 5), b=torch.randn(3)))
        if function.__code__.co_names != ("torch", "relu", "w", "T"):
            agree(module, (5,))
    with pytest.raises(ShapeError, match="input_shape"):
        tropical.load(Forward(lambda m, x: torch.relu(x)))


@pytest.mark.slow
def test_exported_programs():
    module = whole(
        nn.Sequential(
            nn.Conv2d(1, 2, 2),
            nn.BatchNorm2d(2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(4, 3),
            nn.Hardtanh(),
            nn.Dropout(),
        )
    ).eval()
    program = torch.export.export(module, (torch.zeros(1, 1, 4, 5),))
    network = tropical.load(program)
    assert network.input_shape == (1, 4, 5)
    point = [Fraction(i % 7 - 3, 2) for i in range(20)]
    assert network(point) == tropical.load(module, input_shape=(1, 4, 5))(point)
    with pytest.raises(ShapeError, match="exported for 2 points"):
        tropical.load(torch.export.export(nn.Linear(2, 2), (torch.zeros(2, 2),)))


def test_graphs_that_were_traced_before():
    module = whole(nn.Sequential(nn.Linear(3, 2), nn.ReLU()))
    assert tropical.load(torch.fx.symbolic_trace(module)) == tropical.load(module)


class Assigned(nn.Module):
    """Assignments to parts, of a tensor that is used before and after."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)

    def forward(self, x):
        h = self.a(x)
        k = torch.relu(h)
        h[:, 0] = 1.5
        h[:, 2:] = x[:, :2]
        return h + k


def test_assignments_to_parts():
    agree(whole(Assigned()), (4,), (4,))


def test_a_view_is_stale_after_an_assignment():
    def forward(m, x):
        h = m.a(x)
        part = h[:, 1:]
        h[:, 1] = 0.0
        return part

    with pytest.raises(UnsupportedError, match="changed its memory in place"):
        tropical.load(whole(Forward(forward, a=nn.Linear(4, 4))))


def test_constants_without_parameters():
    """The module is run in the usual precision, in which its constants are."""
    module = Forward(lambda m, x: torch.einsum("bi,ij->bj", x, torch.arange(8.0).view(4, 2)))
    assert tropical.load(module, input_shape=(4,))([1, 0, 0, 1]) == (6, 8)


def test_a_forward_that_cannot_be_traced_may_be_exported():
    module = Forward(lambda m, x: m.a(x) * torch.ones(x.shape[0], 2), a=nn.Linear(2, 2)).eval()
    with pytest.raises(UnsupportedError, match=r"torch\.export\.export"):
        tropical.load(module)
    program = torch.export.export(module, (torch.randn(1, 2),))
    assert tropical.load(program).input_shape == (2,)
