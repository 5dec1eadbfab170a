"""The figures of a process that are alive."""

from .unreachable import FigureRegistry as FigureRegistry
