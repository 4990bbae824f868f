#!/usr/bin/env bash
# The whole nano recipe: data, four stages, the planner without eyes, and what the car takes. Run again, it goes on where it was.
# About 30 hours on two cores of a 2.5 GHz Xeon by the rates that its parts were measured at (docs/log.md); never run in one piece yet.
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
attentive="intersection:1-600,t-junction:1-300,multi-lane:1-400,straight:1-200,curve:1-200,winding:1-200,mountain:1-800,street:1-800,oblique-junction:1-800"
distracted="intersection:3001-3600,t-junction:3001-3600,multi-lane:3001-3400,straight:3001-3100,curve:3001-3400,winding:3001-3400,mountain:3001-3600,street:3001-3600,oblique-junction:3001-3600,shopping-street:3001-3500"
wandering="mountain:6001-6200,street:6001-6200,oblique-junction:6001-6200,intersection:6001-6200,t-junction:6001-6120,multi-lane:6001-6120,curve:6001-6120,winding:6001-6160,straight:6001-6080"
"${outrider[@]}" dataset --scenarios "$attentive" --distracted "$distracted" --wandering "$wandering" --steady 0.7 --hard 0.2 --every 1s --seconds 24 --jobs 2 --out "$out/data"
step "rooms"
[ -f "$out/data/embodied.jsonl" ] || "${outrider[@]}" dataset-embodied --seed 1 --count 16000 --out "$out/data"
[ -d "$out/start" ] || "${outrider[@]}" random-checkpoint --shape nano --seed 1 --out "$out/start"

step "the tower, and stages 1 and 2"
two=(--launcher "training/.venv/bin/torchrun --standalone --nproc_per_node 2" --set threads=1 --set distribution.world_size=2)
export OMP_NUM_THREADS=1
"$python" -m outrider_training all training/recipes/0-tower.yaml training/recipes/{1-embodied,2-driving}-sft.yaml \
  --model "$out/start" --data "$out/data" --out "$out" --resume "${two[@]}"
step "stage 2 again, with plans as its own head says them; words alone; stage 3"
taught="$out/2-driving-sft/final" spelled="$out/data/spelled"
if [ ! -f "$spelled.jsonl" ]; then
  spell=("$python" -m outrider_training spell training/recipes/2-driving-sft.yaml --model "$taught" --data "$out/data/driving.jsonl" --set threads=1)
  "${spell[@]}" --part 1/2 --out "$spelled-1" & first=$!
  "${spell[@]}" --part 2/2 --out "$spelled-2"
  wait "$first"
  cat "$spelled"-[12] >"$spelled.jsonl"
fi
"$python" -m outrider_training all training/recipes/2-driving-sft.yaml --model "$taught" --data "$out/data" --out "$out/2b-own-plans" --resume "${two[@]}" \
  --set "data.sources=[{path: embodied.jsonl, take: 1.0}, {path: spelled.jsonl, take: 1.0}]" --set schedule.steps=2000
"$python" -m outrider_training all training/recipes/2-driving-sft.yaml --model "$out/2b-own-plans/2-driving-sft/final" --data "$out/data" --out "$out/2c-words" --resume "${two[@]}" \
  --set guides=null --set number_weight=0.1 --set data.drifting_plans=0.1 --set schedule.steps=2000 --set schedule.decay_share=0.9 --set optimizer.learning_rate=1.5e-3
"$python" -m outrider_training all training/recipes/3-cot-sft.yaml --model "$out/2c-words/2-driving-sft/final" --data "$out/data" --out "$out" --resume "${two[@]}"
step "stage 4"
"$python" -m outrider_training all training/recipes/4-grpo.yaml --model "$out/3-cot-sft/final" --data "$out/data" --out "$out" --resume "${two[@]}"
unset OMP_NUM_THREADS
step "the planner without eyes"
"$python" -m outrider_training blind --recipe training/recipes/2-driving-sft.yaml --data "$out/data" --out "$out/model"
"$python" -m outrider_training ship --model "$out/4-grpo/final" --out "$out/model"
step "scores after each stage, and the whole suite at the end"
[ -d "$out/rooms" ] || "${outrider[@]}" dataset-embodied --split held-out --seed 1 --count 500 --out "$out/rooms"
mkdir -p "$out/scores"
for stage in 1-embodied-sft 2-driving-sft 2b-own-plans/2-driving-sft 2c-words/2-driving-sft 3-cot-sft 4-grpo; do
  bundle="$out/$stage/bundle" scores="$out/scores/${stage/\//-}"
  [ -d "$bundle" ] || "${outrider[@]}" compile "$out/$stage/final" "$bundle"
  "${outrider[@]}" evaluate driving --suite held-out --limit 48 --bundle "$bundle" --blind "$out/model/blind-mlp.json" \
    --config examples/nano/car.yaml --answers "$scores.answers.jsonl" --jobs 2 --threads 1 --json >"$scores.json"
  "${outrider[@]}" evaluate embodied "$out/rooms" --bundle "$bundle" --json >"$scores-rooms.json"
done
"${outrider[@]}" evaluate compare "$out"/scores/*-{sft,grpo}.json
"${outrider[@]}" evaluate compare "$out"/scores/*-rooms.json
"${outrider[@]}" evaluate driving --suite held-out --bundle "$out/model" --blind "$out/model/blind-mlp.json" \
  --config examples/nano/car.yaml --jobs 2 --threads 1 --answers "$out/held-out.jsonl" --report "$out/held-out.html"
