#!/usr/bin/env bash
# The trainer's own Python, unless it is there.
set -euo pipefail
cd "$(dirname "$0")"
[ -x .venv/bin/python ] && exit 0
python3 -m venv .venv
.venv/bin/pip install -q uv
.venv/bin/uv sync -q --frozen --active --inexact
