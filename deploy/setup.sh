#!/bin/sh
# Makes .venv with the pinned libraries and trains the dialogue where its data changed. Needs
# Python 3.11, 3.12 or 3.13 and no root; returns at once when nothing changed.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "urtuu: $*" >&2; }

find_python() {
  for name in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
      command -v "$name"
      return
    fi
  done
  say "Python 3.11, 3.12 or 3.13 is needed and was not found; on Debian: apt install python3-venv"
  exit 1
}

make_venv() {
  python=$(find_python)
  say "making .venv with $python"
  rm -rf .venv
  if ! "$python" -m venv .venv >/dev/null 2>&1; then
    rm -rf .venv
    say "$python cannot make a virtual environment; on Debian: apt install python3-venv"
    exit 1
  fi
}

install_libraries() {
  started=$(date +%s)
  count=$(grep -c '==' requirements.lock)
  say "installing $count pinned libraries (some minutes on a slow line)"
  if .venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9 &&
    .venv/bin/uv pip install --no-config --system-certs --quiet --no-deps \
      --python .venv/bin/python -r requirements.lock; then
    :
  else
    say "uv could not install them; trying pip"
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --use-pep517 \
      --ignore-requires-python -r requirements.lock
  fi
  # The project is used from its folder: nothing is built, and a changed file is a changed program.
  site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  pwd >"$site/urtuu.pth"
  printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m bot "$@"\n' >.venv/bin/urtuu
  chmod +x .venv/bin/urtuu
  say "libraries installed in $(($(date +%s) - started)) s"
}

wanted=$(cat requirements.lock pyproject.toml deploy/setup.sh | sha256sum | cut -d' ' -f1)
if [ "$(cat .venv/.urtuu-lock 2>/dev/null || true)" != "$wanted" ]; then
  make_venv
  install_libraries
  printf '%s' "$wanted" >.venv/.urtuu-lock
fi
.venv/bin/python -m bot.training
