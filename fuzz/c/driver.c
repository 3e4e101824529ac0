/*
 * Calls the C library as its contract allows, in an order and with arguments that the input chooses: objects that live,
 * numbers and structures of any content, texts that are UTF-8 or not. What is passed by value is not trusted by the
 * library, so it is also forged here.
 *
 * Objects are kept in a few places each and freed once. What was lent is looked at, byte for byte, before it is void.
 */

#include <stdlib.h>
#include <string.h>

#include <ringback.h>

#define PLACES 4
#define KEPT 8

static const uint8_t *input;
static size_t left;

/* The next byte of the input, as a choice. */
static uint8_t choose(void)
{
    if (left == 0) return 0;
    left--;
    return *input++;
}

/* A number of any size; small ones more often. */
static uint64_t number(void)
{
    static const uint64_t SPECIAL[] = {0, 1, 16, 127, 128, 65535, UINT32_MAX, INT64_MAX, UINT64_MAX, 1795000000000u};
    const uint8_t choice = choose();
    if (choice < 200) return choice % 32;
    if (choice < 240) return SPECIAL[choice % (sizeof SPECIAL / sizeof *SPECIAL)];
    return (uint64_t)choose() << 32 | (uint64_t)choose() << 8 | choose();
}

static ringback_now clock;

static ringback_now now(void)
{
    const uint64_t step = number();
    if (choose() < 16) {
        clock.wall = number();
        clock.monotonic = number();
    } else {
        clock.wall += step * 1000;
        clock.monotonic += step * 1000;
    }
    return clock;
}

static ringback_bytes some_bytes(void)
{
    size_t len = choose();
    ringback_bytes bytes;
    if (len == 0) {
        bytes.data = NULL;
        bytes.len = 0;
        return bytes;
    }
    if (len > 192) len = len * 16;
    if (len > left) len = left;
    bytes.data = input;
    bytes.len = len;
    input += len;
    left -= len;
    return bytes;
}

/* Texts that were lent and are not void yet. */
static ringback_str texts[KEPT];
static size_t text_count;

static volatile uint8_t seen;

static void keep_text(ringback_str lent)
{
    for (size_t at = 0; at < lent.len; at++) seen ^= lent.data[at];
    texts[text_count++ % KEPT] = lent;
}

static ringback_str text(void)
{
    static const char *const TEXTS[] = {"hook",       "pass",
                                        "key",        "swordfish",
                                        "POST",       "PUT",
                                        "/hook",      "/results/channels/0/alternatives/0",
                                        "call-42",    "https://example.com/hook",
                                        "http://[::1]:8080", "a=b:c",
                                        "transcript", "x:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
                                        "tag",        "01234567-89ab-cdef-0123-456789abcdef"};
    const uint8_t choice = choose();
    ringback_str made = {NULL, 0};
    if (choice < 16) return made;
    if (choice < 64) {
        const ringback_bytes bytes = some_bytes();
        made.data = bytes.data;
        made.len = bytes.len;
        return made;
    }
    if (choice < 128) return texts[choice % KEPT];
    return ringback_str_of(TEXTS[choice % (sizeof TEXTS / sizeof *TEXTS)]);
}

static ringback_value values[KEPT];
static size_t value_count;
static void keep_value(ringback_value value) { values[value_count++ % KEPT] = value; }

static ringback_value a_value(void)
{
    const uint8_t choice = choose();
    ringback_value value = values[choice % KEPT];
    if (choice >= 240) {
        /* Forged. */
        value.data = (const uint8_t *)((uintptr_t)value.data + choose() - 16);
        value.len += choose();
        value.type = choose() % 9;
    }
    return value;
}

static ringback_list lists[KEPT];
static size_t list_count;
static void keep_list(ringback_list list) { lists[list_count++ % KEPT] = list; }

static ringback_list *a_list(void)
{
    const uint8_t choice = choose();
    if (choice == 255) return NULL;
    if (choice >= 240) lists[choice % KEPT].at += choose() - (size_t)8;
    return &lists[choice % KEPT];
}

static ringback_claim kept_claim;

static ringback_claim a_claim(void)
{
    ringback_claim claim = kept_claim;
    const uint8_t choice = choose();
    if (choice >= 224) claim.delivery[choice % 16] ^= choose();
    if (choice >= 240) claim.fence = (uint32_t)number();
    return claim;
}

static ringback_scope kept_scope;
static ringback_metadata kept_metadata;
static ringback_request_id kept_request_id;

static const ringback_scope *a_scope(void)
{
    const uint8_t choice = choose();
    if (choice == 255) return NULL;
    if (choice >= 192) {
        kept_scope.by_ticket = choice & 1;
        kept_scope.ticket_id[0] = choose();
        kept_scope.sender = text();
        kept_scope.request_id = text();
    } else if (!kept_scope.by_ticket) {
        /* What they borrow from may be gone. */
        kept_scope.sender = text();
        kept_scope.request_id = text();
    }
    return &kept_scope;
}

static const ringback_metadata *a_metadata(void) { return choose() == 255 ? NULL : &kept_metadata; }
static const ringback_request_id *a_request_id(void)
{
    if (choose() >= 240) kept_request_id.len = choose();
    return &kept_request_id;
}

static const ringback_rule *a_rule(void)
{
    static ringback_rule rule;
    rule.kind = (ringback_kind)number();
    rule.tag = text();
    rule.extra_key = text();
    rule.extra_value = text();
    rule.job_prefix = text();
    rule.sender = text();
    return &rule;
}

static const ringback_ledger_options *a_ledger_options(void)
{
    static ringback_ledger_options options;
    options = ringback_ledger_options_default();
    options.submissions = choose() % 16;
    options.deliveries = choose() % 16;
    if (choose() >= 128) {
        options.lease = number();
        options.memory = number();
        options.patience = number();
        options.deliveries_each = (uint32_t)number();
        options.stream_deliveries_each = (uint32_t)number();
    }
    return &options;
}

/* Objects: a few places for each type. */
#define OBJECT(type)                                                                   \
    static ringback_##type *type##s[PLACES];                                           \
    static size_t type##_count;                                                        \
    static ringback_##type *a_##type(void)                                             \
    {                                                                                  \
        const uint8_t choice = choose();                                               \
        return choice == 255 ? NULL : type##s[choice % PLACES];                        \
    }                                                                                  \
    static void free_##type(size_t place)                                              \
    {                                                                                  \
        ringback_##type##_free(type##s[place % PLACES]);                               \
        type##s[place % PLACES] = NULL;                                                \
        void_lent();                                                                   \
    }                                                                                  \
    static void keep_##type(ringback_##type *made)                                     \
    {                                                                                  \
        const size_t place = type##_count++ % PLACES;                                  \
        free_##type(place);                                                            \
        type##s[place] = made;                                                         \
    }                                                                                  \
    static void free_##type##s(void)                                                   \
    {                                                                                  \
        for (size_t place = 0; place < PLACES; place++) free_##type(place);            \
        type##_count = 0;                                                              \
    }

/* The payload of a delivery, which belongs to that. */
static const ringback_payload *lent_payload;

static void void_lent(void)
{
    memset(texts, 0, sizeof texts);
    lent_payload = NULL;
    /* Values and lists are not looked into before the library has checked where they belong. */
}

OBJECT(config)
OBJECT(delivery)
OBJECT(keyring)
OBJECT(ledger)
OBJECT(payload)
OBJECT(receiver)
OBJECT(ticket)

static const ringback_payload *any_payload(void)
{
    if (lent_payload != NULL && choose() >= 128) return lent_payload;
    return a_payload();
}
#define a_payload any_payload

static const ringback_url *a_url(void)
{
    static ringback_url url;
    url.base = text();
    url.ticket = a_ticket();
    url.place = (ringback_place)number();
    url.extra_key = text();
    url.user = text();
    url.password = text();
    url.method = text();
    url.stream = choose() & 1;
    url.any_port = choose() & 1;
    url.encoded = choose() & 1;
    return &url;
}

/* Memory that was handed over to ledgers, until the end of the run. */
static void *memories[KEPT];
static size_t memory_count;

static const uint8_t *seed(size_t *len)
{
    static uint8_t bytes[RINGBACK_LEDGER_SEED];
    bytes[0] = choose();
    *len = choose() >= 8 ? sizeof bytes : choose() % sizeof bytes;
    return bytes;
}

static void call_ledger_open(void)
{
    const ringback_ledger_options *options = a_ledger_options();
    const size_t size = ringback_ledger_size(options);
    size_t seed_len;
    const uint8_t *random = seed(&seed_len);
    ringback_ledger *made = NULL;
    if (memory_count == KEPT || size == 0 || size > 1 << 20) return;
    uint8_t *memory = aligned_alloc(RINGBACK_LEDGER_ALIGN, (size + RINGBACK_LEDGER_ALIGN - 1) / RINGBACK_LEDGER_ALIGN * RINGBACK_LEDGER_ALIGN);
    if (memory == NULL) return;
    memories[memory_count++] = memory;
    /* Zeros, or what some other program left there. */
    memset(memory, 0, size);
    if (choose() >= 128) {
        for (size_t at = 0; at < size; at++) memory[at] = choose();
    }
    if (ringback_ledger_open(memory, size, options, random, seed_len, now(), &made) == RINGBACK_OK) keep_ledger(made);
}

static uint8_t saved[1 << 16];
static size_t saved_len;

static void call_ledger_new(void)
{
    const ringback_ledger_options *options = a_ledger_options();
    size_t seed_len;
    const uint8_t *random = seed(&seed_len);
    ringback_ledger *made = NULL;
    const bool again = choose() >= 128;
    if (again && saved_len > 0 && choose() >= 192) saved[number() % saved_len] ^= choose();
    if (ringback_ledger_new(options, random, seed_len, again ? saved : NULL, again ? saved_len : 0, now(), &made) ==
        RINGBACK_OK)
        keep_ledger(made);
}

static void call_receiver_save(void)
{
    const ringback_receiver *receiver = a_receiver();
    size_t len = 0;
    const size_t size = ringback_receiver_saved_size(receiver);
    const size_t capacity = choose() >= 32 ? sizeof saved : size / 2;
    if (capacity <= sizeof saved && ringback_receiver_save(receiver, saved, capacity, &len) == RINGBACK_OK) {
        if (len > capacity) abort();
        saved_len = len;
    }
}

static void call_receiver_new(void)
{
    const ringback_config *config = a_config();
    const size_t place = choose() % PLACES;
    ringback_receiver *made = NULL;
    if (ringback_receiver_new(config, ledgers[place], &made) == RINGBACK_OK) {
        ledgers[place] = NULL;
        keep_receiver(made);
    }
}

static void tell(void *userdata, ringback_head *head)
{
    (void)userdata;
    for (uint8_t count = choose() % 6; count > 0; count--) {
        switch (choose() % 6) {
        case 0: ringback_head_add(head, ringback_str_of("authorization"), ringback_str_of("Basic aG9vazpwYXNz")); break;
        case 1:
            for (size_t place = 0; place < PLACES; place++) {
                if (tickets[place] == NULL) continue;
                ringback_head_add(head, ringback_str_of("authorization"), ringback_ticket_authorization(tickets[place]));
                break;
            }
            break;
        case 2: ringback_head_add(head, ringback_str_of("content-type"), ringback_str_of("application/json")); break;
        case 3: ringback_head_add(head, ringback_str_of("content-length"), text()); break;
        case 4: ringback_head_add(head, ringback_str_of("content-encoding"), ringback_str_of("gzip")); break;
        default: ringback_head_add(head, text(), text()); break;
        }
    }
}

static void call_begin(void)
{
    const ringback_receiver *receiver = a_receiver();
    const ringback_str method = choose() >= 16 ? ringback_str_of("POST") : text();
    const ringback_str target = text();
    ringback_delivery *made = NULL;
    ringback_answer answer;
    if (ringback_begin(receiver, method, target, tell, NULL, now(), &made, &answer) != RINGBACK_OK) return;
    if ((made == NULL) != (answer.status != 0)) abort();
    if (made != NULL) keep_delivery(made);
}

static void finish(ringback_delivery *delivery)
{
    ringback_decision decision;
    if (ringback_finish(delivery, now(), &decision) != RINGBACK_OK || !decision.handle) return;
    kept_claim = decision.work.claim;
    lent_payload = decision.work.payload;
    for (size_t at = 0; at < decision.work.body.len; at++) seen ^= decision.work.body.data[at];
    keep_text(decision.work.job);
    keep_text(decision.work.sender);
}

static void call_finish(void) { finish(a_delivery()); }

static const char DOCUMENT[] =
    "{\"metadata\":{\"request_id\":\"01234567-89ab-cdef-0123-456789abcdef\",\"models\":[\"m\"],\"extra\":{\"k\":\"v\\u0041\"},"
    "\"model_info\":{\"m\":{\"name\":\"n\"}}},\"results\":{\"channels\":[{\"alternatives\":[{\"transcript\":\"a b\","
    "\"words\":[{\"word\":\"a\",\"start\":0.5,\"end\":1,\"speaker\":0},{\"word\":\"b\\n\"}]}]}],"
    "\"utterances\":[{\"words\":[]}],\"summary\":{\"short\":\"s\"}}}";

static void tell_honestly(void *userdata, ringback_head *head)
{
    (void)userdata;
    ringback_head_add(head, ringback_str_of("authorization"), ringback_str_of("Basic aG9vazpwYXNz"));
}

/* A whole delivery, as it should be; its document ends in spaces, so that several of them differ. */
static void call_deliver(void)
{
    const ringback_receiver *receiver = a_receiver();
    const size_t spaces = choose() % 4;
    ringback_delivery *made = NULL;
    ringback_answer answer;
    if (ringback_begin(receiver, ringback_str_of("POST"), ringback_str_of("/hook"), tell_honestly, NULL, now(), &made,
                       &answer) != RINGBACK_OK ||
        made == NULL)
        return;
    keep_delivery(made);
    if (ringback_feed(made, (const uint8_t *)DOCUMENT, sizeof DOCUMENT - 1, &answer) != RINGBACK_OK) return;
    if (spaces > 0 && ringback_feed(made, (const uint8_t *)"   ", spaces, &answer) != RINGBACK_OK) return;
    finish(made);
}

static void call_str_of(void)
{
    char terminated[16];
    for (size_t at = 0; at < sizeof terminated - 1; at++) terminated[at] = (char)choose();
    terminated[sizeof terminated - 1] = 0;
    const ringback_str made = ringback_str_of(choose() >= 16 ? terminated : NULL);
    for (size_t at = 0; at < made.len; at++) seen ^= made.data[at];
}

static void call_url_write(void)
{
    const ringback_url *url = a_url();
    const size_t capacity = choose() >= 64 ? 8192 : choose();
    char *buffer = malloc(capacity + 1);
    size_t len = 0;
    size_t error_at = 0;
    uint32_t warnings = 0;
    if (buffer == NULL) return;
    if (ringback_url_write(url, buffer, capacity, &len, choose() & 1 ? &warnings : NULL, &error_at) == RINGBACK_OK) {
        if (len >= capacity || strlen(buffer) != len) abort();
    }
    free(buffer);
}

static void call_words_fill(void)
{
    const ringback_payload *payload = a_payload();
    ringback_list *list = a_list();
    const size_t capacity = choose() % 8;
    const uint8_t which = choose();
    size_t count = 0;
    double *numbers = malloc((3 * capacity + 1) * sizeof *numbers);
    int64_t *integers = malloc((3 * capacity + 1) * sizeof *integers);
    ringback_str *words = malloc((2 * capacity + 1) * sizeof *words);
    if (numbers != NULL && integers != NULL && words != NULL) {
        const ringback_columns columns = {
            .capacity = capacity,
            .start = which & 1 ? numbers : NULL,
            .end = which & 2 ? numbers + capacity : NULL,
            .confidence = which & 4 ? numbers + 2 * capacity : NULL,
            .start_millis = which & 8 ? integers : NULL,
            .end_millis = which & 16 ? integers + capacity : NULL,
            .speaker = which & 32 ? integers + 2 * capacity : NULL,
            .word = which & 64 ? words : NULL,
            .punctuated_word = which & 128 ? words + capacity : NULL,
        };
        if (ringback_words_fill(payload, list, &columns, &count) == RINGBACK_OK) {
            if (count == 0 || count > capacity) abort();
            for (size_t at = 0; at < count; at++) {
                if (columns.word != NULL) keep_text(columns.word[at]);
                if (columns.punctuated_word != NULL) keep_text(columns.punctuated_word[at]);
            }
        }
    }
    free(numbers);
    free(integers);
    free(words);
}

static void call_position(void)
{
    const ringback_bytes bytes = some_bytes();
    size_t line, column;
    (void)ringback_position(bytes.data, bytes.len, (size_t)number(), &line, &column);
}

#include "calls.h"

/* A receiver that lets `hook:pass` in, and tickets of a key, so that not every run has to find out how one is made. */
static void prepare(void)
{
    static const uint8_t RANDOM[32] = {7};
    ringback_ledger_options options = ringback_ledger_options_default();
    ringback_config *config = NULL;
    ringback_keyring *keyring = NULL;
    ringback_ledger *ledger = NULL;
    ringback_receiver *receiver = NULL;
    ringback_ticket *ticket = NULL;
    options.submissions = options.deliveries = 4;
    if (ringback_config_new(&config) != RINGBACK_OK || ringback_keyring_new(ringback_str_of(""), &keyring) != RINGBACK_OK)
        abort();
    if (ringback_keyring_add(keyring, RANDOM, sizeof RANDOM) != RINGBACK_OK ||
        ringback_ticket_mint(keyring, RINGBACK_USE_DOCUMENT, ringback_str_of("call-42"), 0, RANDOM, RINGBACK_TICKET_ID, 0,
                             &ticket) != RINGBACK_OK ||
        ringback_config_set_seed(config, RANDOM, sizeof RANDOM) != RINGBACK_OK ||
        ringback_config_set_keyring(config, keyring) != RINGBACK_OK ||
        ringback_config_add_basic_text(config, ringback_str_of("hook:pass")) != RINGBACK_OK ||
        ringback_ledger_new(&options, RANDOM, RINGBACK_LEDGER_SEED, NULL, 0, clock, &ledger) != RINGBACK_OK ||
        ringback_receiver_new(config, ledger, &receiver) != RINGBACK_OK)
        abort();
    kept_scope = ringback_scope_of_ticket(ticket);
    keep_config(config);
    keep_keyring(keyring);
    keep_receiver(receiver);
    keep_ticket(ticket);
}

/* One run: calls until the input ends, and then everything is given back. */
void drive(const uint8_t *data, size_t len)
{
    ringback_payload *payload = NULL;
    ringback_results results;
    input = data;
    left = len;
    clock.wall = 1795000000000u;
    clock.monotonic = 0;
    /* Nothing of the run before. */
    memset(values, 0, sizeof values);
    memset(lists, 0, sizeof lists);
    memset(&kept_claim, 0, sizeof kept_claim);
    memset(&kept_scope, 0, sizeof kept_scope);
    memset(&kept_metadata, 0, sizeof kept_metadata);
    memset(&kept_request_id, 0, sizeof kept_request_id);
    value_count = list_count = text_count = saved_len = 0;

    if (ringback_payload_parse((const uint8_t *)DOCUMENT, sizeof DOCUMENT - 1, &payload, NULL) != RINGBACK_OK) abort();
    if (ringback_payload_results(payload, &results) != RINGBACK_OK) abort();
    keep_payload(payload);
    keep_list(results.channels);
    keep_list(results.utterances);
    keep_value(results.object);
    keep_value(results.summary);

    prepare();

    while (left > 0) call(choose() % CALLS);

    free_deliverys();
    free_receivers();
    free_ledgers();
    free_configs();
    free_keyrings();
    free_tickets();
    free_payloads();
    for (size_t at = 0; at < memory_count; at++) free(memories[at]);
    memory_count = 0;
}
