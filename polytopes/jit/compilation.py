"""How kernels are compiled: only what Python calls becomes machine code; all else is linked into it.

By itself numba optimizes, emits and stores every function that a kernel calls, and again within each function that
calls it. Here these are kept as intermediate code until the function that Python calls is compiled with all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import _dynfunc, njit
from numba.core import event, types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering
from numba.core.types import unliteral
from numba.np import arrayobj

from polytopes.jit.notices import compilation_begins
from polytopes.jit.stale_code import name_after_sources

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True, "_nrt": False}
"""Kernels allocate nothing, hence need no reference counts."""


class _Begun(event.Listener):
    """Tells that numba compiles something."""

    def on_start(self, event: Any) -> None:
        """A compilation begins."""
        compilation_begins()

    def on_end(self, event: Any) -> None:
        """Nobody asks when it ends."""


event.register("numba:compile", _Begun())


def entry(kernel: Kernel) -> Kernel:
    """Compile a function that Python calls; the machine code is kept on disk."""
    dispatcher = njit(cache=True, **OPTIONS)(kernel)
    name_after_sources(dispatcher)
    return _for_any_constant(dispatcher)


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function that only compiled ones call."""
    return _part(kernel, _PartCompiler)


def summed_in_any_order(kernel: Kernel) -> Kernel:
    """Compile a function that only compiled ones call, whose sums may be reordered and whose products may be fused.

    Such sums are twice as fast and more; what bounds their rounding errors must hold for every order.
    """
    return _part(kernel, _PartCompiler, fastmath={"reassoc", "contract", "nsz"})


def indexed_from_start(kernel: Kernel) -> Kernel:
    """Compile a function that only compiled ones call and that uses no negative index.

    numba looks at the sign of every index to find those that count from the end; here that is left out. A negative
    index would be one outside the array.
    """
    return _part(kernel, _PlainCompiler)


def _part(kernel: Kernel, compiler: type[Compiler], **more: Any) -> Kernel:
    options = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": compiler, **more}
    return _for_any_constant(njit(**options)(kernel))


class _Part(JITCodeLibrary):
    """Code that is linked into other code, and is neither optimized nor emitted before."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


class _PartCompiler(Compiler):
    """The usual compiler, which writes into a :class:`_Part`."""

    def define_pipelines(self) -> Any:
        state = self.state
        state.library = _Part(state.targetctx.codegen(), state.func_id.func_qualname)
        state.targetctx.get_executable = _stand_in
        return super().define_pipelines()


@register_pass(mutates_CFG=True, analysis_only=False)
class _PlainLowering(NativeLowering):
    """The usual way to intermediate code, with indices taken as they are."""

    _name = "plain_lowering"

    def run_pass(self, state: Any) -> Any:
        usual = arrayobj.fix_integer_index
        arrayobj.fix_integer_index = _index_as_it_is  # passes run one at a time, under a lock
        try:
            return super().run_pass(state)
        finally:
            arrayobj.fix_integer_index = usual


def _index_as_it_is(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:
    return context.cast(builder, index, kind, types.intp if kind.signed else types.uintp)


class _PlainCompiler(_PartCompiler):
    def define_pipelines(self) -> Any:
        managers = super().define_pipelines()
        for manager in managers:
            manager.passes = [(_PlainLowering if kind is NativeLowering else kind, why) for kind, why in manager.passes]
            manager.finalize()
        return managers


def _stand_in(library: Any, fndesc: Any, env: Any) -> Any:
    """Return an object that stands for a function among compiled ones, which Python must not call."""
    return _dynfunc.make_function(fndesc.lookup_module(), fndesc.qualname, "", 0, env, (library,))


def _for_any_constant(kernel: Any) -> Any:
    """Compile a kernel once for all calls: numba would do it anew for every constant that is handed over."""
    template = getattr(kernel, "get_call_template", None)  # without numba's compiler, kernels are plain functions
    plain: Callable[[Any], Any] = unliteral
    if template is not None:

        def of_types(args: tuple[Any, ...], kws: dict[str, Any]) -> Any:
            return template(tuple(map(plain, args)), {name: plain(kind) for name, kind in kws.items()})

        kernel.get_call_template = of_types
    return kernel
