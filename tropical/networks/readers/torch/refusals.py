"""Why functions and modules of torch are refused that are known not to be read, with the way out."""

from __future__ import annotations

_SMOOTH = "is not piecewise linear; retrain with ReLU, or put a piecewise linear function in its place"
_LAST = (
    "is not piecewise linear; if it is the last layer, leave it off: give model[:-1] of a Sequential, or let forward() "
    "return what it is applied to (the logits: their signs, or the largest of them, tell the class)"
)
_JUMPS = "is not continuous"
_NORMALIZES = "divides by a norm or a deviation of the input, so it is not piecewise linear; use batch normalization"
_MULTIPLIES = "multiplies values that depend on the input, so it is not piecewise linear"
_RANDOM = "is random"

_GROUPS: dict[str, tuple[str, ...]] = {
    _SMOOTH: (
        *("celu", "elu", "exp", "expm1", "gelu", "glu", "hardswish", "log", "log1p", "logsigmoid", "mish", "pow"),
        *("reciprocal", "rsqrt", "selu", "silu", "sin", "cos", "softplus", "softsign", "sqrt", "square", "tanh"),
        *("tanhshrink", "var", "std", "logsumexp", "erf", "atan", "prod", "cumprod", "swish", "quickgelu"),
    ),
    _LAST: ("sigmoid", "softmax", "softmin", "logsoftmax", "softmax2d", "gumbelsoftmax"),
    _JUMPS: (
        *("argmax", "argmin", "argsort", "bool", "ceil", "eq", "equal", "floor", "floordivide", "fmod", "frac", "ge"),
        *("gt", "heaviside", "int", "le", "long", "lt", "ne", "onehot", "remainder", "round", "trunc"),
        *("mod", "floordiv", "signbit", "isnan", "bucketize"),
    ),
    _NORMALIZES: ("groupnorm", "layernorm", "localresponsenorm", "normalize", "rmsnorm", "cosinesimilarity"),
    _MULTIPLIES: (
        *("bilinear", "multiheadattention", "scaleddotproductattention", "rnn", "lstm", "gru", "rnncell", "lstmcell"),
        *("grucell", "transformerencoderlayer", "transformerdecoderlayer", "transformer", "cdist", "pairwisedistance"),
    ),
    _RANDOM: ("rand", "randn", "randlike", "randnlike", "bernoulli", "fractionalmaxpool2d", "fractionalmaxpool3d"),
}
_REASONS = {name: reason for reason, names in _GROUPS.items() for name in names}


def reason(kind: str) -> str:
    """Return why a function, method or module of torch is refused.

    >>> reason("LogSoftmax")[:26], reason("unique")
    ('is not piecewise linear; i', 'is not read here')
    """
    plain = kind.lower().replace("_", "").rstrip("123d") if kind.lower().endswith(("1d", "2d", "3d")) else ""
    for name in (kind.lower().replace("_", ""), plain):
        if name in _REASONS:
            return _REASONS[name]
    return "is not read here"
