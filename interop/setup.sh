#!/bin/sh
# Installs the independent peers below .interop: Debian packages unpacked and never installed, npm
# packages, and a Python environment of their own. Nothing is global and no root is needed. Returns
# at once when nothing changed. Needs apt-get, npm and Python 3.11 to 3.13.
set -eu
cd "$(dirname "$0")/.."
here=$PWD/interop
there=$PWD/.interop

say() { printf '%s\n' "interop: $*" >&2; }

debian_packages="kannel kannel-extras libnet-smpp-perl redis-server"

# What apt would install here is unpacked instead; what the machine already has is used as it is.
unpack_debian() {
  missing=$(apt-get install --dry-run --no-install-recommends $debian_packages 2>/dev/null |
    sed -n 's/^Inst \([^ ]*\).*/\1/p') || missing=""
  [ -n "$missing" ] || { say "Debian packages are on this machine"; return; }
  say "unpacking $(printf '%s\n' "$missing" | wc -l) Debian packages"
  rm -rf "$there/debian" "$there/debs"
  mkdir -p "$there/debian" "$there/debs"
  # _apt, the user that apt downloads as, may not write here: the warning about it is dropped.
  (cd "$there/debs" && apt-get download -qq $missing 2>/dev/null) || {
    say "apt-get could not download: $missing (is 'apt-get update' needed?)"
    exit 1
  }
  for package in "$there"/debs/*.deb; do
    dpkg-deb -x "$package" "$there/debian"
  done
  rm -rf "$there/debs"
}

install_npm() {
  say "installing the npm packages"
  mkdir -p "$there/npm"
  cp "$here/package.json" "$here/package-lock.json" "$there/npm/"
  (cd "$there/npm" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
}

find_python() {
  for name in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
      command -v "$name"
      return
    fi
  done
  say "Python 3.11, 3.12 or 3.13 is needed and was not found"
  exit 1
}

install_python() {
  say "installing the Python peers in an environment of their own"
  rm -rf "$there/python"
  "$(find_python)" -m venv "$there/python"
  if [ -x .venv/bin/uv ]; then
    .venv/bin/uv pip install --no-config --system-certs --quiet \
      --python "$there/python/bin/python" -r "$here/requirements-peers.txt"
  else
    "$there/python/bin/python" -m pip install --disable-pip-version-check --quiet \
      -r "$here/requirements-peers.txt"
  fi
}

# Runs a step where the files or words it depends on differ from those of its last run.
step() {
  name=$1 wanted=$(printf '%s' "$2" | sha256sum | cut -d' ' -f1)
  if [ "$(cat "$there/$name.done" 2>/dev/null || true)" != "$wanted" ]; then
    "$name"
    printf '%s' "$wanted" >"$there/$name.done"
  fi
}

mkdir -p "$there"
printf '*\n' >"$there/.gitignore"
step unpack_debian "$debian_packages"
step install_npm "$(cat "$here/package-lock.json")"
step install_python "$(cat "$here/requirements-peers.txt")"
