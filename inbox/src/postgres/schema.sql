-- The name of the schema stands for whichever one was chosen. Times are milliseconds since 1970;
-- 9223372036854775807 is never. Text that a sender chose is kept as bytes, for PostgreSQL's text holds no NUL.
CREATE TABLE ringback.meta (
    name text PRIMARY KEY,
    value bytea NOT NULL
);

CREATE TABLE ringback.submissions (
    scope bytea PRIMARY KEY,
    expected boolean NOT NULL,
    arrived smallint NOT NULL,
    overdue boolean NOT NULL,
    deliveries bigint NOT NULL,
    bound bigint,
    due bigint NOT NULL,
    job text,
    request_id text,
    context bytea,
    since bigint NOT NULL
);
CREATE INDEX submissions_due ON ringback.submissions (due);
CREATE INDEX submissions_awaited ON ringback.submissions (since) WHERE expected AND arrived <> 2;
CREATE INDEX submissions_job ON ringback.submissions (job, since) WHERE job IS NOT NULL;
CREATE INDEX submissions_request ON ringback.submissions (request_id, since) WHERE request_id IS NOT NULL;

CREATE TABLE ringback.deliveries (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id bytea NOT NULL UNIQUE,
    scope bytea,
    phase smallint NOT NULL,
    due bigint NOT NULL,
    claim bigint NOT NULL,
    arrivals smallint NOT NULL,
    failures smallint NOT NULL,
    marks smallint NOT NULL,
    first bigint NOT NULL,
    fingerprint bytea NOT NULL,
    kind smallint NOT NULL,
    closes boolean NOT NULL,
    reason smallint,
    job text,
    request_id text,
    sender bytea NOT NULL,
    route bigint NOT NULL,
    content_type bytea,
    length bigint NOT NULL,
    tags bytea[] NOT NULL,
    has_body boolean NOT NULL,
    -- Whether whoever looks for work need look at it: false for what is ready behind another one of its submission, and
    -- for all that is neither ready nor claimed. Without it, each claim would walk over all that a long stream has left.
    queued boolean NOT NULL
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX deliveries_work ON ringback.deliveries (due, sequence) WHERE queued;
CREATE INDEX deliveries_due ON ringback.deliveries (due, sequence) WHERE phase IN (1, 4, 5);
CREATE INDEX deliveries_phase ON ringback.deliveries (phase, sequence);
-- The phase as another type: what looks for it among those of a submission then finds no other index that would do, such
-- as that of all claimed ones, however few of those there were when the statement was planned.
CREATE INDEX deliveries_scope ON ringback.deliveries (scope, (phase::integer), sequence) WHERE scope IS NOT NULL;
CREATE INDEX deliveries_job ON ringback.deliveries (job, sequence) WHERE job IS NOT NULL;
CREATE INDEX deliveries_request ON ringback.deliveries (request_id, sequence) WHERE request_id IS NOT NULL;
CREATE INDEX deliveries_tags ON ringback.deliveries USING gin (tags) WHERE tags <> '{}';
CREATE INDEX deliveries_body ON ringback.deliveries (due) WHERE phase = 4 AND has_body;

-- Apart from the rows, so that whoever looks for work does not read transcripts. They are compressed when they come.
CREATE TABLE ringback.bodies (
    delivery bigint PRIMARY KEY,
    form smallint NOT NULL,
    length bigint NOT NULL,
    bytes bytea NOT NULL
);
ALTER TABLE ringback.bodies ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- What a decision sees: the submission, the deliveries with these ids and, if wanted, those of the submission that wait.
-- The number that says whether a row has changed is the transaction that wrote it; 0 is no row.
CREATE FUNCTION ringback.look_1(of_scope bytea, ids bytea[], waiting boolean, clock bigint)
RETURNS TABLE (
    now_ bigint, fence_ bytea,
    s_seen bigint, s_expected boolean, s_arrived smallint, s_overdue boolean, s_deliveries bigint, s_bound bigint,
    s_due bigint, s_job text, s_request_id text, s_context bytea, s_since bigint,
    d_seen bigint, d_sequence bigint, d_id bytea, d_scope bytea, d_phase smallint, d_due bigint,
    d_claim bigint, d_arrivals smallint, d_failures smallint, d_marks smallint, d_first bigint, d_fingerprint bytea,
    d_kind smallint, d_closes boolean, d_reason smallint, d_job text, d_request_id text, d_sender bytea, d_route bigint,
    d_content_type bytea, d_length bigint, d_tags bytea[], d_has_body boolean, d_its_turn boolean
) LANGUAGE plpgsql STABLE
    SET jit = off SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    moment bigint := coalesce(clock, (extract(epoch FROM clock_timestamp()) * 1000)::bigint);
BEGIN
    RETURN QUERY
    SELECT moment, (SELECT m.value FROM ringback.meta m WHERE m.name = 'fence'),
        s.xmin::text::bigint, s.expected, s.arrived, s.overdue, s.deliveries, s.bound,
        s.due, s.job, s.request_id, s.context, s.since,
        d.xmin::text::bigint, d.sequence, d.id, d.scope, d.phase, d.due,
        d.claim, d.arrivals, d.failures, d.marks, d.first, d.fingerprint,
        d.kind, d.closes, d.reason, d.job, d.request_id, d.sender, d.route,
        d.content_type, d.length, d.tags, d.has_body,
        d.scope IS NULL OR (
            NOT EXISTS (SELECT 1 FROM ringback.deliveries r WHERE r.scope = d.scope
                AND r.phase::integer = 3 AND r.due > moment AND r.sequence <> d.sequence)
            AND NOT EXISTS (SELECT 1 FROM ringback.deliveries r WHERE r.scope = d.scope
                AND r.phase::integer IN (2, 3) AND r.due <= moment AND r.sequence < d.sequence))
    FROM (VALUES (1)) AS one
    LEFT JOIN ringback.submissions s ON s.scope = of_scope
    LEFT JOIN (
        SELECT n.sequence FROM ringback.deliveries n WHERE n.id = ANY (ids)
        UNION
        SELECT w.sequence FROM ringback.deliveries w
            WHERE waiting AND w.scope = of_scope AND (w.phase::integer = 1 OR (w.phase::integer = 5 AND w.reason = 4))
    ) k ON true
    LEFT JOIN ringback.deliveries d ON d.sequence = k.sequence;
END $$;

-- The writes of a decision, whatever else is to be true of them. An op is 0 insert, 1 update, 2 erase, 3 drop the body,
-- 4 remove. Says how many deliveries were written, or -1, having written nothing, if the first row to be inserted is there.
CREATE FUNCTION ringback.change_1(
    of_scope bytea, s_put boolean, s_expected boolean, s_arrived smallint, s_overdue boolean, s_deliveries bigint,
    s_bound bigint, s_due bigint, s_job text, s_request_id text, s_context bytea, s_since bigint,
    op smallint[], ids bytea[], phase_ smallint[], due_ bigint[], claim_ bigint[], arrivals_ smallint[],
    failures_ smallint[], marks_ smallint[], fingerprint_ bytea[], reason_ smallint[],
    scope_ bytea[], first_ bigint[], kind_ smallint[], closes_ boolean[], job_ text[], request_id_ text[],
    sender_ bytea[], route_ bigint[], content_type_ bytea[], length_ bigint[], form_ smallint[], bytes_ bytea[],
    tag_of integer[], tag_ bytea[]
) RETURNS bigint LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    written bigint := 0;
    place bigint;
    its_scope bytea;
    its_claim bigint;
BEGIN
    FOR at IN 1 .. coalesce(array_length(op, 1), 0) LOOP
        its_scope := NULL;
        its_claim := NULL;
        IF op[at] = 0 THEN
            INSERT INTO ringback.deliveries (id, scope, phase, due, claim, arrivals, failures, marks, first, fingerprint,
                kind, closes, reason, job, request_id, sender, route, content_type, length, tags, has_body, queued)
            VALUES (ids[at], scope_[at], phase_[at], due_[at], claim_[at], arrivals_[at], failures_[at], marks_[at],
                first_[at], fingerprint_[at], kind_[at], closes_[at], reason_[at], job_[at], request_id_[at], sender_[at],
                route_[at], content_type_[at], length_[at],
                ARRAY(SELECT t.tag FROM unnest(tag_of, tag_) AS t (place, tag) WHERE t.place = at), true,
                CASE phase_[at] WHEN 3 THEN true
                    WHEN 2 THEN scope_[at] IS NULL OR NOT EXISTS (SELECT 1 FROM ringback.deliveries r
                        WHERE r.scope = scope_[at] AND r.phase::integer = 2 AND r.failures = 0)
                    ELSE false END)
            ON CONFLICT (id) DO NOTHING RETURNING sequence INTO place;
            IF NOT FOUND THEN
                IF written = 0 THEN
                    RETURN -1;
                END IF;
                RAISE EXCEPTION 'a delivery exists already' USING ERRCODE = 'serialization_failure';
            END IF;
            INSERT INTO ringback.bodies (delivery, form, length, bytes)
                VALUES (place, form_[at], length_[at], bytes_[at]);
            written := written + 1;
            CONTINUE;
        END IF;
        IF op[at] IN (2, 3, 4) THEN
            DELETE FROM ringback.bodies b USING ringback.deliveries d WHERE d.id = ids[at] AND b.delivery = d.sequence;
        END IF;
        IF op[at] = 1 THEN
            UPDATE ringback.deliveries d SET phase = phase_[at], due = due_[at], claim = claim_[at],
                arrivals = arrivals_[at], failures = failures_[at], marks = marks_[at], fingerprint = fingerprint_[at],
                reason = coalesce(reason_[at], d.reason), queued = phase_[at] IN (2, 3)
                WHERE d.id = ids[at] RETURNING d.scope INTO its_scope;
        ELSIF op[at] = 2 THEN
            UPDATE ringback.deliveries d SET phase = phase_[at], due = due_[at], claim = claim_[at],
                arrivals = arrivals_[at], failures = failures_[at], marks = marks_[at], fingerprint = fingerprint_[at],
                reason = reason_[at], queued = phase_[at] IN (2, 3), job = NULL, request_id = NULL, sender = '',
                content_type = NULL, length = 0, tags = '{}', has_body = false
                WHERE d.id = ids[at] RETURNING d.scope INTO its_scope;
        ELSIF op[at] = 3 THEN
            UPDATE ringback.deliveries d SET has_body = false WHERE d.id = ids[at];
        ELSE
            DELETE FROM ringback.deliveries d WHERE d.id = ids[at] RETURNING d.scope, d.claim INTO its_scope, its_claim;
            INSERT INTO ringback.meta AS m (name, value) SELECT 'fence', int8send(its_claim) WHERE its_claim > 0
                ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE m.value < excluded.value;
        END IF;
        IF (op[at] = 4 AND its_claim IS NOT NULL) OR (op[at] <> 4 AND FOUND) THEN
            written := written + 1;
        END IF;
        -- The first of a submission that is ready and has not failed is found by whoever looks for work. What has failed
        -- is found anyway, for it became ready by an update.
        IF its_scope IS NOT NULL AND (op[at] = 4 OR phase_[at] <> 2) THEN
            UPDATE ringback.deliveries q SET queued = true WHERE NOT q.queued AND q.sequence = (
                SELECT n.sequence FROM ringback.deliveries n WHERE n.scope = its_scope AND n.phase::integer = 2 AND n.failures = 0
                ORDER BY n.sequence LIMIT 1);
        END IF;
    END LOOP;
    IF s_put THEN
        INSERT INTO ringback.submissions (scope, expected, arrived, overdue, deliveries, bound, due, job, request_id,
            context, since)
        VALUES (of_scope, s_expected, s_arrived, s_overdue, s_deliveries, s_bound, s_due, s_job, s_request_id, s_context,
            s_since)
        ON CONFLICT (scope) DO UPDATE SET expected = excluded.expected, arrived = excluded.arrived,
            overdue = excluded.overdue, deliveries = excluded.deliveries, bound = excluded.bound, due = excluded.due,
            job = excluded.job, request_id = excluded.request_id, context = excluded.context, since = excluded.since;
    ELSIF NOT s_put THEN
        DELETE FROM ringback.submissions s WHERE s.scope = of_scope;
    END IF;
    IF written <> coalesce(array_length(op, 1), 0) THEN
        RAISE EXCEPTION 'no such delivery' USING ERRCODE = 'RB002';
    END IF;
    RETURN written;
END $$;

-- Whether what a decision has seen is still so. It holds everything still until the transaction ends: submissions by
-- advisory locks, since a row that is not there cannot be locked. Waits so many milliseconds for each. Refuses where a
-- commit might not last.
CREATE FUNCTION ringback.hold_1(
    patience bigint, locks bigint[], of_scope bytea, s_seen bigint, ids bytea[], seen bigint[], waiting bigint,
    turns bytea[], moment bigint
) RETURNS boolean LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    one bigint;
BEGIN
    IF current_setting('synchronous_commit') NOT IN ('on', 'remote_apply') OR current_setting('fsync') <> 'on'
        OR current_setting('full_page_writes') <> 'on' THEN
        RAISE EXCEPTION 'synchronous_commit, fsync and full_page_writes must be on' USING ERRCODE = 'RB001';
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'default_transaction_isolation must be read committed' USING ERRCODE = 'RB001';
    END IF;
    PERFORM set_config('lock_timeout', patience::text, true);
    FOREACH one IN ARRAY locks LOOP
        PERFORM pg_advisory_xact_lock(one);
    END LOOP;
    PERFORM 1 FROM ringback.deliveries d WHERE d.id = ANY (ids) ORDER BY d.id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM unnest(ids, seen) AS k (id, seen) LEFT JOIN ringback.deliveries d ON d.id = k.id
        WHERE coalesce(d.xmin::text::bigint, 0) <> k.seen) THEN
        RETURN false;
    END IF;
    IF s_seen IS NOT NULL AND s_seen <> coalesce(
        (SELECT s.xmin::text::bigint FROM ringback.submissions s WHERE s.scope = of_scope FOR NO KEY UPDATE), 0) THEN
        RETURN false;
    END IF;
    IF waiting IS NOT NULL AND waiting <> (SELECT count(*) FROM ringback.deliveries d
        WHERE d.scope = of_scope AND (d.phase::integer = 1 OR (d.phase::integer = 5 AND d.reason = 4))) THEN
        RETURN false;
    END IF;
    RETURN NOT EXISTS (SELECT 1 FROM ringback.deliveries d WHERE d.id = ANY (turns) AND d.scope IS NOT NULL AND (
        EXISTS (SELECT 1 FROM ringback.deliveries r WHERE r.scope = d.scope
            AND r.phase::integer = 3 AND r.due > moment AND r.sequence <> d.sequence)
        OR EXISTS (SELECT 1 FROM ringback.deliveries r WHERE r.scope = d.scope
            AND r.phase::integer IN (2, 3) AND r.due <= moment AND r.sequence < d.sequence)));
END $$;

-- Work for one claim, held until the transaction ends: what somebody else holds is passed over, and so is a submission
-- that somebody else is writing.
CREATE FUNCTION ringback.work_1(most bigint, clock bigint) RETURNS SETOF bytea LANGUAGE plpgsql
    SET jit = off SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_column
DECLARE
    moment bigint := coalesce(clock, (extract(epoch FROM clock_timestamp()) * 1000)::bigint);
    found_ bigint := 0;
    one record;
BEGIN
    FOR one IN SELECT d.id, d.scope FROM ringback.deliveries d WHERE d.queued AND d.due <= moment AND (d.scope IS NULL OR (
            NOT EXISTS (SELECT 1 FROM ringback.deliveries r WHERE r.scope = d.scope
                AND r.phase::integer = 3 AND r.due > moment AND r.sequence <> d.sequence)
            AND NOT EXISTS (SELECT 1 FROM ringback.deliveries r WHERE r.scope = d.scope
                AND r.phase::integer IN (2, 3) AND r.due <= moment AND r.sequence < d.sequence)))
        ORDER BY d.due, d.sequence FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        IF one.scope IS NULL
            OR pg_try_advisory_xact_lock(('x' || encode(substr(one.scope, 1, 8), 'hex'))::bit(64)::bigint) THEN
            RETURN NEXT one.id;
            found_ := found_ + 1;
        END IF;
        EXIT WHEN found_ >= most;
    END LOOP;
END $$;
