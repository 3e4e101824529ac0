/* A receiver at work, from the head of a delivery to its settlement. */

#include "check.h"

static const char BODY[] = "{\"metadata\":{\"request_id\":\"019f8a3c-51d7-7e02-9c44-0d2b6a7f1e90\",\"tags\":[\"night\"],"
                           "\"extra\":{\"callback_secret\":\"s3cret\"}},\"results\":{\"channels\":[{\"alternatives\":"
                           "[{\"transcript\":\"good\\nmorning\",\"words\":[]}]}]}}";
static const char OTHER_BODY[] = "{\"metadata\":{\"request_id\":\"019f8a3c-51d7-7e02-9c44-0d2b6a7f1e90\"},"
                                 "\"results\":{\"channels\":[]}}";
static const char BASIC[] = "Basic aG9vazpjb3JyZWN0IGhvcnNl"; /* hook:correct horse */
static int night, rest;

/* Headers of a request, as a server might keep them: names and values in turns, ended by NULL. */
typedef struct request {
    const char *method;
    const char *const *headers;
} request;

static void tell(void *userdata, ringback_head *head)
{
    const request *from = userdata;
    for (const char *const *header = from->headers; *header; header += 2)
        CHECK_OK(ringback_head_add(head, S(header[0]), S(header[1])));
}

static const char *const GOOD[] = {"Authorization", BASIC, "Content-Type", "application/json", NULL};
static const request POST = {"POST", GOOD};

static ringback_config *config(void)
{
    ringback_config *made = NULL;
    uint8_t seed[32];
    memset(seed, 1, sizeof seed);
    CHECK_OK(ringback_config_new(&made));
    CHECK_OK(ringback_config_set_seed(made, seed, sizeof seed));
    CHECK_OK(ringback_config_add_basic(made, S("production"), S("hook"), S("correct horse")));
    return made;
}

static ringback_ledger *small_ledger(uint32_t rows)
{
    ringback_ledger_options options = ringback_ledger_options_default();
    options.submissions = rows;
    options.deliveries = rows;
    uint8_t seed[16] = {2};
    ringback_ledger *ledger = NULL;
    CHECK_OK(ringback_ledger_new(&options, seed, sizeof seed, NULL, 0, at(0), &ledger));
    return ledger;
}

/* Takes the configuration and gives a receiver. */
static ringback_receiver *receiver(ringback_config *made, uint32_t rows)
{
    ringback_receiver *receiver = NULL;
    CHECK_OK(ringback_receiver_new(made, small_ledger(rows), &receiver));
    ringback_config_free(made);
    return receiver;
}

/* Delivers a whole body in pieces of a few bytes. What is left is to be freed. */
static ringback_delivery *deliver(ringback_receiver *to, const request *head, const char *target, const char *body,
                                  ringback_now now, ringback_decision *decision)
{
    ringback_delivery *delivery = NULL;
    memset(decision, 0, sizeof *decision);
    CHECK_OK(ringback_begin(to, S(head->method), S(target), tell, (void *)(uintptr_t)head, now, &delivery,
                            &decision->answer));
    CHECK((delivery == NULL) == (decision->answer.status != 0));
    if (delivery == NULL)
        return NULL;
    size_t length = strlen(body);
    for (size_t fed = 0; fed < length; fed += 11) {
        size_t piece = length - fed < 11 ? length - fed : 11;
        CHECK_OK(ringback_feed(delivery, (const uint8_t *)body + fed, piece, &decision->answer));
        if (decision->answer.status != 0)
            return delivery;
    }
    CHECK_OK(ringback_finish(delivery, now, decision));
    return delivery;
}

/* The status and the situation that a delivery is answered with. */
static ringback_situation answered(ringback_receiver *to, const request *head, const char *body, ringback_now now,
                                   int status)
{
    ringback_decision decision;
    ringback_delivery_free(deliver(to, head, "/hook", body, now, &decision));
    if (decision.handle || decision.answer.status != status)
        fprintf(stderr, "status %d, not %d\n", decision.answer.status, status);
    CHECK(!decision.handle && decision.answer.status == status);
    return decision.answer.situation;
}

static void handled_once_and_then_a_repeat(void)
{
    ringback_receiver *to = receiver(config(), 16);
    ringback_decision decision;
    ringback_delivery *delivery = deliver(to, &POST, "/hook", BODY, at(0), &decision);
    CHECK(decision.handle && decision.answer.status == 0);
    ringback_work work = decision.work;
    CHECK(work.kind == RINGBACK_KIND_TRANSCRIPT && is(work.sender, "production") && work.job.data == NULL);
    CHECK(strcmp(work.request_id.text, "019f8a3c-51d7-7e02-9c44-0d2b6a7f1e90") == 0);
    CHECK(work.attempts_seen == 1 && !work.again && !work.late && !work.revises && work.route == NULL);
    CHECK(work.body.len == strlen(BODY) && memcmp(work.body.data, BODY, work.body.len) == 0);
    ringback_str text;
    CHECK_OK(ringback_payload_transcript(work.payload, &text));
    CHECK(is(text, "good\nmorning"));

    CHECK(answered(to, &POST, BODY, at(1), 503) == RINGBACK_SITUATION_IN_PROGRESS);
    ringback_answer answer;
    CHECK_OK(ringback_renew(to, work.claim, at(30000)));
    CHECK_OK(ringback_settle(to, work.claim, RINGBACK_OUTCOME_DONE, at(70000), &answer));
    CHECK(answer.status == 200 && answer.situation == RINGBACK_SITUATION_HANDLED && is(answer.body, "ok\n"));
    CHECK(is(text, "good\nmorning"));
    ringback_delivery_free(delivery);
    CHECK(answered(to, &POST, BODY, at(70001), 200) == RINGBACK_SITUATION_REPEAT);
    CHECK_RESULT(RINGBACK_ERROR_CLAIM_STALE, ringback_renew(to, work.claim, at(70002)));
    CHECK_OK(ringback_settle(to, work.claim, RINGBACK_OUTCOME_DONE, at(70003), &answer));
    CHECK(answer.status == 503 && answer.error == RINGBACK_ERROR_CLAIM_STALE);
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_settle(to, work.claim, 0, at(0), &answer));

    delivery = deliver(to, &POST, "/hook", OTHER_BODY, at(70004), &decision);
    CHECK(decision.handle && decision.work.revises && memcmp(decision.work.id, work.id, 16) == 0);
    ringback_delivery_free(delivery);
    ringback_tally tally;
    CHECK_OK(ringback_receiver_tally(to, &tally));
    CHECK(tally.claimed == 1 && tally.answered == 1);
    ringback_receiver_free(to);
}

static void a_failure_is_handled_again_and_a_dead_one_is_not(void)
{
    ringback_receiver *to = receiver(config(), 16);
    ringback_decision decision;
    ringback_answer answer;
    ringback_delivery_free(deliver(to, &POST, "/hook", BODY, at(0), &decision));
    CHECK_OK(ringback_settle(to, decision.work.claim, RINGBACK_OUTCOME_FAILED, at(1), &answer));
    CHECK(answer.status == 500);
    ringback_delivery_free(deliver(to, &POST, "/hook", BODY, at(30000), &decision));
    CHECK(decision.handle && decision.work.again && decision.work.attempts_seen == 2);
    CHECK_OK(ringback_release(to, decision.work.claim, at(30001)));
    ringback_delivery_free(deliver(to, &POST, "/hook", BODY, at(60000), &decision));
    CHECK(decision.handle);
    CHECK_OK(ringback_settle(to, decision.work.claim, RINGBACK_OUTCOME_DEAD, at(60001), &answer));
    CHECK(answer.status == 200 && answer.situation == RINGBACK_SITUATION_DEAD);
    CHECK(answered(to, &POST, BODY, at(60002), 200) == RINGBACK_SITUATION_REPEAT);
    ringback_receiver_free(to);
}

static void the_head_is_answered_before_a_byte_of_body(void)
{
    ringback_receiver *to = receiver(config(), 16);
    static const char *const NOBODY[] = {NULL};
    static const char *const WRONG[] = {"authorization", "Basic aG9vazp3cm9uZw==", NULL};
    static const char *const TWICE[] = {"authorization", BASIC, "Authorization", BASIC, NULL};
    static const char *const LARGE[] = {"authorization", BASIC, "content-length", "99999999", NULL};
    static const char *const GZIP[] = {"authorization", BASIC, "content-encoding", "gzip", NULL};
    const request nobody = {"POST", NOBODY}, wrong = {"POST", WRONG}, twice = {"POST", TWICE}, large = {"PUT", LARGE},
                  gzip = {"POST", GZIP}, get = {"GET", GOOD}, nonsense = {"\xff\xfe", GOOD};
    ringback_decision decision;
    ringback_delivery_free(deliver(to, &nobody, "/hook", BODY, at(0), &decision));
    CHECK(decision.answer.status == 401 && decision.answer.error == RINGBACK_ERROR_CREDENTIAL_MISSING);
    CHECK(decision.answer.header_count == 1 && strcmp(decision.answer.headers[0].name, "www-authenticate") == 0);
    ringback_delivery_free(deliver(to, &wrong, "/hook", BODY, at(0), &decision));
    CHECK(decision.answer.status == 401 && decision.answer.error == RINGBACK_ERROR_CREDENTIAL_WRONG);
    CHECK(answered(to, &twice, BODY, at(0), 400) == RINGBACK_SITUATION_AMBIGUOUS);
    CHECK(answered(to, &large, BODY, at(0), 413) == RINGBACK_SITUATION_TOO_LARGE);
    CHECK(answered(to, &gzip, BODY, at(0), 415) == RINGBACK_SITUATION_ENCODING);
    CHECK(answered(to, &get, BODY, at(0), 405) == RINGBACK_SITUATION_METHOD);
    CHECK(answered(to, &nonsense, BODY, at(0), 405) == RINGBACK_SITUATION_METHOD);
    CHECK_OK(ringback_receiver_drain(to, true));
    CHECK(answered(to, &POST, BODY, at(0), 503) == RINGBACK_SITUATION_UNAVAILABLE);
    CHECK(answered(to, &nobody, BODY, at(0), 401) == RINGBACK_SITUATION_REFUSED);
    CHECK_OK(ringback_receiver_drain(to, false));
    ringback_delivery_free(deliver(to, &POST, "/hook", BODY, at(0), &decision));
    CHECK(decision.handle);
    ringback_answer answer;
    CHECK_OK(ringback_receiver_answer(to, RINGBACK_SITUATION_UNAVAILABLE, &answer));
    CHECK(answer.status == 503 && strcmp(answer.headers[0].value, "30") == 0);
    ringback_receiver_free(to);
}

static void bodies_over_the_limit_and_bodies_that_break_off(void)
{
    ringback_config *limited = config();
    CHECK_OK(ringback_config_set_limits(limited, 50, 0, 0));
    ringback_receiver *to = receiver(limited, 16);
    ringback_decision decision;
    ringback_delivery *delivery = deliver(to, &POST, "/hook", BODY, at(0), &decision);
    CHECK(decision.answer.status == 413);
    ringback_answer answer;
    CHECK_RESULT(RINGBACK_ERROR_WRONG_STATE, ringback_feed(delivery, (const uint8_t *)"x", 1, &answer));
    CHECK_RESULT(RINGBACK_ERROR_WRONG_STATE, ringback_finish(delivery, at(0), &decision));
    ringback_delivery_free(delivery);
    CHECK(answered(to, &POST, "{\"a\":", at(0), 400) == RINGBACK_SITUATION_INCOMPLETE);
    CHECK(answered(to, &POST, "{\"a\":}", at(0), 422) == RINGBACK_SITUATION_MALFORMED);
    CHECK(answered(to, &POST, "", at(0), 400) == RINGBACK_SITUATION_INCOMPLETE);
    static const char *const SHORT[] = {"authorization", BASIC, "content-length", "40", NULL};
    const request cut = {"POST", SHORT};
    CHECK(answered(to, &cut, "{\"request_id\":\"x\"}", at(0), 400) == RINGBACK_SITUATION_INCOMPLETE);
    delivery = deliver(to, &POST, "/hook", "plain trouble", at(0), &decision);
    CHECK(decision.handle == false && decision.answer.error == RINGBACK_ERROR_EXPECTED_VALUE);
    ringback_delivery_free(delivery);
    ringback_receiver_free(to);
}

static void text_and_audio_are_work_without_a_payload(void)
{
    ringback_receiver *to = receiver(config(), 16);
    static const char *const PLAIN[] = {"authorization", BASIC, "content-type", "text/plain", NULL};
    static const char *const SOUND[] = {"authorization", BASIC, "content-type", "audio/mpeg", NULL};
    const request plain = {"POST", PLAIN}, sound = {"POST", SOUND};
    ringback_decision decision;
    ringback_delivery *delivery = deliver(to, &plain, "/hook", "no such project", at(0), &decision);
    CHECK(decision.handle && decision.work.kind == RINGBACK_KIND_FAILURE && decision.work.payload == NULL);
    CHECK(decision.work.body.len == 15 && decision.work.request_id.len == 0);
    ringback_delivery_free(delivery);
    delivery = deliver(to, &sound, "/hook", "\xff\xfb\x90\x01", at(0), &decision);
    CHECK(decision.handle && decision.work.kind == RINGBACK_KIND_AUDIO && decision.work.payload == NULL);
    ringback_delivery_free(delivery);
    ringback_receiver_free(to);
}

static void routes_lead_to_what_was_given(void)
{
    ringback_config *routed = config();
    ringback_rule rule;
    memset(&rule, 0, sizeof rule);
    rule.tag = S("night");
    rule.kind = RINGBACK_KIND_TRANSCRIPT;
    CHECK_OK(ringback_route_add(routed, &rule, &night));
    rule.extra_key = S("k");
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_route_add(routed, &rule, NULL));
    rule.kind = 99;
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_route_add(routed, &rule, NULL));
    CHECK_OK(ringback_route_fallback(routed, &rest));
    ringback_receiver *to = receiver(routed, 16);
    ringback_decision decision;
    ringback_delivery_free(deliver(to, &POST, "/hook", BODY, at(0), &decision));
    CHECK(decision.work.route == &night);
    ringback_delivery_free(deliver(to, &POST, "/hook", "{\"request_id\":\"x\"}", at(0), &decision));
    CHECK(decision.work.route == &rest);
    ringback_receiver_free(to);

    routed = config();
    memset(&rule, 0, sizeof rule);
    CHECK_OK(ringback_route_add(routed, &rule, NULL));
    CHECK_OK(ringback_route_add(routed, &rule, NULL));
    ringback_ledger *ledger = small_ledger(4);
    CHECK_RESULT(RINGBACK_ERROR_ROUTE_REPEATED, ringback_receiver_new(routed, ledger, &to));
    ringback_ledger_free(ledger);
    ringback_config_free(routed);
}

static void a_secret_in_the_body_lets_in_and_is_overwritten(void)
{
    ringback_config *secret = NULL;
    uint8_t seed[32] = {3};
    CHECK_OK(ringback_config_new(&secret));
    CHECK_OK(ringback_config_set_seed(secret, seed, sizeof seed));
    CHECK_OK(ringback_config_set_extra_secret(secret, S("callback_secret"), S("s3cret")));
    ringback_receiver *to = receiver(secret, 16);
    static const char *const BARE[] = {"content-type", "application/json", NULL};
    const request bare = {"POST", BARE};
    ringback_decision decision;
    ringback_delivery *delivery = deliver(to, &bare, "/hook", BODY, at(0), &decision);
    CHECK(decision.handle && is(decision.work.sender, "extra"));
    ringback_metadata metadata;
    ringback_str key, value;
    CHECK_OK(ringback_payload_metadata(decision.work.payload, &metadata));
    CHECK_OK(ringback_pair_next(decision.work.payload, &metadata.extra, &key, &value));
    CHECK(is(key, "callback_secret") && is(value, "******"));
    ringback_delivery_free(delivery);
    CHECK(answered(to, &bare, OTHER_BODY, at(0), 401) == RINGBACK_SITUATION_REFUSED);
    ringback_receiver_free(to);
}

static void tickets_let_in_and_name_the_submission(void)
{
    uint8_t master[32] = {5}, id[12] = {6};
    ringback_keyring *keys = NULL;
    ringback_str nothing = {NULL, 0};
    CHECK_OK(ringback_keyring_new(nothing, &keys));
    CHECK_OK(ringback_keyring_add(keys, master, sizeof master));
    ringback_config *ticketed = config();
    CHECK_OK(ringback_config_set_keyring(ticketed, keys));
    CHECK_OK(ringback_config_accept_tickets_in(ticketed, true, nothing));
    ringback_receiver *to = receiver(ticketed, 16);
    ringback_ticket *ticket = NULL;
    uint64_t end = at(0).wall + RINGBACK_TICKET_LIFE;
    CHECK_OK(ringback_ticket_mint(keys, RINGBACK_USE_DOCUMENT, S("job-1"), end, id, 12, at(0).wall, &ticket));
    ringback_scope scope = ringback_scope_of_ticket(ticket);
    ringback_expected expected;
    CHECK_OK(ringback_expect(to, &scope, at(0).wall + 60000, nothing, at(0), &expected));
    CHECK(expected.arrived == RINGBACK_ARRIVED_NO);

    char value[256];
    ringback_str header = ringback_ticket_authorization(ticket);
    snprintf(value, sizeof value, "%.*s", (int)header.len, (const char *)header.data);
    const char *headers[] = {"Authorization", value, NULL};
    const request with_ticket = {"POST", headers};
    ringback_decision decision;
    ringback_answer answer;
    ringback_delivery *delivery = deliver(to, &with_ticket, "/hook", BODY, at(1000), &decision);
    CHECK(decision.handle && is(decision.work.job, "job-1") && memcmp(decision.work.ticket_id, id, 12) == 0);
    CHECK_OK(ringback_settle(to, decision.work.claim, RINGBACK_OUTCOME_DONE, at(1001), &answer));
    ringback_delivery_free(delivery);
    ringback_submission submission;
    CHECK_OK(ringback_submission_find(to, &scope, &submission));
    CHECK(submission.arrived == RINGBACK_ARRIVED_WHOLE && submission.deliveries == 1 && !submission.overdue);
    CHECK(memcmp(submission.name, expected.name, sizeof submission.name) == 0);

    ringback_arrived arrived;
    CHECK_OK(ringback_bind(to, &scope, S("019f8a3c-51d7-7e02-9c44-000000000000"), at(1002), &arrived));
    CHECK(arrived == RINGBACK_ARRIVED_WHOLE);
    CHECK(answered(to, &with_ticket, "{\"metadata\":{\"request_id\":\"x\"},\"results\":{\"channels\":[]}}", at(1003), 422) ==
          RINGBACK_SITUATION_MISMATCH);

    static const char *const BARE[] = {NULL};
    const request in_path = {"POST", BARE};
    ringback_str user = ringback_ticket_user(ticket), password = ringback_ticket_password(ticket);
    char target[256];
    snprintf(target, sizeof target, "/hook/%.*s:%.*s", (int)user.len, (const char *)user.data, (int)password.len,
             (const char *)password.data);
    ringback_delivery_free(deliver(to, &in_path, target, BODY, at(1004), &decision));
    CHECK(decision.answer.situation == RINGBACK_SITUATION_REPEAT);
    ringback_ticket_free(ticket);
    ringback_keyring_free(keys);
    ringback_receiver_free(to);
}

static void what_is_overdue_and_what_is_lost_is_reported(void)
{
    ringback_receiver *to = receiver(config(), 16);
    ringback_scope scope;
    memset(&scope, 0, sizeof scope);
    ringback_str nothing = {NULL, 0};
    ringback_expected expected;
    CHECK_RESULT(RINGBACK_ERROR_SUBMISSION_UNKNOWN, ringback_expect(to, &scope, 0, nothing, at(0), &expected));
    scope.sender = S("production");
    scope.request_id = S("a-request");
    CHECK_OK(ringback_expect(to, &scope, at(5000).wall, nothing, at(0), &expected));
    ringback_decision decision;
    ringback_answer answer;
    ringback_delivery_free(deliver(to, &POST, "/hook", BODY, at(0), &decision));
    CHECK_OK(ringback_settle(to, decision.work.claim, RINGBACK_OUTCOME_FAILED, at(1), &answer));

    ringback_swept swept;
    uint32_t budget = 64;
    CHECK_OK(ringback_sweep(to, at(6000), &budget, &swept));
    CHECK(swept.event == RINGBACK_SWEPT_OVERDUE && memcmp(swept.submission, expected.name, 12) == 0);
    CHECK_RESULT(RINGBACK_NONE, ringback_sweep(to, at(6000), &budget, &swept));
    CHECK(budget == 0);
    budget = 64;
    CHECK_OK(ringback_sweep(to, at(2000000), &budget, &swept));
    CHECK(swept.event == RINGBACK_SWEPT_LOST && memcmp(swept.delivery, decision.work.id, 16) == 0);
    CHECK_OK(ringback_cancel(to, &scope, at(2000001)));
    scope.request_id = S("another");
    CHECK_RESULT(RINGBACK_ERROR_SUBMISSION_UNKNOWN, ringback_cancel(to, &scope, at(2000002)));
    CHECK_RESULT(RINGBACK_ERROR_SUBMISSION_UNKNOWN, ringback_bind(to, &scope, S("x"), at(2000002), NULL));
    ringback_submission submission;
    CHECK_RESULT(RINGBACK_ERROR_SUBMISSION_UNKNOWN, ringback_submission_find(to, &scope, &submission));
    ringback_receiver_free(to);
}

static void a_ledger_is_saved_and_restored(void)
{
    ringback_receiver *to = receiver(config(), 16);
    ringback_decision decision;
    ringback_answer answer;
    ringback_delivery_free(deliver(to, &POST, "/hook", BODY, at(0), &decision));
    CHECK_OK(ringback_settle(to, decision.work.claim, RINGBACK_OUTCOME_DONE, at(1), &answer));
    size_t room = ringback_receiver_saved_size(to), saved_len = 0;
    uint8_t *saved = malloc(room);
    CHECK_RESULT(RINGBACK_ERROR_BUFFER_TOO_SMALL, ringback_receiver_save(to, saved, 20, &saved_len));
    CHECK_OK(ringback_receiver_save(to, saved, room, &saved_len));
    ringback_receiver_free(to);

    ringback_ledger_options options = ringback_ledger_options_default();
    options.submissions = options.deliveries = 100;
    uint8_t seed[16] = {9};
    ringback_ledger *ledger = NULL;
    CHECK_OK(ringback_ledger_new(&options, seed, sizeof seed, saved, saved_len, at(2), &ledger));
    ringback_config *made = config();
    CHECK_OK(ringback_receiver_new(made, ledger, &to));
    CHECK(answered(to, &POST, BODY, at(3), 200) == RINGBACK_SITUATION_REPEAT);
    ringback_receiver_free(to);

    options.deliveries = 0;
    CHECK_RESULT(RINGBACK_ERROR_LEDGER_FULL, ringback_ledger_new(&options, seed, 16, saved, saved_len, at(2), &ledger));
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_ledger_new(&options, seed, 16, saved, saved_len - 1, at(2), &ledger));
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_ledger_new(&options, seed, 15, NULL, 0, at(2), &ledger));
    options.submissions = 0;
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_ledger_new(&options, seed, 16, NULL, 0, at(2), &ledger));
    ringback_config_free(made);
    free(saved);
}

static void a_ledger_lives_in_memory_of_the_caller(void)
{
    ringback_ledger_options options = ringback_ledger_options_default();
    options.submissions = options.deliveries = 8;
    size_t size = ringback_ledger_size(&options);
    CHECK(size >= 8 * 100 && size % RINGBACK_LEDGER_ALIGN == 0);
    uint8_t *block = calloc(1, size + RINGBACK_LEDGER_ALIGN), seed[16] = {9};
    uint8_t *memory = block + (RINGBACK_LEDGER_ALIGN - (uintptr_t)block % RINGBACK_LEDGER_ALIGN);
    ringback_config *made = config();
    for (int round = 0; round < 2; round++) {
        ringback_ledger *ledger = NULL;
        ringback_receiver *to = NULL;
        ringback_decision decision;
        ringback_answer answer;
        CHECK_OK(ringback_ledger_open(memory, size, &options, seed, sizeof seed, at(0), &ledger));
        CHECK_OK(ringback_receiver_new(made, ledger, &to));
        ringback_delivery *delivery = deliver(to, &POST, "/hook", BODY, at(0), &decision);
        if (round == 0) {
            CHECK(decision.handle);
            CHECK_OK(ringback_settle(to, decision.work.claim, RINGBACK_OUTCOME_DONE, at(1), &answer));
        } else {
            CHECK(decision.answer.situation == RINGBACK_SITUATION_REPEAT);
        }
        /* A receiver may go before its deliveries. */
        ringback_receiver_free(to);
        ringback_delivery_free(delivery);
    }
    ringback_ledger *ledger = NULL;
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_ledger_open(memory + 1, size, &options, seed, 16, at(0), &ledger));
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_ledger_open(memory, size - 1, &options, seed, 16, at(0), &ledger));
    memset(memory, 0xa5, size);
    CHECK_OK(ringback_ledger_open(memory, size, &options, seed, 16, at(0), &ledger));
    ringback_ledger_free(ledger);
    ringback_config_free(made);
    free(block);
}

static void a_full_ledger_asks_to_come_again(void)
{
    ringback_receiver *to = receiver(config(), 1);
    ringback_decision decision;
    ringback_delivery *delivery = deliver(to, &POST, "/hook", BODY, at(0), &decision);
    CHECK(decision.handle);
    CHECK(answered(to, &POST, "{\"metadata\":{\"request_id\":\"y\"},\"results\":{}}", at(1), 503) ==
          RINGBACK_SITUATION_UNAVAILABLE);
    ringback_delivery_free(delivery);
    ringback_receiver_free(to);
}

static void configurations_that_make_no_sense_are_refused(void)
{
    ringback_config *open = NULL;
    ringback_receiver *to = NULL;
    ringback_ledger *ledger = small_ledger(4);
    uint8_t seed[32] = {1};
    CHECK_OK(ringback_config_new(&open));
    CHECK_RESULT(RINGBACK_ERROR_WRONG_STATE, ringback_receiver_new(open, ledger, &to));
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_config_set_seed(open, seed, 31));
    CHECK_OK(ringback_config_set_seed(open, seed, 32));
    CHECK_RESULT(RINGBACK_ERROR_CREDENTIALS_UNCONFIGURED, ringback_receiver_new(open, ledger, &to));
    CHECK_RESULT(RINGBACK_ERROR_USER_INVALID, ringback_config_add_basic(open, S("n"), S("a:b"), S("p")));
    CHECK_RESULT(RINGBACK_ERROR_PASSWORD_INVALID, ringback_config_add_basic_text(open, S("user")));
    CHECK_RESULT(RINGBACK_ERROR_SECRET_INVALID, ringback_config_set_extra_secret(open, S("k"), S("")));
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_config_set_status(open, 99, 200));
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_config_set_status(open, 1, 999));
    CHECK(to == NULL);
    CHECK_OK(ringback_config_let_anybody_post(open));
    CHECK_OK(ringback_config_set_status(open, RINGBACK_SITUATION_MALFORMED, 400));
    CHECK_OK(ringback_config_remember_interim(open, true));
    CHECK_OK(ringback_config_server_decodes_gzip(open, true));
    CHECK_OK(ringback_receiver_new(open, ledger, &to));
    static const char *const GZIP[] = {"content-encoding", "gzip", "content-length", "3", NULL};
    const request anybody = {"POST", GZIP};
    CHECK(answered(to, &anybody, "{]", at(0), 400) == RINGBACK_SITUATION_MALFORMED);
    ringback_decision decision;
    ringback_delivery_free(deliver(to, &anybody, "/", BODY, at(0), &decision));
    CHECK(decision.handle && is(decision.work.sender, "anybody"));
    ringback_receiver_free(to);
    ringback_config_free(open);

    ringback_config *strict = config();
    CHECK_OK(ringback_config_require_expected(strict, true));
    to = receiver(strict, 4);
    CHECK(answered(to, &POST, BODY, at(0), 503) == RINGBACK_SITUATION_HELD);
    ringback_receiver_free(to);
}

int main(void)
{
    handled_once_and_then_a_repeat();
    a_failure_is_handled_again_and_a_dead_one_is_not();
    the_head_is_answered_before_a_byte_of_body();
    bodies_over_the_limit_and_bodies_that_break_off();
    text_and_audio_are_work_without_a_payload();
    routes_lead_to_what_was_given();
    a_secret_in_the_body_lets_in_and_is_overwritten();
    tickets_let_in_and_name_the_submission();
    what_is_overdue_and_what_is_lost_is_reported();
    a_ledger_is_saved_and_restored();
    a_ledger_lives_in_memory_of_the_caller();
    a_full_ledger_asks_to_come_again();
    configurations_that_make_no_sense_are_refused();
    return ended("receive");
}
