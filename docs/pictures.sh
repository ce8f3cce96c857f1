#!/usr/bin/env bash
# Makes the pictures of the README again: the evening mail of the demo's fifth day, on a desktop and on a phone, light
# and dark. Needs cargo, python3, chromium, pngquant and the Liberation fonts; CHROMIUM names another browser of the
# family. A folder as the first argument gets the pictures instead of docs/.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-docs}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The mails are there also when the demo finds fault with itself; it says so.
cargo run --quiet -- demo --dir "$scratch/demo" >"$scratch/demo.txt" || grep -A9 '^NOT as' "$scratch/demo.txt" >&2

python3 - "$scratch/demo/mails" >"$scratch/digest.html" <<'PYTHON'
import email, email.policy, pathlib, sys

for path in pathlib.Path(sys.argv[1]).glob("*.eml"):
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    if mail["Date"].startswith("Fri, 23 Sep 2022 21:30") and "readers@" in mail["To"]:
        print(mail.get_body(("html",)).get_content())
        break
else:
    sys.exit("the demo sent no evening mail on its fifth day")
PYTHON

# picture NAME WIDTH HEIGHT SCHEME: the top of the mail; what follows is more of the same.
picture() {
    "${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --disable-background-networking --hide-scrollbars \
        --blink-settings=preferredColorScheme="$4" --force-device-scale-factor=1.5 --window-size="$2,$3" \
        --screenshot="$scratch/$1.png" "file://$scratch/digest.html" 2>/dev/null
    pngquant --force --speed 1 --output "$out/$1.png" 64 "$scratch/$1.png"
}
picture desktop-light 680 1360 1
picture desktop-dark 680 1360 0
picture phone-light 360 1360 1
picture phone-dark 360 1360 0
ls -l "$out"/*.png
