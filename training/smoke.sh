#!/usr/bin/env bash
# All four stages on a nano checkpoint with random weights, a few steps each, then the runtime compiles and asks the result.
set -euo pipefail
cd "$(dirname "$0")/.."

out="${1:-training/runs/smoke}"
# Beside other work on the same cores, spinning threads and a growing heap cost up to ten times.
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE GOMP_SPINCOUNT=0 TOKENIZERS_PARALLELISM=false
export MALLOC_TRIM_THRESHOLD_=4000000000 MALLOC_TOP_PAD_=67108864
python=training/.venv/bin/python
outrider=(npx --no-install tsx --conditions=@outrider/source src/cli/main.ts)
step() { printf '\n== %s\n' "$*"; }

step "python"
training/install.sh

rm -rf "$out"
mkdir -p "$out"
step "a checkpoint and data"
"${outrider[@]}" random-checkpoint --shape nano --seed 1 --out "$out/nano"
"$python" -m outrider_training synthetic --out "$out/data" --count 16 --seed 1

# Few and small: what is tested is that every part works, not that anything is learnt.
small=(--set schedule.steps=3 --set schedule.warmup_steps=1 --set batch.per_process=4 --set batch.accumulation=1
  --set data.held_out=4 --set logging.every=1 --set logging.samples=2 --set threads=1
  --set logging.evaluate_every=3 --set logging.save_every=3)
step "the tower, and stages 1 and 2"
"$python" -m outrider_training all training/recipes/0-tower.yaml training/recipes/{1-embodied,2-driving}-sft.yaml \
  --model "$out/nano" --data "$out/data" --out "$out" "${small[@]}"
step "stage 2 again, with plans as its own head says them, and stage 3"
"$python" -m outrider_training spell training/recipes/2-driving-sft.yaml --model "$out/2-driving-sft/final" \
  --data "$out/data/driving.jsonl" --out "$out/data/spelled.jsonl" --set threads=1
"$python" -m outrider_training all training/recipes/2-driving-sft.yaml --model "$out/2-driving-sft/final" --data "$out/data" \
  --out "$out/2b-own-plans" "${small[@]}" --set "data.sources=[{path: spelled.jsonl}]"
"$python" -m outrider_training all training/recipes/3-cot-sft.yaml --model "$out/2b-own-plans/2-driving-sft/final" \
  --data "$out/data" --out "$out" "${small[@]}"
# Answers that are nonsense still differ in length: a reward with a spread, without which there would be no gradient.
rewards='[{name: trajectory, weight: 1}, {name: points, weight: 1}, {name: choice, weight: 1}, {name: format, weight: 0.2},
  {name: length, weight: 1, settings: {budget: 0, most: 400}}]'
step "stage 4"
"$python" -m outrider_training all training/recipes/4-grpo.yaml --model "$out/3-cot-sft/final" --data "$out/data" --out "$out" \
  "${small[@]}" --set grpo.generations=4 --set grpo.max_answer_tokens=48 --set data.max_tokens=1024 \
  --set "rewards=$rewards"

step "compile and ask"
"${outrider[@]}" compile "$out/4-grpo/final" "$out/bundle"
"${outrider[@]}" ask --bundle "$out/bundle" --image "$out/data/images/driving-0001-front.png" --max-new-tokens 8 --json "What is ahead?"
