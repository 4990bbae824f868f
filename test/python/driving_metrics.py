"""Open-loop and perception metrics a second time, from numpy, scipy, pycocotools and nuscenes-devkit: JSON in, JSON out."""

import contextlib
import io
import json
import sys

import numpy as np
from nuscenes.eval.prediction.metrics import min_ade_k, miss_rate_top_k, stack_ground_truth
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from scipy.interpolate import PPoly
from scipy.signal import savgol_filter


def protocols(case):
    """(N, 6, 2) plans and drives, (N, 6) hits -> the tables of UniAD and of ST-P3/VAD."""
    plans, drives = np.asarray(case["planned"]), np.asarray(case["driven"])
    l2 = np.linalg.norm(plans - drives, axis=-1)
    hits = np.asarray(case["hits"], dtype=float)
    at = [1, 3, 5]
    return {
        "l2": {"uniad": l2.mean(0)[at].tolist(), "stp3": [l2[:, : i + 1].mean() for i in at]},
        "hits": {"uniad": hits.mean(0)[at].tolist(), "stp3": [hits[:, : i + 1].mean(1).mean() for i in at]},
        "ade": float(l2.mean()),
        "fde": float(l2[:, -1].mean()),
    }


def smoothed(case):
    return [
        savgol_filter(case["values"], window, order, deriv=deriv, delta=0.1).tolist()
        for window, order, deriv in case["filters"]
    ]


def spline(case):
    """The whole linear system of a clamped spline whose last piece is a parabola, unsolved by hand."""
    x, y, slope = np.asarray(case["at"]), np.asarray(case["values"]), case["slope"]
    pieces = len(x) - 1
    rows, right = [], []

    def row(entries, value):
        line = np.zeros(4 * pieces)
        for index, factor in entries:
            line[index] += factor
        rows.append(line)
        right.append(value)

    for i in range(pieces):
        h = x[i + 1] - x[i]
        row([(4 * i + 3, 1)], y[i])
        row([(4 * i + k, h ** (3 - k)) for k in range(4)], y[i + 1])
        if i + 1 < pieces:
            row([(4 * i, 3 * h * h), (4 * i + 1, 2 * h), (4 * i + 2, 1), (4 * i + 6, -1)], 0)
            row([(4 * i, 6 * h), (4 * i + 1, 2), (4 * i + 5, -2)], 0)
    row([(2, 1)], slope)
    row([(4 * (pieces - 1), 1)], 0)
    coefficients = np.linalg.solve(np.asarray(rows), np.asarray(right)).reshape(pieces, 4).T
    poly = PPoly(coefficients, x)
    return [[float(poly(t)), float(poly(t, 1))] for t in case["query"]]


def precision(case):
    """COCO's own evaluation of boxes [x, y, w, h]."""
    coco = COCO()
    annotations = [
        {**box, "id": i + 1, "area": box["bbox"][2] * box["bbox"][3], "iscrowd": 0}
        for i, box in enumerate(case["truths"])
    ]
    images = sorted({box["image_id"] for box in case["truths"] + case["found"]})
    kinds = sorted({box["category_id"] for box in case["truths"]})
    coco.dataset = {
        "images": [{"id": i} for i in images],
        "categories": [{"id": k, "name": str(k)} for k in kinds],
        "annotations": annotations,
    }
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(case["found"]), "bbox")
        evaluation.params.maxDets = [1, 10, 100]
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return {"ap": float(evaluation.stats[0]), "ap50": float(evaluation.stats[1])}


def prediction(case):
    """One mode an agent: (N, T, 2) each."""
    ade, miss = [], []
    for predicted, truth in zip(case["predicted"], case["truth"], strict=True):
        modes = np.asarray([predicted])
        stacked = stack_ground_truth(np.asarray(truth), 1)
        ade.append(float(np.ravel(min_ade_k(modes, stacked, np.ones(1)))[0]))
        miss.append(float(np.ravel(miss_rate_top_k(modes, stacked, np.ones(1), 2.0))[0]))
    return {"minAde": float(np.mean(ade)), "missRate": float(np.mean(miss))}


KINDS = {
    "protocols": protocols,
    "smoothed": smoothed,
    "spline": spline,
    "precision": precision,
    "prediction": prediction,
}
print(json.dumps([KINDS[case["kind"]](case) for case in json.load(sys.stdin)]))
