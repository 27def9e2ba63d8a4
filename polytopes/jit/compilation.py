"""How kernels are compiled: only what Python calls becomes machine code; all else is linked into it.

By itself numba optimizes, emits and stores every function that a kernel calls, and again within each function that
calls it. Here these are kept as intermediate code until the function that Python calls is compiled with all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import _dynfunc, njit
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.types import unliteral

from polytopes.jit.stale_code import name_after_sources

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True, "_nrt": False}
"""Kernels allocate nothing, hence need no reference counts."""


def entry(kernel: Kernel) -> Kernel:
    """Compile a function that Python calls; the machine code is kept on disk."""
    dispatcher = njit(cache=True, **OPTIONS)(kernel)
    name_after_sources(dispatcher)
    return _for_any_constant(dispatcher)


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function that only compiled ones call."""
    options = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": _PartCompiler}
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
