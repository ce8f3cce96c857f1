#!/usr/bin/env bash
# Looks at the demo's mails as readers and their programs do: two HTML validators, the support tables of mail programs,
# and a browser at the widths of a phone, a mail window and a desktop, light and dark, with and without <style>.
#
# Without its tools it says so and ends well. They are, in a folder named by LOOKS (default: this one):
#   npm install --prefix FOLDER html-validate vnu-jar @jsx-email/doiuse-email playwright-core axe-core
# and node, java and chromium (CHROMIUM names another browser of the family).
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=${LOOKS:-tests/looks}
for command in node java "${CHROMIUM:-chromium}" python3; do
    command -v "$command" >/dev/null || { echo "looks: skipped, there is no $command"; exit 0; }
done
for package in html-validate vnu-jar @jsx-email/doiuse-email playwright-core axe-core; do
    [ -d "$tools/node_modules/$package" ] || { echo "looks: skipped, there is no $tools/node_modules/$package"; exit 0; }
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cargo run --quiet -- demo --dir "$scratch/demo" >/dev/null || true
for language in en ru; do
    cargo run --quiet -- --config "$scratch/demo/orbitwire.toml" templates sample --language "$language" --html >"$scratch/sample-$language.html"
done
python3 - "$scratch/demo/mails" "$scratch" <<'PYTHON'
import email, email.policy, pathlib, sys

out = pathlib.Path(sys.argv[2])
for n, path in enumerate(sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))):
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    (out / f"demo-{n:02}.html").write_text(mail.get_body(("html",)).get_content())
PYTHON
node tests/looks/look.mjs "$tools" "$scratch"/*.html
