#!/usr/bin/env bash
# The whole nano recipe: data, four stages, the planner without eyes, and what the car takes. Run again, it goes on where it was.
# Many hours on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."

out="${1:-training/runs/nano}"
python=training/.venv/bin/python
outrider=(node bin/outrider.js)
export NODE_OPTIONS=--max-semi-space-size=64
step() { printf '\n== %s %s\n' "$(date +%H:%M:%S)" "$*"; }

step "python"
training/install.sh
mkdir -p "$out/data"

step "drives"
attentive="intersection:1-240,t-junction:1-160,multi-lane:1-100,straight:1-100,curve:1-100,winding:1-140"
distracted="intersection:1001-2200,t-junction:1001-1800,multi-lane:1001-1600,straight:1001-1480,curve:1001-1400,winding:1001-1600"
"${outrider[@]}" dataset --scenarios "$attentive" --distracted "$distracted" --seconds 24 --jobs 2 --out "$out/data"
step "rooms"
[ -f "$out/data/embodied.jsonl" ] || "${outrider[@]}" dataset-embodied --seed 1 --count 8000 --out "$out/data"
[ -d "$out/start" ] || "${outrider[@]}" random-checkpoint --shape nano --seed 1 --out "$out/start"

step "the tower, and four stages"
"$python" -m outrider_training all training/recipes/0-tower.yaml training/recipes/{1-embodied,2-driving,3-cot}-sft.yaml training/recipes/4-grpo.yaml \
  --model "$out/start" --data "$out/data" --out "$out" --resume
step "the planner without eyes"
"$python" -m outrider_training blind --data "$out/data" --out "$out/model"
"$python" -m outrider_training ship --model "$out/4-grpo/final" --out "$out/model"
step "scores"
"${outrider[@]}" evaluate driving --suite held-out --bundle "$out/model" --blind "$out/model/blind-mlp.json" \
  --answers "$out/held-out.jsonl" --report "$out/held-out.html"
