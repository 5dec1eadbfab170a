"""The lists: classes and packages whose objects are saved."""

from __future__ import annotations

import itertools
from functools import cache
from typing import NamedTuple

STANDARD = {
    "IPython.core.display": {"HTML", "Image", "JSON", "Latex", "Markdown", "Math", "Pretty", "SVG", "Javascript"},
    "IPython.core.display_functions": {"DisplayHandle"},
    "IPython.core.magics.execution": {"TimeitResult"},
    "IPython.lib.display": {"Audio", "FileLink", "FileLinks", "IFrame", "YouTubeVideo"},
    "IPython.utils.capture": {"CapturedIO", "RichOutput"},
    "IPython.utils.text": {"LSString", "SList"},
    "_io": {"BytesIO", "StringIO"},
    "argparse": {"Namespace"},
    "array": {"array"},
    "collections": {"OrderedDict", "defaultdict", "Counter", "deque", "ChainMap", "UserDict", "UserList", "UserString"},
    "dataclasses": {"Field", "_MISSING_TYPE", "_DataclassParams", "_FIELD_BASE", "_KW_ONLY_TYPE"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal", "Context"},
    "fractions": {"Fraction"},
    "functools": {"partial", "partialmethod", "_lru_cache_wrapper", "cached_property", "singledispatchmethod"},
    "itertools": {name for name in vars(itertools) if name[:2] != "__"},
    "logging": {"Formatter", "Logger", "PercentStyle", "RootLogger", "StrFormatStyle", "StringTemplateStyle"},
    "operator": {"itemgetter", "attrgetter", "methodcaller"},
    "random": {"Random"},
    "re": {"Match", "Pattern"},
    "statistics": {"NormalDist"},
    "string": {"Formatter", "Template"},
    "time": {"struct_time"},
    "types": {"SimpleNamespace", "GenericAlias", "UnionType"},
    "typing": {
        "ForwardRef",
        "NewType",
        "TypeVar",
        "_AnnotatedAlias",
        "_CallableGenericAlias",
        "_CallableType",
        "_GenericAlias",
        "_LiteralGenericAlias",
        "_SpecialForm",
        "_SpecialGenericAlias",
        "_TupleType",
        "_UnionGenericAlias",
    },
    "uuid": {"UUID", "SafeUUID"},
    "zoneinfo": {"ZoneInfo"},
}
"""Classes of the standard library by module."""


class ListedPackage(NamedTuple):
    """A package whose objects are saved by their own pickling: it reads what is in memory and changes nothing.

    Attributes
    ----------
    package : str
        The package.
    without : tuple of str
        Prefixes of full names of its classes that are not saved: files, connections, what is computed when read.
    """

    package: str
    without: tuple[str, ...] = ()


_FILES_OF_PANDAS = tuple(f"pandas.io.{each}" for each in ("c", "e", "formats.excel", "o", "p", "s"))

SAVERS = {
    each.package: each
    for each in (
        ListedPackage(
            "numpy", ("numpy.ctypeslib", "numpy.lib.npyio", "numpy.lib._npyio", "numpy.memmap", "numpy.nditer")
        ),
        ListedPackage("pandas", (*_FILES_OF_PANDAS, "pandas.HDFStore", "pandas.ExcelFile", "pandas.ExcelWriter")),
        ListedPackage("polars", ("polars.lazyframe", "polars.LazyFrame", "polars.io")),
        ListedPackage(
            "pyarrow", ("pyarrow.fs", "pyarrow._fs", "pyarrow.dataset", "pyarrow._dataset", "pyarrow.parquet")
        ),
        ListedPackage("scipy", ("scipy.io",)),
        ListedPackage("xarray", ("xarray.backends", "xarray.coding")),
        ListedPackage("networkx"),
        ListedPackage("sklearn"),
        ListedPackage("statsmodels", ("statsmodels.datasets",)),
        ListedPackage("sympy"),
        ListedPackage("astropy", ("astropy.io", "astropy.samp", "astropy.utils")),
        ListedPackage("quantecon"),
        ListedPackage("shapely"),
        ListedPackage("pathlib"),
        ListedPackage("ipaddress"),
        ListedPackage("dateutil"),
        ListedPackage("pytz"),
        ListedPackage("cycler"),
    )
}
"""Packages whose objects are saved, by name."""

LAZY_ARRAYS = "xarray.core.indexing"
IN_MEMORY = ("PandasIndexingAdapter", "PandasMultiIndexingAdapter", "NumpyIndexingAdapter")


@cache
def savers() -> dict[str, ListedPackage]:
    """Return the packages of `SAVERS` and those that register themselves, by an entry point of their name.

    The entry point is not loaded: that a distribution names its package in the group ``jupyter_mpl_guard.savers`` is
    all that is needed.
    """
    from importlib.metadata import entry_points

    try:
        found = entry_points()
        chosen = found.select(group=GROUP) if hasattr(found, "select") else found.get(GROUP, ())
        names = {each.name.partition(".")[0] for each in chosen}
    except Exception:  # a damaged distribution
        names = set()
    return {**{name: ListedPackage(name) for name in names}, **SAVERS}


GROUP = "jupyter_mpl_guard.savers"
"""Group of the entry points."""
