"""The panels that workspace and report share."""

from wandb_workspaces.reports.v2 import interface as wr

# Runs that differ in their seed alone: never two datasets, protocols or thresholds in one line.
GROUP = "group"
PROTOCOL = "protocol"
THRESHOLD = "strategy/correctness_threshold"
PAPER_THRESHOLD = 0.2
X, X_TITLE = "n_labelled", "labelled texts"


def curve(metric: str, title: str, unit: str, x: str = X, x_title: str = X_TITLE) -> wr.LinePlot:
    """Return a line a group: a metric's mean and standard deviation over the seeds."""
    return wr.LinePlot(
        title=title, x=x, y=[metric], title_x=x_title, title_y=unit, groupby=wr.Config(GROUP),
        groupby_aggfunc="mean", groupby_rangefunc="stddev", smoothing_factor=0,
    )  # fmt: skip


def bars(metric: str, title: str) -> wr.BarPlot:
    """Return a bar a group: a summary value's mean and standard deviation over the seeds."""
    return wr.BarPlot(
        title=title, metrics=[wr.SummaryMetric(metric)], orientation="h",
        groupby=wr.Config(GROUP), groupby_aggfunc="mean", groupby_rangefunc="stddev",
    )  # fmt: skip


def learning_curves() -> list[wr.LinePlot | wr.BarPlot]:
    """Return how good each strategy is; random, the baseline, is a line among the others."""
    return [
        curve("accuracy", "Test accuracy by labels", "share of test texts"),
        curve("macro_f1", "Macro-F1 by labels", "F1"),
        curve("loss", "Test loss by labels", "nats"),
        bars("aulc", "Area under the learning curve"),
        bars("accuracy", "Final accuracy"),
        curve("train_loss", "Training loss by epoch", "nats", "epoch", "epochs, all rounds"),
    ]


def beside_others() -> list[wr.LinePlot | wr.BarPlot]:
    """Return what only runs with a successor, or with a training on all data, have."""
    return [
        curve("successor_accuracy", "Successor's test accuracy by labels", "share of test texts"),
        bars("labels_to_90_percent", "Labels to 90 % of full-data accuracy"),
        bars("labels_to_95_percent", "Labels to 95 % of full-data accuracy"),
    ]


def thresholds() -> list[wr.LinePlot | wr.BarPlot]:
    """Return how good CAL is by its correctness threshold; the runs shown are CAL's alone."""
    return [
        curve("accuracy", "Test accuracy by correctness threshold", "share of test texts"),
        bars("aulc", "Area under the learning curve by correctness threshold"),
        bars("accuracy", "Final accuracy by correctness threshold"),
    ]


def batches() -> list[wr.LinePlot]:
    """Return what the batches of each strategy are like in the data map of the round after."""
    return [
        curve("batch/confidence", "Mean confidence of the batch", "mean p(gold)"),
        curve("batch/variability", "Mean variability of the batch", "std of p(gold)"),
        curve("batch/correctness", "Mean correctness of the batch", "share of epochs"),
        curve("batch/balance", "Class balance of the batch", "entropy / its maximum"),
    ]


def batch_chosen() -> wr.WeavePanelSummaryTable:
    """Return the table of what was chosen; its slider goes through the rounds."""
    return wr.WeavePanelSummaryTable(table_name="batch/chosen")


def seconds() -> list[wr.LinePlot]:
    """Return how long the rounds take."""
    return [
        curve("train_seconds", "Training", "seconds a round"),
        curve("score_seconds", "Choosing the batch", "seconds a round"),
        curve("evaluate_seconds", "Evaluating", "seconds a round"),
        curve("seconds", "Whole round", "seconds a round"),
    ]


def data_maps() -> list[wr.MediaBrowser | wr.WeavePanelSummaryTable]:
    """Return pictures of the first and the last round's data map, and the table of each round's."""
    keys = ["data_map/first", "data_map/last"]
    return [
        wr.MediaBrowser(title="Data maps", media_keys=keys, num_columns=2),
        wr.WeavePanelSummaryTable(table_name="data_map/table"),
    ]
