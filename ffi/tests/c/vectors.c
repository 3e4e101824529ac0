/*
 * The vectors of tests/vectors, which every language runs. They are read with the library itself.
 *
 * Usage: vectors FOLDER. What C has no call for is left out, and counted: what a parsed Authorization header holds, whether
 * a number is whole, decoding into a buffer of a given size, the routing of properties without a delivery, receivers with an inbox.
 */

#include "facts.h"

#include <math.h>

static const char *folder;
static const char *topic;
static char place[256];
static int cases, left_out;

/* A file of vectors, or a case of it: a value and the payload that it is in. */
typedef struct node {
    const ringback_payload *payload;
    ringback_value value;
} node;

typedef struct buffer {
    uint8_t *data;
    size_t len;
} buffer;

/* Says that a case is not as the vectors say, and goes on. */
#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s: %s (line %d): not so: %s\n", topic, place, __LINE__, #condition);                      \
            failures++;                                                                                                \
        }                                                                                                              \
    } while (0)

/* Reading a case */

static node member(node of, const char *name)
{
    node found = {of.payload, {NULL, 0, 0}};
    if (ringback_value_get(of.payload, of.value, S(name), &found.value) == RINGBACK_OK &&
        found.value.type == RINGBACK_TYPE_NULL)
        found.value.data = NULL;
    return found;
}

static bool there(node of)
{
    return of.value.data != NULL;
}

static bool has(node of, const char *name)
{
    return there(member(of, name));
}

static ringback_str text_of(node of)
{
    ringback_str text = {NULL, 0};
    ringback_value_str(of.payload, of.value, &text);
    return text;
}

static ringback_str text(node of, const char *name)
{
    return text_of(member(of, name));
}

static uint64_t number(node of, const char *name, uint64_t otherwise)
{
    uint64_t found = otherwise;
    node value = member(of, name);
    if (there(value))
        EXPECT(ringback_value_u64(value.payload, value.value, &found) == RINGBACK_OK);
    return found;
}

static bool truth(node of, const char *name)
{
    bool found = false;
    node value = member(of, name);
    if (there(value))
        EXPECT(ringback_value_bool(value.payload, value.value, &found) == RINGBACK_OK);
    return found;
}

/* Begins a walk over the elements of an array; next() takes them. */
static ringback_list elements(node of)
{
    ringback_list list = {0};
    if (there(of))
        EXPECT(ringback_value_elements(of.payload, of.value, &list) == RINGBACK_OK);
    return list;
}

static bool next(node of, ringback_list *list, node *out)
{
    out->payload = of.payload;
    return ringback_element_next(of.payload, list, &out->value) == RINGBACK_OK;
}

static node element(node of, size_t index)
{
    ringback_list list = elements(of);
    node found = {of.payload, {NULL, 0, 0}};
    for (size_t at_element = 0; at_element <= index; at_element++)
        if (!next(of, &list, &found))
            found.value.data = NULL;
    return found;
}

static void add(buffer *to, const uint8_t *data, size_t len)
{
    to->data = realloc(to->data, to->len + len + 1);
    if (to->data == NULL)
        abort();
    if (len > 0)
        memcpy(to->data + to->len, data, len);
    to->len += len;
    to->data[to->len] = 0;
}

static int digit(uint8_t character)
{
    return character <= '9' ? character - '0' : character - 'a' + 10;
}

static buffer from_hex(ringback_str digits)
{
    buffer bytes = {NULL, 0};
    add(&bytes, NULL, 0);
    for (size_t i = 0; i + 1 < digits.len; i += 2) {
        uint8_t byte = (uint8_t)(digit(digits.data[i]) << 4 | digit(digits.data[i + 1]));
        add(&bytes, &byte, 1);
    }
    return bytes;
}

static buffer bytes_of(node of)
{
    buffer bytes = {NULL, 0};
    add(&bytes, NULL, 0);
    if (has(of, "hex")) {
        free(bytes.data);
        return from_hex(text(of, "hex"));
    }
    if (has(of, "utf8")) {
        ringback_str utf8 = text(of, "utf8");
        add(&bytes, utf8.data, utf8.len);
    }
    node parts = member(of, "repeat"), part;
    ringback_list list = elements(parts);
    while (there(parts) && next(parts, &list, &part)) {
        uint64_t times = 0;
        ringback_str piece = text_of(element(part, 0));
        node count = element(part, 1);
        ringback_value_u64(count.payload, count.value, &times);
        for (uint64_t time = 0; time < times; time++)
            add(&bytes, piece.data, piece.len);
    }
    return bytes;
}

static bool same_bytes(const uint8_t *data, size_t len, ringback_str text_or_none)
{
    return len == text_or_none.len && (len == 0 || memcmp(data, text_or_none.data, len) == 0);
}

static ringback_str spelt(buffer hex_of, char *room)
{
    for (size_t i = 0; i < hex_of.len; i++)
        sprintf(room + 2 * i, "%02x", hex_of.data[i]);
    room[2 * hex_of.len] = 0;
    return S(room);
}

/* Whether two JSON values are the same, numbers by their value. */
static bool same(node one, node other)
{
    if (one.value.type != other.value.type)
        return false;
    if (one.value.type == RINGBACK_TYPE_NUMBER) {
        double a = 0, b = 1;
        ringback_value_f64(one.payload, one.value, &a);
        ringback_value_f64(other.payload, other.value, &b);
        return a == b;
    }
    if (one.value.type == RINGBACK_TYPE_STRING)
        return ringback_str_equal(text_of(one), text_of(other));
    if (one.value.type == RINGBACK_TYPE_ARRAY) {
        ringback_list mine = elements(one), theirs = elements(other);
        node a, b;
        bool more;
        while ((more = next(one, &mine, &a)) == next(other, &theirs, &b) && more)
            if (!same(a, b))
                return false;
        return !more && !next(other, &theirs, &b);
    }
    if (one.value.type == RINGBACK_TYPE_OBJECT) {
        ringback_list mine, theirs;
        ringback_value_members(one.payload, one.value, &mine);
        ringback_value_members(other.payload, other.value, &theirs);
        ringback_str name;
        node a = one, b = other;
        size_t count = 0;
        while (ringback_member_next(other.payload, &theirs, &name, &b.value) == RINGBACK_OK)
            count++;
        while (ringback_member_next(one.payload, &mine, &name, &a.value) == RINGBACK_OK) {
            if (ringback_value_get(other.payload, other.value, name, &b.value) != RINGBACK_OK || !same(a, b))
                return false;
            count--;
        }
        return count == 0;
    }
    return same_bytes(one.value.data, one.value.len, S("null")) || one.value.len == other.value.len;
}

/* Whether a result is the error that a case names, or success if it names none. */
static bool as_told(ringback_result result, node of)
{
    if (!has(of, "error"))
        return result == RINGBACK_OK;
    return ringback_str_equal(ringback_result_name(result), text(of, "error"));
}

/* Texts, values, payloads */

static void json_error(node of)
{
    buffer body = bytes_of(member(of, "body"));
    ringback_payload *payload = NULL;
    size_t error_at = 0, line = 0, column = 0;
    ringback_result result = ringback_payload_parse(body.data, body.len, &payload, &error_at);
    EXPECT(as_told(result, of) && result == number(of, "code", 0) && error_at == number(of, "offset", 99));
    EXPECT(ringback_position(body.data, body.len, error_at, &line, &column) == RINGBACK_OK);
    EXPECT(line == number(of, "line", 0) && column == number(of, "column", 0));
    ringback_payload_free(payload);
    free(body.data);
}

/* Parses a body for the time of one case. */
static node parsed(buffer body)
{
    ringback_payload *payload = NULL;
    node root = {NULL, {NULL, 0, 0}};
    EXPECT(ringback_payload_parse(body.data, body.len, &payload, NULL) == RINGBACK_OK);
    root.payload = payload;
    EXPECT(ringback_payload_pointer(payload, S(""), &root.value) == RINGBACK_OK);
    return root;
}

static void release(node root, buffer body)
{
    ringback_payload_free((ringback_payload *)(uintptr_t)root.payload);
    free(body.data);
}

static void json_value(node of)
{
    static const char *const TYPES[] = {"", "null", "bool", "number", "string", "array", "object"};
    buffer body = bytes_of(member(of, "body"));
    node root = parsed(body), ignored = root;
    EXPECT(is(text(of, "type"), TYPES[root.value.type]));
    size_t count = 0;
    ringback_list list;
    ringback_str name;
    if (ringback_value_elements(root.payload, root.value, &list) == RINGBACK_OK)
        while (next(root, &list, &ignored))
            count++;
    if (ringback_value_members(root.payload, root.value, &list) == RINGBACK_OK)
        while (ringback_member_next(root.payload, &list, &name, &ignored.value) == RINGBACK_OK)
            count++;
    EXPECT(count == number(of, "count", 0));
    release(root, body);
}

static void string(node of)
{
    if (has(of, "buffer") && has(of, "error")) {
        left_out++;
        return;
    }
    buffer body = bytes_of(member(of, "body"));
    node root = parsed(body);
    EXPECT(ringback_str_equal(text_of(root), text(of, "text")));
    EXPECT(text_of(root).len == number(of, "length", text_of(root).len));
    release(root, body);
}

static void a_number(node of)
{
    ringback_str name = text(of, "name");
    buffer body = {NULL, 0};
    add(&body, name.data, name.len);
    node root = parsed(body);
    char found[64];
    double real;
    if (ringback_value_f64(root.payload, root.value, &real) == RINGBACK_OK) {
        uint64_t bits;
        memcpy(&bits, &real, sizeof bits);
        snprintf(found, sizeof found, "%016llx", (unsigned long long)bits);
        EXPECT(is(text(of, "f64"), found));
    } else {
        EXPECT(!has(of, "f64"));
    }
    int64_t whole;
    uint64_t natural;
    snprintf(found, sizeof found, "%s", "");
    if (ringback_value_i64(root.payload, root.value, &whole) == RINGBACK_OK)
        snprintf(found, sizeof found, "%lld", (long long)whole);
    EXPECT(is(text(of, "i64"), found));
    snprintf(found, sizeof found, "%s", "");
    if (ringback_value_u64(root.payload, root.value, &natural) == RINGBACK_OK)
        snprintf(found, sizeof found, "%llu", (unsigned long long)natural);
    EXPECT(is(text(of, "u64"), found));
    snprintf(found, sizeof found, "%s", "");
    if (ringback_value_millis(root.payload, root.value, &whole) == RINGBACK_OK)
        snprintf(found, sizeof found, "%lld", (long long)whole);
    EXPECT(is(text(of, "millis"), found));
    release(root, body);
}

static void pointer(node of)
{
    buffer body = bytes_of(member(of, "body"));
    node root = parsed(body);
    ringback_value found = {NULL, 0, 0}, again = {NULL, 0, 0};
    ringback_result result = ringback_payload_pointer(root.payload, text(of, "pointer"), &found);
    EXPECT(result == ringback_value_pointer(root.payload, root.value, text(of, "pointer"), &again));
    EXPECT(found.data == again.data && found.len == again.len);
    if (result == RINGBACK_NONE)
        EXPECT(!has(of, "raw") && !has(of, "error"));
    else
        EXPECT(as_told(result, of));
    EXPECT(same_bytes(found.data, found.len, text(of, "raw")));
    release(root, body);
}

static void payload_facts(node of)
{
    buffer body = bytes_of(member(of, "body"));
    node root = parsed(body), found;
    writer stated = {NULL, 0, 0};
    facts(&stated, root.payload);
    buffer copy = {(uint8_t *)stated.data, stated.len};
    found = parsed(copy);
    if (!same(found, member(of, "facts"))) {
        EXPECT(!"the facts are the same");
        fprintf(stderr, "%s\n", stated.data);
    }
    release(found, copy);
    release(root, body);
}

/* Names and credentials */

static void request_id(node of)
{
    ringback_request_id id;
    char hex[64];
    ringback_result result = ringback_request_id_parse(text(of, "text"), &id);
    EXPECT(as_told(result, of));
    if (result != RINGBACK_OK)
        return;
    buffer uuid = {id.uuid, id.is_uuid ? sizeof id.uuid : 0};
    EXPECT(is(text(of, "canonical"), id.text));
    EXPECT(ringback_str_equal(text(of, "uuid"), spelt(uuid, hex)));
}

static ringback_keyring *keyring(ringback_str audience)
{
    ringback_keyring *keys = NULL;
    EXPECT(ringback_keyring_new(audience, &keys) == RINGBACK_OK);
    return keys;
}

static ringback_result add_key(ringback_keyring *keys, ringback_str hex)
{
    buffer master = from_hex(hex);
    ringback_result result = ringback_keyring_add(keys, master.data, master.len);
    free(master.data);
    return result;
}

static void add_keys(ringback_keyring *keys, node list_of)
{
    ringback_list list = elements(list_of);
    node key_of;
    while (there(list_of) && next(list_of, &list, &key_of))
        EXPECT(add_key(keys, text_of(key_of)) == RINGBACK_OK);
}

static void job(node of)
{
    static const uint8_t ID[12] = {1};
    ringback_str nobody = {NULL, 0};
    ringback_keyring *keys = keyring(nobody);
    uint8_t master[32] = {1};
    ringback_ticket *ticket = NULL;
    ringback_keyring_add(keys, master, sizeof master);
    EXPECT(as_told(ringback_ticket_mint(keys, 1, text(of, "text"), 0, ID, sizeof ID, 0, &ticket), of));
    ringback_ticket_free(ticket);
    ringback_keyring_free(keys);
}

/* The id of a key shows in a ticket that it mints. */
static void ticket_key(node of)
{
    ringback_keyring *keys = NULL;
    ringback_result result = ringback_keyring_new(text(of, "audience"), &keys);
    size_t error_at = SIZE_MAX;
    if (result == RINGBACK_OK)
        result = has(of, "file") ? ringback_keyring_add_text(keys, text(of, "file"), &error_at)
                                 : add_key(keys, text(of, "key"));
    if (result == RINGBACK_ERROR_KEYRING_EMPTY && !has(of, "error") && there(member(of, "keys"))) {
        /* A file without keys is fine in itself; loading it is not. */
        node none;
        ringback_list list = elements(member(of, "keys"));
        EXPECT(!next(member(of, "keys"), &list, &none));
        result = RINGBACK_OK;
    } else {
        EXPECT(as_told(result, of));
        if (result != RINGBACK_OK && has(of, "file"))
            EXPECT(error_at == number(of, "offset", 0));
        if (result == RINGBACK_OK) {
            static const uint8_t ID[12] = {1};
            ringback_ticket *ticket = NULL;
            EXPECT(ringback_ticket_mint(keys, 1, S("j"), 0, ID, sizeof ID, 0, &ticket) == RINGBACK_OK);
            node first = has(of, "file") ? element(member(of, "keys"), 0) : of;
            ringback_str user = ringback_ticket_user(ticket);
            EXPECT(user.len > 9 && same_bytes(user.data + 5, 4, text(first, "kid")));
            ringback_ticket_free(ticket);
        }
    }
    ringback_keyring_free(keys);
}

static ringback_use use_of(uint8_t letter)
{
    return letter == 'd' ? RINGBACK_USE_DOCUMENT
           : letter == 's' ? RINGBACK_USE_STREAM
           : letter == 'r' ? RINGBACK_USE_REPLAY
                           : RINGBACK_USE_TEST;
}

static void ticket_minted(node of)
{
    ringback_keyring *keys = keyring(text(of, "audience"));
    ringback_ticket *ticket = NULL;
    EXPECT(add_key(keys, text(of, "key")) == RINGBACK_OK);
    buffer id = from_hex(text(of, "tid"));
    /* 0 is never in C; the first millisecond of 1970 is in the same second as the beginning. */
    uint64_t expiry = has(of, "expiry") && number(of, "expiry", 0) == 0 ? 1 : number(of, "expiry", 0);
    ringback_result result = ringback_ticket_mint(keys, use_of(text(of, "use").data[0]), text(of, "job"), expiry, id.data,
                                                  id.len, number(of, "now", 0), &ticket);
    EXPECT(as_told(result, of));
    EXPECT(ringback_str_equal(ringback_ticket_user(ticket), text(of, "user")));
    EXPECT(ringback_str_equal(ringback_ticket_password(ticket), text(of, "password")));
    EXPECT(ringback_str_equal(ringback_ticket_authorization(ticket), text(of, "authorization")));
    ringback_ticket_free(ticket);
    ringback_keyring_free(keys);
    free(id.data);
}

static void ticket_verified(node of)
{
    ringback_keyring *keys = keyring(text(of, "audience"));
    add_keys(keys, member(of, "keys"));
    ringback_verified verified;
    char hex[64];
    ringback_result result =
        ringback_ticket_verify(keys, text(of, "user"), text(of, "password"), number(of, "now", 0), &verified);
    ringback_str uses = text(of, "uses");
    if (result == RINGBACK_OK && verified.expired && verified.lateness > number(of, "grace", 0)) {
        result = RINGBACK_ERROR_TICKET_EXPIRED;
    } else if (result == RINGBACK_OK && has(of, "uses")) {
        bool let_in = false;
        for (size_t i = 0; i < uses.len; i++)
            let_in |= use_of(uses.data[i]) == verified.ticket_use;
        if (!let_in)
            result = RINGBACK_ERROR_TICKET_USE_WRONG;
    }
    EXPECT(as_told(result, of));
    node says = member(of, "ticket");
    if (result == RINGBACK_OK) {
        buffer id = {verified.id, sizeof verified.id};
        EXPECT(verified.ticket_use == use_of(text(says, "use").data[0]) && is(text(says, "kid"), verified.key_id));
        EXPECT(verified.expiry == number(says, "expiry", 0) && is(text(says, "job"), verified.job));
        EXPECT(ringback_str_equal(text(says, "tid"), spelt(id, hex)) && verified.key == number(says, "key", 9));
        EXPECT(verified.expired == has(says, "lateness") && verified.lateness == number(says, "lateness", 0));
    }
    ringback_keyring_free(keys);
}

static void callback_url(node of)
{
    uint8_t master[32], id[12];
    for (size_t i = 0; i < sizeof master; i++)
        master[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof id; i++)
        id[i] = (uint8_t)(0xf0 + i);
    ringback_keyring *keys = keyring(S("production"));
    ringback_ticket *ticket = NULL;
    uint64_t now = at(0).wall;
    ringback_keyring_add(keys, master, sizeof master);
    EXPECT(ringback_ticket_mint(keys, 1, S("call-42"), now + 86400000, id, sizeof id, now, &ticket) == RINGBACK_OK);

    ringback_url url;
    memset(&url, 0, sizeof url);
    url.base = text(of, "base");
    url.method = text(of, "method");
    url.any_port = truth(of, "any_port");
    url.stream = truth(of, "stream");
    if (has(of, "ticket") || has(of, "ticket_in_path") || has(of, "ticket_in_extra"))
        url.ticket = ticket;
    if (has(of, "ticket_in_path"))
        url.place = RINGBACK_PLACE_PATH;
    if (has(of, "ticket_in_extra")) {
        url.place = RINGBACK_PLACE_EXTRA;
        url.extra_key = text_of(element(member(of, "ticket_in_extra"), 0));
    }
    if (has(of, "basic")) {
        url.user = text_of(element(member(of, "basic"), 0));
        url.password = text_of(element(member(of, "basic"), 1));
    }
    /* What goes along is checked call by call in C; the first refusal counts. */
    char written[4096];
    size_t error_at = 0;
    uint32_t warnings = 0;
    ringback_result result = RINGBACK_OK;
    node list_of = member(of, "extras"), item;
    ringback_list list = elements(list_of);
    while (result == RINGBACK_OK && there(list_of) && next(list_of, &list, &item))
        result = ringback_extra_check(text_of(element(item, 0)), text_of(element(item, 1)), &error_at);
    list_of = member(of, "tags");
    list = elements(list_of);
    while (result == RINGBACK_OK && there(list_of) && next(list_of, &list, &item))
        result = ringback_tag_check(text_of(item), &error_at);
    if (result == RINGBACK_OK)
        result = ringback_url_write(&url, written, sizeof written, NULL, &warnings, &error_at);
    EXPECT(as_told(result, of));
    if (result == RINGBACK_OK) {
        EXPECT(is(text(of, "raw"), written));
        url.encoded = true;
        EXPECT(ringback_url_write(&url, written, sizeof written, NULL, NULL, NULL) == RINGBACK_OK);
        EXPECT(is(text(of, "encoded"), written));
        uint32_t expected = 0;
        list_of = member(of, "warnings");
        list = elements(list_of);
        while (there(list_of) && next(list_of, &list, &item))
            expected |= is(text_of(item), "url_long") ? RINGBACK_WARNING_URL_LONG : RINGBACK_WARNING_CREDENTIALS_IN_CLEAR;
        EXPECT(warnings == expected);
        EXPECT(has(of, "pair") == (url.place == RINGBACK_PLACE_EXTRA));
        if (has(of, "pair")) {
            EXPECT(ringback_str_equal(text_of(element(member(of, "pair"), 0)), url.extra_key));
            EXPECT(ringback_str_equal(text_of(element(member(of, "pair"), 1)), ringback_ticket_text(ticket)));
        }
    } else {
        EXPECT(error_at == number(of, "offset", 0));
    }
    ringback_ticket_free(ticket);
    ringback_keyring_free(keys);
}

/* Receivers */

static int route_numbers[64];

static ringback_config *config_of(node setup)
{
    ringback_config *config = NULL;
    uint8_t seed[32];
    memset(seed, 1, sizeof seed);
    EXPECT(ringback_config_new(&config) == RINGBACK_OK);
    EXPECT(ringback_config_set_seed(config, seed, sizeof seed) == RINGBACK_OK);
    node list_of = member(setup, "basic"), item;
    ringback_list list = elements(list_of);
    while (there(list_of) && next(list_of, &list, &item))
        EXPECT(ringback_config_add_basic_text(config, text_of(item)) == RINGBACK_OK);
    if (has(setup, "keys")) {
        ringback_keyring *keys = keyring(text(setup, "audience"));
        add_keys(keys, member(setup, "keys"));
        EXPECT(ringback_config_set_keyring(config, keys) == RINGBACK_OK);
        ringback_keyring_free(keys);
    }
    node secret = member(setup, "extra_secret");
    if (there(secret))
        EXPECT(ringback_config_set_extra_secret(config, text_of(element(secret, 0)), text_of(element(secret, 1))) ==
               RINGBACK_OK);
    EXPECT(ringback_config_accept_tickets_in(config, truth(setup, "ticket_in_path"), text(setup, "ticket_in_extra")) ==
           RINGBACK_OK);
    if (truth(setup, "let_anybody_post"))
        EXPECT(ringback_config_let_anybody_post(config) == RINGBACK_OK);
    list_of = member(setup, "routes");
    list = elements(list_of);
    while (there(list_of) && next(list_of, &list, &item)) {
        ringback_rule rule;
        memset(&rule, 0, sizeof rule);
        if (has(item, "kind"))
            EXPECT(ringback_kind_of(text(item, "kind"), &rule.kind) == RINGBACK_OK);
        rule.tag = text(item, "tag");
        rule.job_prefix = text(item, "job_prefix");
        rule.sender = text(item, "sender");
        if (has(item, "extra")) {
            rule.extra_key = text_of(element(member(item, "extra"), 0));
            rule.extra_value = text_of(element(member(item, "extra"), 1));
        }
        EXPECT(ringback_route_add(config, &rule, &route_numbers[number(item, "to", 0)]) == RINGBACK_OK);
    }
    EXPECT(ringback_route_fallback(config, &route_numbers[number(setup, "fallback", 0)]) == RINGBACK_OK);
    EXPECT(ringback_config_set_limits(config, number(setup, "body_limit", 0), number(setup, "unproven_body_limit", 0),
                                      number(setup, "grace", 0)) == RINGBACK_OK);
    EXPECT(ringback_config_remember_interim(config, truth(setup, "remember_interim")) == RINGBACK_OK);
    EXPECT(ringback_config_require_expected(config, truth(setup, "require_expected")) == RINGBACK_OK);
    EXPECT(ringback_config_server_decodes_gzip(config, true) == RINGBACK_OK);
    return config;
}

static ringback_receiver *receiver_of(node setup)
{
    ringback_config *config = config_of(setup);
    ringback_ledger_options options = ringback_ledger_options_default();
    options.submissions = (uint32_t)number(setup, "submissions", 64);
    options.deliveries = (uint32_t)number(setup, "deliveries", 64);
    uint8_t seed[16];
    memset(seed, 2, sizeof seed);
    ringback_ledger *ledger = NULL;
    ringback_receiver *receiver = NULL;
    EXPECT(ringback_ledger_new(&options, seed, sizeof seed, NULL, 0, at(0), &ledger) == RINGBACK_OK);
    EXPECT(ringback_receiver_new(config, ledger, &receiver) == RINGBACK_OK);
    ringback_config_free(config);
    return receiver;
}

static void tell(void *headers, ringback_head *head)
{
    node list_of = *(const node *)headers, pair;
    ringback_list list = elements(list_of);
    while (there(list_of) && next(list_of, &list, &pair))
        EXPECT(ringback_head_add(head, text_of(element(pair, 0)), text_of(element(pair, 1))) == RINGBACK_OK);
}

/* Delivers what a case or a step describes. What is given back is to be freed. */
static ringback_delivery *deliver(ringback_receiver *to, node step, ringback_now now, ringback_decision *decision)
{
    node headers = member(step, "headers");
    ringback_str method = has(step, "method") ? text(step, "method") : S("POST");
    ringback_str target = has(step, "target") ? text(step, "target") : S("/hook");
    ringback_delivery *delivery = NULL;
    memset(decision, 0, sizeof *decision);
    EXPECT(ringback_begin(to, method, target, tell, &headers, now, &delivery, &decision->answer) == RINGBACK_OK);
    if (delivery == NULL)
        return NULL;
    buffer body = bytes_of(member(step, "body"));
    EXPECT(ringback_feed(delivery, body.data, body.len, &decision->answer) == RINGBACK_OK);
    free(body.data);
    if (decision->answer.status == 0)
        EXPECT(ringback_finish(delivery, now, decision) == RINGBACK_OK);
    return delivery;
}

static void basic_pair(node of)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    ringback_config *config = NULL;
    EXPECT(ringback_config_new(&config) == RINGBACK_OK);
    node list_of = member(of, "pairs"), item;
    ringback_list list = elements(list_of);
    ringback_result result = RINGBACK_OK;
    while (result == RINGBACK_OK && next(list_of, &list, &item))
        result = ringback_config_add_basic_text(config, text_of(item));
    EXPECT(as_told(result, of));
    ringback_config_free(config);
    buffer sent = bytes_of(member(of, "user")), password = bytes_of(member(of, "password"));
    list = elements(list_of);
    bool sendable = result == RINGBACK_OK && next(list_of, &list, &item) && memchr(sent.data, ':', sent.len) == NULL;
    add(&sent, (const uint8_t *)":", 1);
    add(&sent, password.data, password.len);
    for (size_t i = 0; i < sent.len; i++)
        sendable &= sent.data[i] >= 0x20 && sent.data[i] != 0x7f;
    if (!sendable || !has(of, "user")) {
        left_out += result == RINGBACK_OK;
        free(sent.data);
        free(password.data);
        return;
    }
    /* The case as a receiver and a delivery to it. */
    writer text_of_case = {NULL, 0, 0};
    word(&text_of_case, "{\"setup\":{\"basic\":");
    put(&text_of_case, (const char *)list_of.value.data, list_of.value.len);
    word(&text_of_case, "},\"headers\":[[\"Authorization\",\"Basic ");
    for (size_t i = 0; i < sent.len; i += 3) {
        size_t left = sent.len - i;
        uint32_t three = (uint32_t)sent.data[i] << 16 | (left > 1 ? (uint32_t)sent.data[i + 1] << 8 : 0) |
                         (left > 2 ? sent.data[i + 2] : 0);
        char four[5] = {DIGITS[three >> 18], DIGITS[three >> 12 & 63], left > 1 ? DIGITS[three >> 6 & 63] : '=',
                        left > 2 ? DIGITS[three & 63] : '=', 0};
        word(&text_of_case, four);
    }
    word(&text_of_case, "\"]],\"body\":{\"utf8\":\"{}\"}}");
    buffer copy = {(uint8_t *)text_of_case.data, text_of_case.len};
    node step = parsed(copy);
    ringback_receiver *to = receiver_of(member(step, "setup"));
    ringback_decision decision;
    ringback_delivery *delivery = deliver(to, step, at(0), &decision);
    EXPECT(decision.handle == has(of, "sender"));
    if (decision.handle)
        EXPECT(ringback_str_equal(decision.work.sender, text(of, "sender")));
    else
        EXPECT(decision.answer.status == 401);
    ringback_delivery_free(delivery);
    ringback_receiver_free(to);
    release(step, copy);
    free(sent.data);
    free(password.data);
}

static void extra_secret(node of)
{
    ringback_config *config = NULL;
    uint8_t seed[32] = {1};
    ringback_ledger *ledger = NULL;
    ringback_receiver *to = NULL;
    ringback_ledger_options options = ringback_ledger_options_default();
    EXPECT(ringback_config_new(&config) == RINGBACK_OK);
    ringback_result result = ringback_config_set_extra_secret(config, text(of, "key"), text(of, "value"));
    if (!has(of, "body")) {
        EXPECT(as_told(result, of));
        ringback_config_free(config);
        return;
    }
    EXPECT(result == RINGBACK_OK && ringback_config_set_seed(config, seed, sizeof seed) == RINGBACK_OK);
    EXPECT(ringback_ledger_new(&options, seed, 16, NULL, 0, at(0), &ledger) == RINGBACK_OK);
    EXPECT(ringback_receiver_new(config, ledger, &to) == RINGBACK_OK);
    ringback_decision decision;
    ringback_delivery *delivery = deliver(to, of, at(0), &decision);
    buffer masked = bytes_of(member(of, has(of, "masked") ? "masked" : "body"));
    if (has(of, "error")) {
        EXPECT(!decision.handle && as_told(decision.answer.error, of));
    } else if (decision.handle) {
        EXPECT(decision.work.body.len == masked.len);
        EXPECT(memcmp(decision.work.body.data, masked.data, masked.len) == 0);
    } else {
        EXPECT(decision.answer.status != 401);
    }
    free(masked.data);
    ringback_delivery_free(delivery);
    ringback_receiver_free(to);
    ringback_config_free(config);
}

static void content(node of)
{
    if (truth(member(of, "setup"), "inbox")) {
        left_out++;
        return;
    }
    ringback_receiver *to = receiver_of(member(of, "setup"));
    ringback_decision decision;
    ringback_delivery *delivery = deliver(to, of, at(0), &decision);
    ringback_str expected = text(of, "content");
    if (is(expected, "incomplete") || is(expected, "malformed")) {
        EXPECT(!decision.handle && ringback_str_equal(ringback_situation_name(decision.answer.situation), expected));
        EXPECT(as_told(decision.answer.error, of) && decision.answer.error_at == number(of, "offset", 99999));
    } else {
        EXPECT(decision.handle);
        EXPECT((decision.work.payload != NULL) == is(expected, "json"));
        EXPECT(ringback_str_equal(ringback_kind_name(decision.work.kind), text(of, "kind")));
        if (!is(expected, "json"))
            EXPECT(decision.work.kind == (is(expected, "text") ? RINGBACK_KIND_FAILURE : RINGBACK_KIND_AUDIO));
    }
    ringback_delivery_free(delivery);
    ringback_receiver_free(to);
}

static void policy(node of)
{
    ringback_situation situation = 0;
    while (situation < 64 && !ringback_str_equal(ringback_situation_name(situation), text(of, "name")))
        situation++;
    buffer none = {NULL, 0};
    add(&none, (const uint8_t *)"{\"let_anybody_post\":true}", 25);
    node setup = parsed(none);
    ringback_receiver *to = receiver_of(setup);
    ringback_answer answer;
    EXPECT(ringback_receiver_answer(to, situation, &answer) == RINGBACK_OK);
    node expected = member(of, "memory"), header;
    EXPECT(answer.status == number(expected, "status", 0) && ringback_str_equal(answer.body, text(expected, "body")));
    ringback_list list = elements(member(expected, "headers"));
    size_t count = 0;
    while (next(expected, &list, &header)) {
        EXPECT(count < answer.header_count);
        EXPECT(is(text_of(element(header, 0)), answer.headers[count].name));
        EXPECT(is(text_of(element(header, 1)), answer.headers[count].value));
        count++;
    }
    EXPECT(count == answer.header_count);
    ringback_receiver_free(to);
    release(setup, none);
}

/* Work that a step has named, for later steps. */
typedef struct known {
    ringback_str name;
    ringback_claim claim;
    uint8_t id[16];
} known;

static void check_answer(const ringback_answer *answer, node expected)
{
    EXPECT(answer->status == number(expected, "status", 0));
    EXPECT(ringback_str_equal(ringback_situation_name(answer->situation), text(expected, "situation")));
    EXPECT(as_told(answer->error, expected));
}

static void check_work(const ringback_work *work, node expected, known *works, size_t *count)
{
    char hex[64];
    buffer id = {(uint8_t *)(uintptr_t)work->id, sizeof work->id};
    EXPECT(ringback_str_equal(ringback_kind_name(work->kind), text(expected, "kind")));
    EXPECT(ringback_str_equal(work->sender, text(expected, "sender")));
    EXPECT(ringback_str_equal(S(work->request_id.text), text(expected, "request_id")));
    EXPECT(ringback_str_equal(work->job, text(expected, "job")));
    EXPECT(work->route == &route_numbers[number(expected, "route", 0)]);
    EXPECT(work->attempts_seen == number(expected, "attempts_seen", 1));
    EXPECT(work->again == truth(expected, "again") && work->late == truth(expected, "late"));
    EXPECT(work->revises == truth(expected, "revises"));
    if (has(expected, "id"))
        EXPECT(ringback_str_equal(text(expected, "id"), spelt(id, hex)));
    const uint8_t *same_as = NULL;
    for (size_t i = 0; i < *count; i++)
        if (has(expected, "same_as") && ringback_str_equal(works[i].name, text(expected, "same_as")))
            same_as = works[i].id;
    for (size_t i = 0; i < *count; i++)
        EXPECT((memcmp(works[i].id, work->id, 16) == 0) == (same_as != NULL && memcmp(works[i].id, same_as, 16) == 0));
    known *one = &works[(*count)++];
    one->name = text(expected, "work");
    one->claim = work->claim;
    memcpy(one->id, work->id, 16);
}

static ringback_scope scope_of(node submission)
{
    ringback_scope scope;
    memset(&scope, 0, sizeof scope);
    if (has(submission, "tid")) {
        buffer id = from_hex(text(submission, "tid"));
        memcpy(scope.ticket_id, id.data, sizeof scope.ticket_id);
        scope.by_ticket = true;
        free(id.data);
    }
    scope.sender = text(submission, "sender");
    scope.request_id = text(submission, "request_id");
    return scope;
}

static void sweep(ringback_receiver *to, node step, ringback_now now)
{
    static const char *const EVENTS[] = {"", "overdue", "lapsed", "lost", "died", "ready"};
    uint32_t budget = 1024, last = 0;
    ringback_swept swept;
    node found = member(step, "found"), item;
    ringback_list list = elements(found);
    while (ringback_sweep(to, now, &budget, &swept) == RINGBACK_OK) {
        if (swept.event == last)
            continue;
        last = swept.event;
        EXPECT(next(found, &list, &item) && is(text_of(item), EVENTS[swept.event]));
    }
    EXPECT(!next(found, &list, &item));
}

static void take(ringback_receiver *to, node step, known *works, size_t *count)
{
    static const char *const ARRIVED[] = {"no", "partly", "whole"};
    ringback_now now = at(number(step, "at", 0));
    ringback_str sort = text(step, "step");
    ringback_scope scope = scope_of(member(step, "submission"));
    ringback_decision decision;
    ringback_answer answer;
    if (is(sort, "deliver")) {
        ringback_delivery *delivery = deliver(to, step, now, &decision);
        EXPECT(decision.handle == has(step, "handle"));
        if (decision.handle) {
            check_work(&decision.work, member(step, "handle"), works, count);
            buffer body = bytes_of(member(step, has(step, "masked") ? "masked" : "body"));
            EXPECT(decision.work.body.len == body.len);
            EXPECT(body.len == 0 || memcmp(decision.work.body.data, body.data, body.len) == 0);
            free(body.data);
        } else if (delivery == NULL && decision.answer.error == RINGBACK_ERROR_LEDGER_FULL) {
            /* Decided from the head, where nobody knows yet what the body would have been told. */
            EXPECT(decision.answer.status == number(member(step, "answer"), "status", 0));
        } else {
            check_answer(&decision.answer, member(step, "answer"));
        }
        ringback_delivery_free(delivery);
    } else if (is(sort, "settle")) {
        ringback_str outcome = text(step, "outcome");
        for (size_t i = 0; i < *count; i++)
            if (ringback_str_equal(works[i].name, text(step, "work")))
                EXPECT(ringback_settle(to, works[i].claim,
                                       is(outcome, "done") ? RINGBACK_OUTCOME_DONE
                                       : is(outcome, "failed") ? RINGBACK_OUTCOME_FAILED
                                                               : RINGBACK_OUTCOME_DEAD,
                                       now, &answer) == RINGBACK_OK);
        check_answer(&answer, member(step, "answer"));
    } else if (is(sort, "expect")) {
        ringback_expected expected;
        uint64_t deadline = has(step, "deadline") ? at(number(step, "deadline", 0)).wall : 0;
        ringback_result result = ringback_expect(to, &scope, deadline, text(step, "bound"), now, &expected);
        EXPECT(as_told(result, step));
        if (result == RINGBACK_OK)
            EXPECT(is(text(step, "arrived"), ARRIVED[expected.arrived]));
    } else if (is(sort, "bind")) {
        ringback_arrived arrived = 0;
        ringback_result result = ringback_bind(to, &scope, text(step, "request_id"), now, &arrived);
        EXPECT(as_told(result, step));
        if (result == RINGBACK_OK)
            EXPECT(is(text(step, "arrived"), ARRIVED[arrived]));
    } else if (is(sort, "cancel")) {
        EXPECT(as_told(ringback_cancel(to, &scope, now), step));
    } else if (is(sort, "sweep")) {
        sweep(to, step, now);
    } else {
        ringback_tally tally;
        EXPECT(is(sort, "tally") && ringback_receiver_tally(to, &tally) == RINGBACK_OK);
        EXPECT(tally.forgotten_early == number(step, "forgotten_early", 0));
    }
}

static void situation(node of)
{
    if (truth(member(of, "setup"), "inbox")) {
        left_out++;
        return;
    }
    ringback_receiver *to = receiver_of(member(of, "setup"));
    static known works[4096];
    size_t count = 0, at_step = 0, end = strlen(place);
    node steps = member(of, "steps"), step;
    ringback_list list = elements(steps);
    while (next(steps, &list, &step)) {
        snprintf(place + end, sizeof place - end, ", step %lu", (unsigned long)at_step++);
        take(to, step, works, &count);
    }
    ringback_receiver_free(to);
}

/* Runs every case of a topic. */
static void run(const char *name, void (*one)(node))
{
    char path[1024];
    topic = name;
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s cannot be opened\n", path);
        failures++;
        return;
    }
    buffer text_of_file = {NULL, 0};
    uint8_t block[65536];
    for (size_t len; (len = fread(block, 1, sizeof block, file)) > 0;)
        add(&text_of_file, block, len);
    fclose(file);
    node root = parsed(text_of_file), list_of = member(root, "cases"), of;
    ringback_list list = elements(list_of);
    int before = cases;
    while (next(list_of, &list, &of)) {
        ringback_str case_name = text(of, "name");
        snprintf(place, sizeof place, "%.*s", (int)case_name.len, (const char *)case_name.data);
        one(of);
        cases++;
    }
    EXPECT(cases > before);
    release(root, text_of_file);
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
        return 2;
    }
    folder = arguments[1];
    run("json_errors", json_error);
    run("json_values", json_value);
    run("strings", string);
    run("numbers", a_number);
    run("pointers", pointer);
    run("transcripts", payload_facts);
    run("analyses", payload_facts);
    run("streams", payload_facts);
    run("failures", payload_facts);
    run("unknown", payload_facts);
    run("request_ids", request_id);
    run("jobs", job);
    run("ticket_keys", ticket_key);
    run("tickets_minted", ticket_minted);
    run("tickets_verified", ticket_verified);
    run("callback_urls", callback_url);
    run("basic_pairs", basic_pair);
    run("extra_secrets", extra_secret);
    run("contents", content);
    run("policy", policy);
    run("situations", situation);
    printf("vectors: %d cases, of them %d left out\n", cases, left_out);
    return ended("vectors");
}
