-- Small facts of the store: its seed, the boot that its leases belong to, the highest fencing number of any forgotten row.
CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- Times are milliseconds; 9223372036854775807 is never.
CREATE TABLE submissions (
    scope BLOB NOT NULL PRIMARY KEY,
    expected INTEGER NOT NULL,
    arrived INTEGER NOT NULL,
    overdue INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    bound INTEGER,
    due INTEGER NOT NULL,
    job TEXT,
    request_id TEXT,
    context BLOB,
    since INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX submissions_due ON submissions (due);
CREATE INDEX submissions_awaited ON submissions (since) WHERE expected = 1 AND arrived <> 2;
CREATE INDEX submissions_job ON submissions (job, since) WHERE job IS NOT NULL;
CREATE INDEX submissions_request ON submissions (request_id, since) WHERE request_id IS NOT NULL;

CREATE TABLE deliveries (
    sequence INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    scope BLOB,
    phase INTEGER NOT NULL,
    due INTEGER NOT NULL,
    claim INTEGER NOT NULL,
    arrivals INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    marks INTEGER NOT NULL,
    first INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    kind INTEGER NOT NULL,
    closes INTEGER NOT NULL,
    reason INTEGER,
    job TEXT,
    request_id TEXT,
    sender TEXT NOT NULL,
    route INTEGER NOT NULL,
    content_type TEXT,
    length INTEGER NOT NULL,
    tagged INTEGER NOT NULL,
    has_body INTEGER NOT NULL,
    -- Whether whoever looks for work need look at it: 0 for what is ready behind another one of its submission, and for
    -- all that is neither ready nor claimed. Without it, each claim would walk over all that a long stream has left.
    queued INTEGER NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (phase, queued, due, sequence);
CREATE INDEX deliveries_scope ON deliveries (scope, phase, sequence) WHERE scope IS NOT NULL;
CREATE INDEX deliveries_job ON deliveries (job, sequence) WHERE job IS NOT NULL;
CREATE INDEX deliveries_request ON deliveries (request_id, sequence) WHERE request_id IS NOT NULL;
CREATE INDEX deliveries_body ON deliveries (due) WHERE phase = 4 AND has_body = 1;

CREATE TABLE tags (
    tag TEXT NOT NULL,
    delivery INTEGER NOT NULL,
    PRIMARY KEY (tag, delivery)
) WITHOUT ROWID;
CREATE INDEX tags_delivery ON tags (delivery);

-- Apart from the rows, so that whoever looks for work does not read transcripts.
CREATE TABLE bodies (
    delivery INTEGER PRIMARY KEY,
    form INTEGER NOT NULL,
    length INTEGER NOT NULL,
    bytes BLOB NOT NULL
);
