"""An option that is given twice is refused, under one name or two: only the last value would count."""

from __future__ import annotations

from collections import Counter
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


def refuse_repeats(order: list[Any]) -> None:
    """Refuse options of one value that stand twice among the parameters of a line, in their order there.

    Raises:
        BadParameter: with all names of the option.
    """
    for option, times in Counter(order).items():
        if times > 1 and option.param_type_name == "option" and not option.multiple:
            names = "', '".join((*option.opts, *option.secondary_opts))
            are = "is" if "," not in names else "are one option, which is"
            raise typer.BadParameter(f"'{names}' {are} given {times} times; give it once")


class OnceEach(TyperCommand):
    """A command whose options are given at most once each."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the parameters of the command."""
        refuse_repeats(self.make_parser(ctx).parse_args(args=list(args))[2])
        return super().parse_args(ctx, args)


class GroupOnceEach(TyperGroup):
    """A command with commands of its own, whose options are given at most once each."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the parameters that come before the name of a command."""
        refuse_repeats(self.make_parser(ctx).parse_args(args=list(args))[2])
        return super().parse_args(ctx, args)
