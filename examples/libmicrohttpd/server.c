/*
 * Receives Deepgram callbacks with libringback and libmicrohttpd, on loopback, behind a proxy with the public URL.
 *
 *     RINGBACK_TICKET_KEYS=name:base64 server PORT URL USER:PASSWORD [JOB...]
 *
 * For each job it prints the callback URL to submit with, whose ticket names the job; then a line for each delivery.
 */

#define _DEFAULT_SOURCE

#include <arpa/inet.h>
#include <microhttpd.h>
#include <ringback.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define S(text) ringback_str_of(text)
#define PRINT(text) (int)(text).len, (const char *)(text).data

/* Ends the program where nothing can go on without this. */
static void must(ringback_result result, const char *what)
{
    if (result != RINGBACK_OK) {
        fprintf(stderr, "%s: %.*s\n", what, PRINT(ringback_result_message(result)));
        exit(EXIT_FAILURE);
    }
}

static ringback_now now(void)
{
    struct timespec wall, monotonic;
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    ringback_now now = {(uint64_t)wall.tv_sec * 1000 + (uint64_t)wall.tv_nsec / 1000000,
                        (uint64_t)monotonic.tv_sec * 1000 + (uint64_t)monotonic.tv_nsec / 1000000};
    return now;
}

static void randomize(uint8_t *bytes, size_t len)
{
    if (getentropy(bytes, len) != 0)
        exit(EXIT_FAILURE);
}

/* Does the work; a real program would store something here. The route says what the delivery was taken for. */
static ringback_outcome handle(const ringback_work *work)
{
    ringback_str text = {NULL, 0};
    ringback_failure failure;
    if (work->payload != NULL && ringback_payload_transcript(work->payload, &text) != RINGBACK_OK &&
        ringback_payload_failure(work->payload, &failure) == RINGBACK_OK)
        text = failure.message;
    printf("%s job=%.*s request_id=%s %.*s\n", (const char *)work->route, PRINT(work->job), work->request_id.text,
           PRINT(text));
    return RINGBACK_OUTCOME_DONE;
}

/* A request on its way: a delivery until there is an answer. */
typedef struct request {
    ringback_delivery *delivery;
    ringback_answer answer;
} request;

static enum MHD_Result add_header(void *head, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    ringback_head_add(head, S(name), S(value));
    return MHD_YES;
}

static void tell_headers(void *connection, ringback_head *head)
{
    MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, head);
}

static enum MHD_Result respond(struct MHD_Connection *connection, const ringback_answer *answer)
{
    void *body = (void *)(uintptr_t)answer->body.data;
    struct MHD_Response *response = MHD_create_response_from_buffer(answer->body.len, body, MHD_RESPMEM_PERSISTENT);
    for (size_t at = 0; at < answer->header_count; at++)
        MHD_add_response_header(response, answer->headers[at].name, answer->headers[at].value);
    enum MHD_Result queued = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    return queued;
}

/* Called with the head, then with each piece of the body, then with none. After MHD_NO the sender comes again. */
static enum MHD_Result on_request(void *receiver, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data, size_t *size, void **state)
{
    (void)version;
    request *request = *state;
    if (request == NULL) {
        *state = request = calloc(1, sizeof *request);
        if (request == NULL || ringback_begin(receiver, S(method), S(url), tell_headers, connection, now(),
                                              &request->delivery, &request->answer) != RINGBACK_OK)
            return MHD_NO;
        return request->answer.status == 0 ? MHD_YES : respond(connection, &request->answer);
    }
    if (*size > 0) {
        if (request->answer.status == 0) /* After an answer the rest of the body is passed over. */
            ringback_feed(request->delivery, (const uint8_t *)data, *size, &request->answer);
        *size = 0;
        return MHD_YES;
    }
    if (request->answer.status == 0) {
        ringback_decision decision;
        if (ringback_finish(request->delivery, now(), &decision) != RINGBACK_OK)
            return MHD_NO;
        request->answer = decision.answer;
        if (decision.handle)
            ringback_settle(receiver, decision.work.claim, handle(&decision.work), now(), &request->answer);
    }
    return respond(connection, &request->answer);
}

static void on_completion(void *unused, struct MHD_Connection *connection, void **state,
                          enum MHD_RequestTerminationCode why)
{
    (void)unused, (void)connection, (void)why;
    if (*state != NULL)
        ringback_delivery_free(((request *)*state)->delivery);
    free(*state);
}

static ringback_receiver *make_receiver(const ringback_keyring *keys, const char *pair)
{
    ringback_config *config = NULL;
    ringback_ledger *ledger = NULL;
    ringback_receiver *receiver = NULL;
    ringback_ledger_options options = ringback_ledger_options_default();
    ringback_rule failed = {.kind = RINGBACK_KIND_FAILURE};
    uint8_t seed[32 + RINGBACK_LEDGER_SEED];
    randomize(seed, sizeof seed);
    must(ringback_config_new(&config), "configuration");
    must(ringback_config_set_seed(config, seed, 32), "seed");
    must(ringback_config_set_keyring(config, keys), "keys");
    must(ringback_config_add_basic_text(config, S(pair)), "user and password");
    must(ringback_route_add(config, &failed, "failed"), "route");
    must(ringback_route_fallback(config, "received"), "route");
    must(ringback_ledger_new(&options, seed + 32, RINGBACK_LEDGER_SEED, NULL, 0, now(), &ledger), "ledger");
    must(ringback_receiver_new(config, ledger, &receiver), "receiver");
    ringback_config_free(config);
    return receiver;
}

/* Announces a submission for a job, and prints the callback URL to submit with. */
static void submit(ringback_receiver *receiver, const ringback_keyring *keys, const char *job, const char *base)
{
    uint8_t id[RINGBACK_TICKET_ID];
    char text[4096];
    ringback_ticket *ticket = NULL;
    ringback_expected expected;
    uint64_t wall = now().wall, end = wall + RINGBACK_TICKET_LIFE;
    randomize(id, sizeof id);
    must(ringback_ticket_mint(keys, RINGBACK_USE_DOCUMENT, S(job), end, id, sizeof id, wall, &ticket), job);
    ringback_scope scope = ringback_scope_of_ticket(ticket);
    must(ringback_expect(receiver, &scope, wall + 46 * 60000, S(NULL), now(), &expected), job);
    ringback_url url = {.base = S(base), .ticket = ticket, .any_port = true};
    must(ringback_url_write(&url, text, sizeof text, NULL, NULL, NULL), base);
    printf("url %s\n", text);
    ringback_ticket_free(ticket);
}

int main(int count, char **arguments)
{
    if (count < 4)
        return fprintf(stderr, "usage: %s PORT URL USER:PASSWORD [JOB...]\n", arguments[0]), 2;
    ringback_keyring *keys = NULL;
    must(ringback_keyring_new(S("example"), &keys), "keys");
    must(ringback_keyring_add_text(keys, S(getenv("RINGBACK_TICKET_KEYS")), NULL), "RINGBACK_TICKET_KEYS");
    ringback_receiver *receiver = make_receiver(keys, arguments[3]);
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigprocmask(SIG_BLOCK, &ending, NULL);
    struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1]))};
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_request, receiver, MHD_OPTION_SOCK_ADDR, &loopback, MHD_OPTION_THREAD_POOL_SIZE, 4U,
        MHD_OPTION_NOTIFY_COMPLETED, on_completion, NULL, MHD_OPTION_END);
    must(daemon != NULL ? RINGBACK_OK : RINGBACK_ERROR_INVALID_ARGUMENT, arguments[1]);
    for (int job = 4; job < count; job++)
        submit(receiver, keys, arguments[job], arguments[2]);
    printf("ready\n");
    do { /* Once a second: what is overdue, and what is lost. */
        ringback_swept swept;
        for (uint32_t budget = 1024; ringback_sweep(receiver, now(), &budget, &swept) == RINGBACK_OK;)
            fprintf(stderr, "%s\n", swept.event == RINGBACK_SWEPT_OVERDUE ? "overdue" : "lapsed or lost");
        fflush(stdout);
    } while (sigtimedwait(&ending, NULL, &(struct timespec){1, 0}) < 0);
    MHD_stop_daemon(daemon);
    ringback_receiver_free(receiver);
    ringback_keyring_free(keys);
    return EXIT_SUCCESS;
}
