#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image. Choose the base image with Ubuntu 24.04: Python 3.12 is in it.
set -euo pipefail
BASE=${AUTOGRADER_BASE:-/autograder}

apt-get update -q
apt-get install -q -y --no-install-recommends python3 python3-venv bubblewrap libseccomp2
python3 -m venv "$BASE/venv"
"$BASE/venv/bin/pip" install --quiet --requirement "$BASE/source/requirements.txt"
