//! What the longer helps say after the options.

/// Of `learn`.
pub(super) const LEARN: &str = "Labels are the rows of FILE ({\"title\", \"summary\"?, \"date\"?, \"relevant\"}) and your own \
    verdicts. The corrections are tried on months that they were not learned from, and are written to \
    TOPIC.weights.toml beside the topic file only when they do better there than the rules alone; \
    from then on they are used.\n\nExample:\n  orbitwire learn labels.jsonl";

/// Of `verdict`.
pub(super) const VERDICT: &str = "`no` takes the item back: what it brought and nobody was told yet is not told. `yes` follows it: \
    it joins a story and is told like any other. Either is final for the item and becomes a label for \
    `orbitwire learn`.\n\nExamples:\n  orbitwire verdict 4711 no\n  \
    orbitwire verdict https://www.nasa.gov/some/article/ yes";

/// Of `mute`.
pub(super) const MUTE: &str = "What it brings is recorded all the same: `story` shows it. `unmute` ends it.\n\n\
    Example:\n  orbitwire mute story S-12";

/// Of `unmute`.
pub(super) const UNMUTE: &str = "What it brought meanwhile is told in the next digest, as one entry; with --from-now it stays in \
    the dossier and is not told.\n\nExamples:\n  orbitwire unmute story S-12\n  \
    orbitwire unmute story S-12 --from-now";

/// Of `release`.
pub(super) const RELEASE: &str = "`feeds list` shows how many items of which feed are held. What is news to its story is told with \
    the next digests; the rest counts as coverage.\n\nExamples:\n  orbitwire release nasa\n  \
    orbitwire release https://example.org/feed";

/// Of `replay`.
pub(super) const REPLAY: &str = "Without --with the configuration of the service is taken: then the difference is what a changed \
    topic, or a newer program, would have decided. Nothing in the store changes. What a person said \
    of items and stories stands; when mails go out is not replayed. Items that matched nothing can be \
    judged again as long as their text is kept (`[store] keep_text_days`).\n\n\
    Exit codes: 0 nothing differs, 1 something does, 2 it could not be compared, 78 configuration fault.\n\n\
    Examples:\n  orbitwire replay --since 14d\n  \
    orbitwire replay --since 2026-03-01 --with new/orbitwire.toml --json";

/// Of `check`.
pub(super) const CHECK: &str =
    "Examples:\n  orbitwire check\n  orbitwire check --network    also fetch each feed and greet the mail server";

/// Of `poll`.
pub(super) const POLL: &str =
    "Examples:\n  orbitwire poll\n  orbitwire poll --all --json\n  orbitwire poll nasa https://example.org/feed";

/// Of `digest`.
pub(super) const DIGEST: &str = "Examples:\n  orbitwire digest preview\n  orbitwire digest preview --audience desk --html > digest.html\n  orbitwire digest send --audience desk\n  orbitwire digest send --test you@example.org";

/// Of `templates`.
pub(super) const TEMPLATES: &str = "docs/templates.md of the source says what a template gets.\n\nExamples:\n  orbitwire templates write mail-templates\n  orbitwire templates sample --html > sample.html\n  orbitwire templates sample --language ru";

/// Of `outbox`.
pub(super) const OUTBOX: &str = "States: pending (waits), sending, sent, uncertain (handed over without an answer: the same bytes go \
    again), failed (refused for good, or dropped), expired (nobody took it in time).\n\nExamples:\n  \
    orbitwire outbox list\n  orbitwire outbox list --state failed --state expired\n  \
    orbitwire outbox show 17\n  orbitwire outbox show 17 --raw > mail.eml\n  \
    orbitwire outbox retry 17\n  orbitwire outbox retry --given-up\n  orbitwire outbox drop 17";

/// Of `unsubscribe`.
pub(super) const UNSUBSCRIBE: &str = "For the program behind `[mail] unsubscribe_url`, and for those who write a mail instead. Mails that \
    wait are given up.\n\nExamples:\n  orbitwire unsubscribe 6f1c0d5be2a94c7788d3e0b1f2a4c6d8\n  \
    orbitwire unsubscribe desk@example.org\n  orbitwire unsubscribe --undo desk@example.org";

/// Of `eval`.
pub(super) const EVAL: &str = "Rows are as for `judge`, with the labels beside them: `relevant`, `story`, `development`, `statements`.\n\n\
Examples:\n  orbitwire eval relevance labels.jsonl --misses\n  \
orbitwire eval stream year.jsonl --labels stories.jsonl";

/// Of `audit`.
pub(super) const AUDIT: &str = "MESSAGE is its number in `outbox list`, its Message-ID, or the X-Orbitwire-Digest that all mails of \
    a digest carry. Mails are accounted for as long as `[store] keep_audit_days` says.\n\nExamples:\n  \
    orbitwire audit 17\n  orbitwire audit '<4f0c….1b2a…@example.org>' --json";

/// Of `read`.
pub(super) const READ: &str = "Examples:\n  orbitwire read https://www.nasa.gov/feed/\n  orbitwire read feed.xml --json\n  curl -s https://example.org/feed | orbitwire read -";

/// Of `judge`.
pub(super) const JUDGE: &str = "Each line of standard input: {\"id\", \"title\", \"summary\"?, \"content\"?, \"url\"?, \"date\"?, \"publisher\"?, \"lang\"?}\n\nExample:\n  orbitwire judge < entries.jsonl > verdicts.jsonl";

/// Of `explain`.
pub(super) const EXPLAIN: &str =
    "Examples:\n  orbitwire explain 4711\n  orbitwire explain https://www.nasa.gov/some/article/";

/// Of `story`.
pub(super) const STORY: &str =
    "Examples:\n  orbitwire story S-12\n  orbitwire story 12 --html > story.html\n  orbitwire story 12 --json";

/// Of `feeds`.
pub(super) const FEEDS: &str = "Examples:\n  orbitwire feeds list\n  orbitwire feeds discover https://www.nasa.gov/\n  orbitwire feeds import subscriptions.opml >> orbitwire.toml\n  orbitwire feeds export > feeds.opml";

/// Of `status`.
pub(super) const STATUS: &str =
    "Examples:\n  orbitwire status --json\n  orbitwire status --check    for monitoring programs";

/// Of `db`.
pub(super) const DB: &str = "Examples:\n  orbitwire db check\n  orbitwire db backup /var/backups/orbitwire.db\n  orbitwire db prune --dry-run\n  orbitwire db restore /var/backups/orbitwire.db    the service must be stopped";
