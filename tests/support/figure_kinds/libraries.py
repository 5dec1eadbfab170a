"""Figures that other libraries draw: seaborn and pandas."""

from __future__ import annotations

from importlib.util import find_spec

FRAME = """
import pandas as pd

rng = np.random.default_rng(60)
df = pd.DataFrame({"bill": rng.normal(20, 5, 120), "tip": rng.gamma(2, 1.5, 120),
                   "day": rng.choice(["Thu", "Fri", "Sat"], 120), "smoker": rng.choice(["yes", "no"], 120)})
"""
"""Lines that make a table of rows, for cells to begin with."""

SERIES = """
import pandas as pd

rng = np.random.default_rng(61)
index = pd.date_range("2026-01-01", periods=200)
df = pd.DataFrame(rng.standard_normal((200, 3)), index=index, columns=list("ABC")).cumsum()
"""
"""Lines that make a table over dates, for cells to begin with."""

SEABORN = {
    "relations": """
import seaborn as sns
g = sns.relplot(df, x="bill", y="tip", hue="smoker", col="day", size="tip", col_wrap=2, height=2.5)
g.set_axis_labels("Total", "Tip")
""",
    "line with intervals": """
import seaborn as sns
fig, ax = plt.subplots()
ax = sns.lineplot(df.round({"bill": -1}), x="bill", y="tip", hue="smoker", style="smoker", errorbar="sd", ax=ax)
""",
    "heat map": """
import seaborn as sns
sns.heatmap(df.groupby(["day", "smoker"])["tip"].mean().unstack(), annot=True, fmt=".1f", linewidths=0.5, cmap="crest")
ax = plt.gca()
""",
    "pairs": """
import seaborn as sns
grid = sns.pairplot(df, hue="smoker", diag_kind="hist", height=2, corner=True)
""",
    "joint distribution": """
import seaborn as sns
joint = sns.jointplot(data=df, x="bill", y="tip", kind="hex", height=4)
joint.ax_joint.set_xlabel("the bill")
""",
    "violins of groups": """
import seaborn as sns
ax = sns.violinplot(df, x="day", y="tip", hue="smoker", split=True, inner="quart", order=["Thu", "Fri", "Sat"])
sns.despine(left=True)
sns.move_legend(ax, "upper left", bbox_to_anchor=(1, 1))
""",
    "categories of groups": """
import seaborn as sns
g = sns.catplot(df, x="tip", y="day", hue="smoker", kind="boxen", aspect=1.5, height=3)
sns.stripplot(df, x="tip", y="day", ax=g.ax, color="k", size=3, jitter=False)
""",
    "regression": """
import seaborn as sns
fig, axs = plt.subplots(1, 2, figsize=(8, 3))
sns.regplot(df, x="bill", y="tip", ax=axs[0], ci=None, order=2)
sns.histplot(df, x="tip", hue="day", element="step", stat="density", common_norm=False, ax=axs[1])
""",
    "facets": """
import seaborn as sns
facets = sns.FacetGrid(df, row="smoker", col="day", margin_titles=True, height=2, legend_out=True)
facets.map_dataframe(lambda data, **kws: plt.scatter(data["bill"], data["tip"], **kws))
facets.refline(y=3)
""",
}
"""What follows `FRAME`, by name."""

PANDAS = {
    "frame over dates": """
ax = df.plot(title="walks", ylabel="position", rot=30)
""",
    "frame with two scales": """
ax = df.A.plot(legend=True, figsize=(7, 3))
right = df.B.plot(secondary_y=True, style="g--", ax=ax)
ax.right_ax.set_ylabel("B")
""",
    "frame as bars": """
axes = df.abs().resample("QE").mean().plot.bar(subplots=True, layout=(3, 1), sharex=True, legend=False)
fig = axes[0, 0].figure
""",
    "frame as areas": """
ax = df.abs().plot.area(alpha=0.4, stacked=True, x_compat=True)
ax.legend(loc="upper left", ncols=3)
""",
    "frame as histograms": """
axs = df.hist(bins=20, layout=(1, 3), figsize=(8, 3), sharey=True)
""",
    "frame as boxes": """
ax, boxes = df.boxplot(column=["A", "B"], grid=False, return_type="both")
""",
    "frame as matrix of scatters": """
axs = pd.plotting.scatter_matrix(df, diagonal="hist", alpha=0.5, figsize=(5, 5))
""",
    "periods": """
import datetime
s = df.C.resample("MS").mean().to_period("M")
ax = s.plot(marker="o", drawstyle="steps-post")
ax.axvspan(pd.Period("2026-03", "M").ordinal, pd.Period("2026-05", "M").ordinal, alpha=0.2)
""",
    "times of day": """
import datetime
times = pd.Series(np.arange(24), index=[datetime.time(hour, 30) for hour in range(24)])
fig, ax = plt.subplots()
times.plot(ax=ax)
""",
}
"""What follows `SERIES`, by name."""

LIBRARIES = {f"seaborn {name}": FRAME + cell for name, cell in SEABORN.items()}
LIBRARIES |= {f"pandas {name}": SERIES + cell for name, cell in PANDAS.items()}
"""Cells by name."""

if find_spec("scipy"):
    LIBRARIES["seaborn clusters"] = (
        FRAME
        + """
import seaborn as sns
clusters = sns.clustermap(df[["bill", "tip"]].corr(), annot=True, figsize=(4, 4))
"""
    )
