#!/usr/bin/env python3
"""Polls a served corpus of feeds cold, warm and with changes, and prints what it cost.

  benches/poll.py [--bench DIR] [--n 1000] [--rounds 3] [--peers refpoll-batch,script-fast]

DIR is a folder with `run.py`, `peers/` and `feedbench/` (a server of generated feeds with a runner that measures
pollers in turns); `ORBITWIRE_BENCH` may name it too. Without it there is nothing to measure, and that is said. The
program is `target/release/orbitwire`, built first with `cargo build --release`. CPU seconds hold on a busy machine,
wall time does so on a quiet one only.
"""
import argparse, os, pathlib, shutil, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent

PEER = r'''#!/bin/bash
. "$(dirname "$0")/common.sh"
case $act in
setup) mkstore; python3 "$POLL_BENCH" --write "$urls" "$dir" ;;
poll)  cd "$dir" && exec "$ORBITWIRE" --config orbitwire.toml poll --all ;;
count) dbcount "$dir/store/news.db" 'select count(*) from items' ;;
version) "$ORBITWIRE" --version ;;
esac
'''


def write_config(urls, folder):
    """A configuration that polls `urls` from loopback, as many at once as the runner allows its peers."""
    jobs = int(os.environ.get("JOBS", "32"))
    urls = [url.strip() for url in open(urls) if url.strip()]
    keep = os.environ.get("KEEP_TEXT_DAYS", "30")
    lines = [
        f'topics = ["{ROOT}/config/topics/us-russia-space.toml"]', 'outlets = "outlets.toml"',
        "[store]", 'path = "store/news.db"', f"keep_text_days = {keep}",
        "[http]", 'allow_networks = ["127.0.0.0/8"]',
        "[poll]", f"concurrency = {jobs}", f"per_host = {min(jobs, 100)}",
        "[mail]", 'transport = "file"', 'directory = "outbox"',
    ]
    for i, url in enumerate(urls):
        lines += ["[[feed]]", f'url = "{url}"', f'outlet = "o{i}"']
    folder = pathlib.Path(folder)
    (folder / "orbitwire.toml").write_text("\n".join(lines) + "\n")
    outlets = [f'[outlet.o{i}]\nname = "Outlet {i}"\ncountry = "US"\nkind = "independent"\n' for i in range(len(urls))]
    (folder / "outlets.toml").write_text("".join(outlets))


def main():
    if sys.argv[1:2] == ["--write"]:
        return write_config(*sys.argv[2:4])
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--bench", default=os.environ.get("ORBITWIRE_BENCH", str(ROOT.parent / "shared/bench/poll")))
    p.add_argument("--n", default="1000")
    p.add_argument("--rounds", default="3")
    p.add_argument("--steps", default="cold,warm,delta")
    p.add_argument("--peers", default="refpoll-batch")
    p.add_argument("--program", default=str(ROOT / "target/release/orbitwire"))
    p.add_argument("--tools", default=".", help="folder whose venv/ holds what the Python peers need")
    a, more = p.parse_known_args()
    for what in (pathlib.Path(a.bench, "run.py"), pathlib.Path(a.program)):
        if not what.exists():
            return print(f"skipped: {what} is not here")
    with tempfile.TemporaryDirectory() as folder:
        bench = pathlib.Path(folder, "bench")
        # A copy, because the folder may be read-only and gets one more peer; what was built there is taken along.
        left_out = shutil.ignore_patterns("deps", "build", "incremental", ".fingerprint", "examples", "work", "tools")
        shutil.copytree(a.bench, bench, ignore=left_out)
        server = bench / "feedbench/target/release/feedbench"
        if not server.exists():
            subprocess.run(["cargo", "build", "--release"], cwd=bench / "feedbench", check=True)
        peer = bench / "peers/orbitwire.sh"
        peer.write_text(PEER)
        peer.chmod(0o755)
        env = dict(os.environ, ORBITWIRE=str(pathlib.Path(a.program).resolve()), POLL_BENCH=str(HERE / "poll.py"))
        peers = ",".join(filter(None, [a.peers, "orbitwire"]))
        run = [sys.executable, str(bench / "run.py"), "--bench", str(server), "--tools", a.tools, "--n", a.n]
        run += ["--rounds", a.rounds, "--steps", a.steps, "--peers", peers, "--work", folder + "/work"]
        subprocess.run([*run, "--out", folder + "/result.jsonl", *more], env=env, check=True)


if __name__ == "__main__":
    main()
