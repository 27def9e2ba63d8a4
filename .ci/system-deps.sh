#!/bin/sh
# Usage: system-deps.sh PYTHON
#        system-deps.sh --browser
#
# pycddlib is published as source: building it takes a C compiler, the headers of cddlib and GMP, and those of
# Python. Make sure that they are here. What is missing is installed with apt when that is possible without a
# password; otherwise print the one line to run, and stop.
#
# With --browser: Chromium, which the tests of the explorer open. Try to install it in the same way; where that is not
# possible say so, and end with status 1. The tests are skipped then.
set -eu
python=$1

as_root() {  # as_root COMMAND...: status 1 where that needs a password
    if [ "$(id -u)" = 0 ]; then "$@"
    elif sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

apt_install() {  # apt_install PACKAGES...
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=1 -o Acquire::http::Timeout=60 update &&
        as_root apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >/dev/null </dev/null
}

if [ "$python" = --browser ]; then
    for name in chromium chromium-browser google-chrome; do
        command -v $name >/dev/null && exit 0
    done
    if command -v apt-get >/dev/null && as_root true; then
        echo "Installing with apt: chromium"
        apt_install chromium && command -v chromium >/dev/null && exit 0
    fi
    echo "Chromium is not here and cannot be installed: the tests that open a browser are skipped." >&2
    exit 1
fi

can_build() {  # can_build INCLUDED-HEADER LINKED-LIBRARIES...
    header=$1; shift
    dir=$(mktemp -d)
    printf '#include <stdio.h>\n#include <%s>\nint main(void) { return 0; }\n' "$header" >"$dir/try.c"
    status=0
    # shellcheck disable=SC2086  # the flags are lists of words
    ${CC:-cc} ${CPPFLAGS:-} ${CFLAGS:-} "$dir/try.c" -o "$dir/try" ${LDFLAGS:-} "$@" >/dev/null 2>&1 || status=1
    rm -r "$dir"
    return $status
}

missing_packages() {  # their Debian names
    can_build stdio.h || echo gcc libc6-dev
    can_build gmp.h -lgmp || echo libgmp-dev
    can_build cddlib/setoper.h -lcddgmp -lgmp || echo libcdd-dev
    if ! command -v "$python" >/dev/null; then
        echo python3 python3-dev python3-venv
    else
        "$python" -c 'import ensurepip, venv' 2>/dev/null || echo "python$version-venv"
        include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
        [ -f "$include/Python.h" ] || echo "python$version-dev"
    fi
}

if command -v "$python" >/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        echo "Python 3.11 or newer is needed, and $python is $version. Name another: make PYTHON=python3.12" >&2
        exit 1
    fi
elif [ "$python" != python3 ]; then
    echo "There is no $python on this machine. Name another: make PYTHON=python3" >&2
    exit 1
fi

missing=$(missing_packages | xargs)
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null; then
    if ! as_root true; then
        printf 'Missing: %s\nPlease run this line, then make again:\n\n    sudo apt-get update && sudo %s %s\n\n' \
            "$missing" "apt-get install -y --no-install-recommends" "$missing" >&2  # harmless for those already there
        exit 1
    fi
    echo "Installing with apt: $missing"
    # shellcheck disable=SC2086  # a list of words
    apt_install $missing
elif command -v brew >/dev/null; then
    printf 'Missing (by their Debian names): %s\nPlease run this line, then make again:\n\n    %s\n\n' "$missing" \
        'brew install cddlib gmp && export CFLAGS=-I$(brew --prefix)/include LDFLAGS=-L$(brew --prefix)/lib' >&2
    exit 1
else
    printf 'Missing (by their Debian names): %s\nPlease install these; with conda this is the line:\n\n    %s\n\n' \
        "$missing" 'conda install -c conda-forge c-compiler cddlib gmp' >&2
    exit 1
fi
