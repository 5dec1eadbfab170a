"""In a kernel, odd objects of cells cost no figure, and nothing of them runs."""

from __future__ import annotations

from aftermath import AGG, crash, reasons, untrue

ODD_CELL = """
class Meta(type):
    __hash__ = None
    def __eq__(cls, other): raise RuntimeError('eq')
    __module__ = property(lambda cls: 1 / 0)
class Unhashable(metaclass=Meta):
    def __eq__(self, other): raise RuntimeError('eq')
    __hash__ = None
class Nameless: pass
Nameless.__module__ = None
count = []
class Column:
    dtype = np.dtype(object)
    def to_numpy(self): count.append(1); return np.array([1], dtype=object)
    def __iter__(self): count.append(1); return iter([])
class Proxy:
    __slots__ = ('made',)
    @property
    def __dict__(self): count.append(1); return {}
    @property
    def __class__(self): count.append(1); return int
odd, nameless, column, proxy = Unhashable(), Nameless(), Column(), Proxy()
odds = [odd, nameless, column, proxy, Unhashable]
"""


async def test_odd_names_cost_no_figure_and_compute_nothing(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots()")
        await kernel.run(ODD_CELL)
        await kernel.run("ax.set_title('later'); other, ax2 = plt.subplots()")
        await kernel.run("fig.odd, holder = odd, [fig, odd, column]")
        await kernel.run("0")
        assert await kernel.value("count") == []
        assert (await kernel.ask("reinit"))["status"] == kernel.saved()["status"] == "live"
        named = reasons(await crash(kernel))
        assert (
            await untrue(kernel, "ax.get_title() == 'later'", "ax2.figure is other", "plt.get_fignums() == [1, 2]")
            == {}
        )
        assert set(named) <= {"an object of type Unhashable of fig", "the name holder of fig"}
