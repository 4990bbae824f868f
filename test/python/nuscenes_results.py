"""What nuScenes' devkit makes of Outrider's results.

Arguments: detection file, tracking file, and optionally a nuScenes folder whose annotations the boxes shall be. Prints JSON.
"""
import json
import sys

import numpy as np
from nuscenes import NuScenes
from nuscenes.eval.common.config import config_factory
from nuscenes.eval.common.data_classes import EvalBoxes
from nuscenes.eval.common.loaders import load_prediction
from nuscenes.eval.common.utils import center_distance, scale_iou, yaw_diff
from nuscenes.eval.detection.algo import accumulate, calc_ap
from nuscenes.eval.detection.data_classes import DetectionBox
from nuscenes.eval.detection.utils import category_to_detection_name
from nuscenes.eval.tracking.data_classes import TrackingBox

detection_config = config_factory("detection_cvpr_2019")
tracking_config = config_factory("tracking_nips_2019")


def summary(boxes, meta, name):
    return {
        "meta": meta,
        "tokens": list(boxes.sample_tokens),
        "names": {token: [getattr(box, name) for box in boxes[token]] for token in boxes.sample_tokens},
    }


def annotations(folder):
    """The data set's own boxes of its classes, as the devkit's load_gt makes them."""
    nusc = NuScenes(version="v1.0-mini", dataroot=folder, verbose=False)
    truth = EvalBoxes()
    for sample in nusc.sample:
        boxes = []
        for token in sample["anns"]:
            row = nusc.get("sample_annotation", token)
            name = category_to_detection_name(row["category_name"])
            if name is not None:
                boxes.append(
                    DetectionBox(
                        sample_token=sample["token"],
                        translation=row["translation"],
                        size=row["size"],
                        rotation=row["rotation"],
                        velocity=tuple(nusc.box_velocity(token)[:2]),
                        detection_name=name,
                    )
                )
        truth.add_boxes(sample["token"], boxes)
    return truth


def agreement(truth, found):
    errors = {"centreM": [], "scale": [], "yawRad": []}
    for token in truth.sample_tokens:
        for box in truth[token]:
            nearest = min(found[token], key=lambda other: center_distance(box, other))
            errors["centreM"].append(center_distance(box, nearest))
            errors["scale"].append(1 - scale_iou(box, nearest))
            errors["yawRad"].append(yaw_diff(box, nearest))
    names = sorted({box.detection_name for box in truth.all})
    ap = {
        name: calc_ap(accumulate(truth, found, name, center_distance, 0.5), detection_config.min_recall, detection_config.min_precision)
        for name in names
    }
    return {"boxes": len(truth.all), "worst": {name: float(np.max(all)) for name, all in errors.items()}, "ap": ap}


detections, detection_meta = load_prediction(sys.argv[1], detection_config.max_boxes_per_sample, DetectionBox)
tracks, tracking_meta = load_prediction(sys.argv[2], tracking_config.max_boxes_per_sample, TrackingBox)
result = {
    "detection": summary(detections, detection_meta, "detection_name"),
    "tracking": summary(tracks, tracking_meta, "tracking_name"),
    "trackingIds": {token: [box.tracking_id for box in tracks[token]] for token in tracks.sample_tokens},
}
if len(sys.argv) > 3:
    result["agreement"] = agreement(annotations(sys.argv[3]), detections)
json.dump(result, sys.stdout)
