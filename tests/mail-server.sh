#!/usr/bin/env bash
# A digest through a real mail server: Postfix of Debian, on loopback, with STARTTLS and a login.
#
#   tests/mail-server.sh [PATH OF orbitwire]
#
# Installs Postfix, SpamAssassin and python3-dkim where they are missing (as root, from Debian), and leaves the system's
# own Postfix alone: the one used here has its configuration, queue and mailboxes in a folder of its own. What arrives is
# read by Python's mail parser and compared with what the outbox holds, its signature is verified by dkimpy, and
# SpamAssassin judges it without a network. Says "skipped: …" and ends well where this cannot be done.
set -euo pipefail

skip() { echo "skipped: $*"; exit 0; }
[ "$(id -u)" = 0 ] || skip "a mail server wants root"
command -v apt-get >/dev/null || skip "no apt-get here"
program=$(realpath "${1:-target/debug/orbitwire}")
[ -x "$program" ] || skip "$program is not built"
here=$(realpath "$(dirname "$0")/..")

packages="postfix curl sasl2-bin libsasl2-modules spamassassin python3-dkim python3-nacl openssl"
missing=$(for package in $packages; do dpkg -s "$package" >/dev/null 2>&1 || echo "$package"; done)
if [ -n "$missing" ]; then
  echo "installing: $(echo $missing)"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  { apt-get update && apt-get install -y --no-install-recommends $missing; } >/dev/null 2>&1 ||
    skip "the packages cannot be installed: $(echo $missing)"
fi

dir=$(mktemp -d /tmp/orbitwire-mail.XXXXXX)
chmod 755 "$dir"
stop() {
  postfix -c "$dir/postfix" stop >/dev/null 2>&1 || true
  [ -z "${feeds:-}" ] || kill "$feeds" 2>/dev/null || true
  [ -n "${KEEP:-}" ] && echo "kept: $dir" || rm -rf "$dir"
}
trap stop EXIT

# A certificate of an authority of our own.
cd "$dir"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=test authority" -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr 2>/dev/null
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 2 -out server.pem \
  -extfile <(printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n') 2>/dev/null
openssl genpkey -algorithm ed25519 -out ed25519.pem
openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null
chmod 600 ./*.pem

port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
web=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

# The mail server. Nothing leaves this machine: every other destination is an error.
mkdir -p postfix/sasl queue data boxes
chown postfix data
chown 65534:65534 boxes
cat > postfix/main.cf <<CONF
compatibility_level = 3.6
queue_directory = $dir/queue
data_directory = $dir/data
maillog_file = $dir/postfix.log
maillog_file_prefixes = $dir
myhostname = mx.example.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
default_transport = error:nothing leaves this machine
alias_maps =
virtual_mailbox_domains = example.test
virtual_mailbox_maps = inline:{ { desk@example.test = desk/ }, { night@example.test = night/ } }
virtual_mailbox_base = $dir/boxes
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = $dir/server.pem
smtpd_tls_key_file = $dir/server.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = example.test
cyrus_sasl_config_path = $dir/postfix/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
CONF
sed 's/^\([^#[:space:]][^[:space:]]*[[:space:]]\+[^[:space:]]\+[[:space:]]\+[^[:space:]]\+[[:space:]]\+[^[:space:]]\+[[:space:]]\+\)[yn-]\([[:space:]]\)/\1n\2/' \
  /usr/share/postfix/master.cf.dist | grep -v '^smtp[[:space:]]*inet' > postfix/master.cf
echo "127.0.0.1:$port inet n - n - - smtpd" >> postfix/master.cf
grep -q '^postlog' postfix/master.cf || echo "postlog unix-dgram n - n - 1 postlogd" >> postfix/master.cf
printf 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: %s/sasldb2\n' "$dir" \
  > postfix/sasl/smtpd.conf
echo "s3cret" | saslpasswd2 -p -c -f "$dir/sasldb2" -u example.test orbitwire
chown postfix "$dir/sasldb2"
postfix -c "$dir/postfix" start >start.log 2>&1 || { cat start.log; exit 1; }

# Two feeds on loopback.
mkdir web
cat > feeds.py <<'PY'
import datetime, email.utils, html, sys
now = datetime.datetime.now(datetime.timezone.utc)
def rss(name, entries):
    items = "".join(
        f"<item><guid isPermaLink='false'>{link}</guid><link>https://{link}</link><title>{html.escape(title)}</title>"
        f"<description>{html.escape(lead)}</description>"
        f"<pubDate>{email.utils.format_datetime(now - datetime.timedelta(minutes=90 - n))}</pubDate></item>"
        for n, (link, title, lead) in enumerate(entries))
    open(f"web/{name}.xml", "w").write(
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>")
rss("nasa", [
    ("www.nasa.gov/a", "NASA, Roscosmos Extend Crew Seat Exchange Agreement Through 2027",
     "NASA and Roscosmos have signed an amendment that extends the exchange of crew seats aboard Soyuz and Dragon "
     "spacecraft to the International Space Station through 2027, the agencies said on Monday."),
    ("www.nasa.gov/b", "NASA Astronaut & Roscosmos Cosmonauts Prepare for Soyuz Launch",
     ".A line that begins with a dot\n.\nFrom here on: an American will fly with two Russians to the station in March.")])
rss("tass", [
    ("tass.ru/c", "Роскосмос и НАСА продлили соглашение о перекрёстных полётах до 2027 года",
     "Роскосмос и НАСА подписали дополнение к соглашению о перекрёстных полётах на кораблях «Союз» и Dragon, сообщил "
     "глава госкорпорации. «Мы договорились о полётах до 2027 года», — сказал он. 🚀")])
PY
/usr/bin/python3 feeds.py
/usr/bin/python3 -m http.server --bind 127.0.0.1 --directory web "$web" >/dev/null 2>&1 &
feeds=$!
for _ in $(seq 50); do curl -so /dev/null "http://127.0.0.1:$web/nasa.xml" 2>/dev/null && break || sleep 0.1; done
printf 's3cret\n' > password
chmod 600 password

configure() { # KEY TRANSPORT
  cat > "$1.toml" <<CONF
topics = ["$here/config/topics/us-russia-space.toml"]
outlets = "$here/config/outlets.toml"
[store]
path = "$1-${2%%:*}.db"
[http]
allow_networks = ["127.0.0.1/32"]
[mail]
from = "\"Орбита, новости\" <orbitwire@example.test>"
bounce = "bounces@example.test"
unsubscribe_url = "https://news.example.test/unsubscribe?t={token}"
dkim_selector = "s1"
dkim_key_file = "$1.pem"
${2#*:}
[[feed]]
url = "http://127.0.0.1:$web/nasa.xml"
outlet = "nasa"
[[feed]]
url = "http://127.0.0.1:$web/tass.xml"
outlet = "tass"
[[audience]]
name = "desk"
to = ["Стол новостей 🚀 <desk@example.test>", "night@example.test"]
topics = ["us-russia-space"]
on = "development"
wait = "0s"
CONF
}

judge() { # KEY NAME: what arrived of the store NAME
  "$program" --config "$1.toml" outbox list --json > "$2.jsonl"
  "$program" --config "$1.toml" check --json > "$2.check"
  for _ in $(seq 100); do
    [ "$(ls boxes/desk/new boxes/night/new 2>/dev/null | grep -c '^[0-9]')" -ge 2 ] && break
    sleep 0.1
  done
  mkdir -p raw
  for id in $(/usr/bin/python3 -c 'import json, sys; print(*(json.loads(l)["id"] for l in open(sys.argv[1])))' "$2.jsonl"); do
    "$program" --config "$1.toml" outbox show "$id" --raw > "raw/$2-$id.eml"
  done
  /usr/bin/python3 - "$2" <<'PY'
import email, email.policy, glob, json, re, subprocess, sys
import dkim
name = sys.argv[1]
record = json.load(open(f"{name}.check"))["dkim"]["record"].encode()
sent = {}
for path in glob.glob(f"raw/{name}-*.eml"):
    raw = open(path, "rb").read()
    sent[email.message_from_bytes(raw, policy=email.policy.default)["Message-ID"]] = raw
arrived = [open(path, "rb").read() for box in ("desk", "night") for path in glob.glob(f"boxes/{box}/new/*")]
assert len(arrived) == len(sent) == 2, (len(arrived), len(sent))
added = {"return-path", "x-original-to", "delivered-to", "received"}
for raw in arrived:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    defects = [d for part in message.walk() for d in part.defects] + [d for v in message.values() for d in v.defects]
    assert not defects, defects
    frozen = sent[message["Message-ID"]]
    ours = email.message_from_bytes(frozen, policy=email.policy.default)
    heads = [(k, v) for k, v in message.items() if k.lower() not in added]
    assert heads == ours.items(), "headers as sent"
    body = raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1]
    assert body == frozen.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1], "body as sent"
    for header in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Id", "List-Unsubscribe",
                   "List-Unsubscribe-Post", "Auto-Submitted", "DKIM-Signature"):
        assert len(message.get_all(header)) == 1, header
    assert message["From"].addresses[0].display_name == "Орбита, новости", message["From"]
    assert message["Return-Path"] == "<bounces@example.test>", message["Return-Path"]
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    text = plain.get_content()
    assert "перекрёстных полётах" in text and "Crew Seat Exchange" in text, text
    assert "перекрёстных полётах" in html.get_content()
    assert max(map(len, raw.split(b"\n"))) <= 998
    assert dkim.verify(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), dnsfunc=lambda _, timeout=5: record), "DKIM"
    broken = raw.replace(b"Subject: ", b"Subject: x", 1).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert not dkim.verify(broken, dnsfunc=lambda _, timeout=5: record), "a changed subject breaks the signature"
    judged = subprocess.run(["spamassassin", "-L", "-t"], input=raw, capture_output=True).stdout.decode("utf-8", "replace")
    status = re.sub(r"\s+", " ", re.search(r"X-Spam-Status: (.*?)\n\S", judged, re.S).group(1))
    score = float(re.search(r"score=(-?[\d.]+)", status).group(1))
    print(f"  {message['To']}: {len(raw)} bytes, SpamAssassin {score}: {re.search('tests=(.*?) autolearn', status).group(1)}")
    assert score < 1.0, status
PY
  rm -rf boxes/desk boxes/night
}

smtp="smtp:transport = \"smtp\"
host = \"localhost\"
port = $port
tls = \"starttls\"
ca_file = \"ca.pem\"
user = \"orbitwire@example.test\"
password_file = \"password\""
sendmail="sendmail:transport = \"sendmail\"
command = [\"/usr/sbin/sendmail\", \"-C\", \"$dir/postfix\"]"

for key in rsa ed25519; do
  for way in "$smtp" "$sendmail"; do
    name=$key-${way%%:*}
    configure "$key" "$way"
    "$program" --config "$key.toml" poll --all >"$name.poll" || { cat "$name.poll"; exit 1; }
    echo "$name: $("$program" --config "$key.toml" check --network 2>/dev/null | grep -m1 'mail:' || true)"
    "$program" --config "$key.toml" digest send | sed 's/^/  /'
    judge "$key" "$name"
  done
done

# What must not work: a wrong password, and a certificate that nobody vouches for.
configure rsa "$smtp"
printf 'wrong\n' > password
"$program" --config rsa.toml check --network >wrong.log 2>&1 || true
grep 'FAIL mail' wrong.log
grep -q 'AUTH: 535' wrong.log
printf 's3cret\n' > password
sed -i '/^ca_file/d' rsa.toml
"$program" --config rsa.toml check --network >wrong.log 2>&1 || true
grep 'FAIL mail' wrong.log
grep -q 'does not trust' wrong.log
echo "as it should be: delivered over STARTTLS with a login and by sendmail, read back as sent, signatures good, no spam"
