"""Reads {"cases": [{kind, k: [fx, fy, cx, cy], d: [...], points: [[x, y, z]...], pixels: [[x, y]...]}]} on stdin; prints
what OpenCV projects the points to, and the directions (x, y at z = 1) that it gives back for the pixels."""

import json
import sys

import cv2
import numpy as np

PRECISE = (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 500, 1e-14)
NOWHERE = np.zeros(3)

answers = []
for case in json.load(sys.stdin)["cases"]:
    fx, fy, cx, cy = case["k"]
    k = np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1]], dtype=np.float64)
    d = np.array(case["d"], dtype=np.float64)
    points = np.array(case["points"], dtype=np.float64).reshape(-1, 1, 3)
    pixels = np.array(case["pixels"], dtype=np.float64).reshape(-1, 1, 2)
    if case["kind"] == "fisheye-kb4":
        projected, _ = cv2.fisheye.projectPoints(points, NOWHERE, NOWHERE, k, d)
        directions = cv2.fisheye.undistortPoints(pixels, k, d, criteria=PRECISE)
    else:
        projected, _ = cv2.projectPoints(points, NOWHERE, NOWHERE, k, d)
        directions = cv2.undistortPointsIter(pixels, k, d, None, None, PRECISE) if hasattr(
            cv2, "undistortPointsIter"
        ) else cv2.undistortPoints(pixels, k, d)
    answers.append({"projected": projected.reshape(-1, 2).tolist(), "directions": directions.reshape(-1, 2).tolist()})
json.dump(answers, sys.stdout)
