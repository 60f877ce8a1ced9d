#!/bin/bash
# Makes the reader from nothing but the data and the float weights of all-MiniLM-L6-v2.
#   bash training/reproduce.sh DATA WEIGHTS WORDNET OUT [MINUTES]
# DATA holds qamr/, selqa/, xquad_en/, qed_dev/, fm2/ and pairs/; WEIGHTS holds model.safetensors and tokenizer.json;
# WORDNET holds WordNet 3.0's index.* and data.* (Debian: package wordnet-base, /usr/share/wordnet).
# PYTHON has training/requirements.txt, PARSER is the project's own (with spaCy). Parsing and pairs take about ten
# minutes on an idle core. Run again after an interruption: finished steps are kept and training resumes.
set -euo pipefail
data=$1 weights=$2 wordnet=$3 out=$4 minutes=${5:-90}
here=$(dirname "$0") python=${PYTHON:-python} parser=${PARSER:-python}
packs=$out/packs
export OMP_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false ORT_DISABLE_TELEMETRY=1
mkdir -p "$packs" "$out/run"
[ -e "$packs/read.qed.train.jsonl.gz" ] || "$python" "$here/data_reading.py" "$data" "$packs"
[ -e "$packs/stance.snli.train.jsonl.gz" ] || "$python" "$here/data_stance.py" "$data" "$packs"
[ -e "$packs/parsed.asked.train.jsonl.gz" ] || "$parser" "$here/data_parse.py" "$packs" "$data/fm2" "$packs"
[ -e "$packs/stance.asked.dev.jsonl.gz" ] || "$parser" "$here/synth_stance.py" "$packs" "$packs"
[ -e "$packs/stance.twin.dev.jsonl.gz" ] || "$parser" "$here/synth_human.py" "$packs" "$packs"
[ -e "$packs/read.news.dev.jsonl.gz" ] || "$parser" "$here/synth_reading.py" "$packs" "$packs"
[ -e "$packs/read.reworded.dev.jsonl.gz" ] || "$parser" "$here/synth_wording.py" "$packs" "$wordnet" "$packs"
leg=(--peak 1.3e-4)
[ ! -e "$out/run/checkpoint.pt" ] || leg=(--peak 1.2e-4 --resume --warm 0.03)
"$python" "$here/train_reader.py" --packs "$packs" --mix "$here/mix.json" --weights "$weights/model.safetensors" \
    --tokenizer "$weights/tokenizer.json" --out "$out/run" --minutes "$minutes" --budget 600 "${leg[@]}"
"$python" "$here/export_reader.py" --checkpoint "$out/run/checkpoint.pt" --packs "$packs" \
    --tokenizer "$weights/tokenizer.json" --out "$out/final"
"$parser" "$here/plot_curves.py" "$out/run" "$out/final/reader-curves.svg"
