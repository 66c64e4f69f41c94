#!/bin/sh
# Uploads what `cargo xtask dist FOLDER` wrote: s3-upload.sh FOLDER s3://BUCKET
#
# Each file gets its type, its encoding and how long it may be kept. The channels come last, so that none ever names a release
# that is not there yet.
set -eu
cd "$1"
bucket=$2

put() {
    file=$1
    case ${file%.br} in *.gz) plain=${file%.gz} ;; *) plain=${file%.br} ;; esac
    case $plain in
        *.js) kind='text/javascript; charset=utf-8' ;;
        *.wasm) kind='application/wasm' ;;
        *.css) kind='text/css; charset=utf-8' ;;
        *.json) kind='application/json' ;;
        *.html) kind='text/html; charset=utf-8' ;;
        *.txt) kind='text/plain; charset=utf-8' ;;
        *) echo "$file: nobody said of which type it is" >&2; exit 1 ;;
    esac
    case $file in
        [0-9]*/*) kept='public, max-age=31536000, immutable' ;;
        *) kept='no-cache' ;;
    esac
    case $file in
        *.br) set -- --content-encoding br ;;
        *.gz) set -- --content-encoding gzip ;;
        *) set -- ;;
    esac
    aws s3 cp "$file" "$bucket/$file" --content-type "$kind" --cache-control "$kept" "$@"
}

for file in [0-9]*/* frame/*/index.html 404.html config.json v*/*/*.html v*/*/*/*.html v*/*.*; do
    # A pattern that nothing matches stands for itself.
    if [ -f "$file" ]; then put "$file"; fi
done
