#!/usr/bin/env bash
# Makes docs/digest.png again: the evening mail of the demo's fifth day, as a mail reader shows it.
# Needs cargo, python3, chromium, pngquant and the Liberation fonts; CHROMIUM names another browser of the family.
set -euo pipefail
cd "$(dirname "$0")/.."
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

# The height ends the picture after the first development; what follows is more of the same.
"${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --disable-background-networking --hide-scrollbars \
    --force-device-scale-factor=1.5 --window-size=700,1746 --screenshot="$scratch/digest.png" "file://$scratch/digest.html" \
    2>/dev/null
pngquant --force --speed 1 --output docs/digest.png 128 "$scratch/digest.png"
ls -l docs/digest.png
