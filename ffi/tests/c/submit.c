/* What a submitter needs: keys, tickets, callback URLs, request ids; and names of kinds and situations. */

#include "check.h"

static const uint8_t ID[12] = {0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb};

static ringback_keyring *keyring(void)
{
    uint8_t master[32];
    for (size_t byte = 0; byte < sizeof master; byte++)
        master[byte] = (uint8_t)byte;
    ringback_keyring *keys = NULL;
    CHECK_OK(ringback_keyring_new(S("production"), &keys));
    CHECK_OK(ringback_keyring_add(keys, master, sizeof master));
    return keys;
}

static void a_ticket_is_minted_and_verified(void)
{
    ringback_keyring *keys = keyring();
    ringback_ticket *ticket = NULL;
    uint64_t now = at(0).wall;
    CHECK_OK(ringback_ticket_mint(keys, RINGBACK_USE_DOCUMENT, S("call-42"), now + 86400000, ID, sizeof ID, now, &ticket));
    CHECK(is(ringback_ticket_user(ticket), "r1.d.egN8.1795086400.8PHy8_T19vf4-fr7.call-42"));
    CHECK(is(ringback_ticket_password(ticket), "K6R-1_a3cMGXg1BOz4DqhQ"));

    ringback_verified verified;
    ringback_str user = ringback_ticket_user(ticket), password = ringback_ticket_password(ticket);
    CHECK_OK(ringback_ticket_verify(keys, user, password, now, &verified));
    CHECK(strcmp(verified.job, "call-42") == 0 && strcmp(verified.key_id, "egN8") == 0 && verified.key == 0);
    CHECK(verified.ticket_use == RINGBACK_USE_DOCUMENT && !verified.expired && memcmp(verified.id, ID, 12) == 0);
    CHECK_OK(ringback_ticket_verify(keys, user, password, now + 86400007, &verified));
    CHECK(verified.expired && verified.lateness == 7);
    CHECK_RESULT(RINGBACK_ERROR_TICKET_FORGED,
                 ringback_ticket_verify(keys, user, S("K6R-1_a3cMGXg1BOz4DqhA"), now, &verified));
    CHECK_RESULT(RINGBACK_ERROR_TICKET_MALFORMED, ringback_ticket_verify(keys, S("hook"), password, now, &verified));

    ringback_ticket_free(ticket);
    ringback_keyring_free(keys);
}

static void what_cannot_be_minted_is_refused(void)
{
    ringback_keyring *keys = keyring(), *empty = NULL;
    ringback_ticket *ticket = NULL;
    uint64_t now = at(0).wall;
    CHECK_RESULT(RINGBACK_ERROR_JOB_INVALID, ringback_ticket_mint(keys, 1, S("a b"), 0, ID, 12, now, &ticket));
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_ticket_mint(keys, 9, S("a"), 0, ID, 12, now, &ticket));
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_ticket_mint(keys, 1, S("a"), 0, ID, 11, now, &ticket));
    CHECK_RESULT(RINGBACK_ERROR_LIFE_TOO_LONG,
                 ringback_ticket_mint(keys, 1, S("a"), now + UINT64_C(31) * 86400000, ID, 12, now, &ticket));
    CHECK_RESULT(RINGBACK_ERROR_NOT_UTF8, ringback_ticket_mint(keys, 1, S("\xff"), 0, ID, 12, now, &ticket));
    ringback_str nothing = {NULL, 0};
    CHECK_OK(ringback_keyring_new(nothing, &empty));
    CHECK_RESULT(RINGBACK_ERROR_KEYRING_EMPTY, ringback_ticket_mint(empty, 1, S("a"), 0, ID, 12, now, &ticket));
    CHECK(ticket == NULL);

    size_t place = 0;
    CHECK_RESULT(RINGBACK_ERROR_KEY_TOO_SHORT, ringback_keyring_add(empty, ID, sizeof ID));
    CHECK_RESULT(RINGBACK_ERROR_KEY_LINE_INVALID, ringback_keyring_add_text(empty, S("# keys\n\nnew\n"), &place));
    CHECK(place == 11);
    CHECK_RESULT(RINGBACK_ERROR_KEYRING_EMPTY, ringback_keyring_add_text(empty, S("# none\n"), NULL));
    ringback_str file = S("new:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    CHECK_OK(ringback_keyring_add_text(empty, file, NULL));
    CHECK_RESULT(RINGBACK_ERROR_KEY_ID_COLLISION, ringback_keyring_add_text(empty, file, NULL));
    ringback_str long_name = S("an audience of more than 32 bytes");
    ringback_keyring *unmade = NULL;
    CHECK_RESULT(RINGBACK_ERROR_AUDIENCE_TOO_LONG, ringback_keyring_new(long_name, &unmade));
    CHECK(unmade == NULL);
    ringback_keyring_free(keys);
    ringback_keyring_free(empty);
}

static void a_callback_url_is_written_and_checked(void)
{
    ringback_keyring *keys = keyring();
    ringback_ticket *ticket = NULL;
    uint64_t now = at(0).wall;
    CHECK_OK(ringback_ticket_mint(keys, RINGBACK_USE_DOCUMENT, S("call-42"), now + 86400000, ID, 12, now, &ticket));
    ringback_url url;
    memset(&url, 0, sizeof url);
    url.base = S("https://example.com/hook?a=b");
    url.ticket = ticket;
    url.method = S("post");
    char text[4096];
    size_t len = 0, place = 0;
    uint32_t warnings = 99;
    CHECK_OK(ringback_url_write(&url, text, sizeof text, &len, &warnings, &place));
    CHECK(strcmp(text, "https://r1.d.egN8.1795086400.8PHy8_T19vf4-fr7.call-42:K6R-1_a3cMGXg1BOz4DqhQ@example.com/hook?a=b") == 0);
    CHECK(len == strlen(text) && warnings == 0);
    size_t exactly = len + 1;
    CHECK_OK(ringback_url_write(&url, text, exactly, NULL, NULL, NULL));
    CHECK_RESULT(RINGBACK_ERROR_BUFFER_TOO_SMALL, ringback_url_write(&url, text, exactly - 1, NULL, NULL, NULL));
    url.place = RINGBACK_PLACE_PATH;
    url.encoded = true;
    CHECK_OK(ringback_url_write(&url, text, sizeof text, NULL, NULL, NULL));
    CHECK(strncmp(text, "https%3A%2F%2Fexample.com%2Fhook%2Fr1.d.", 40) == 0);
    url.place = 7;
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_url_check(&url, NULL, NULL));
    url.ticket = NULL;
    url.base = S("https://example.com:3000/hook");
    CHECK_RESULT(RINGBACK_ERROR_URL_PORT, ringback_url_check(&url, &warnings, &place));
    CHECK(place == 20);
    url.any_port = true;
    url.base = S("http://user:pass@localhost:3000/hook");
    CHECK_OK(ringback_url_check(&url, &warnings, NULL));
    CHECK(warnings == RINGBACK_WARNING_CREDENTIALS_IN_CLEAR && ringback_warning_message(warnings).len > 0);
    url.method = S("GET");
    CHECK_RESULT(RINGBACK_ERROR_METHOD_LOSES_BODY, ringback_url_check(&url, NULL, NULL));

    CHECK_OK(ringback_extra_check(S("key"), S("value"), NULL));
    CHECK_RESULT(RINGBACK_ERROR_EXTRA_INVALID, ringback_extra_check(S("k:y"), S("value"), &place));
    CHECK(place == 1);
    CHECK_OK(ringback_tag_check(S("tag"), NULL));
    memset(text, 't', 200);
    text[200] = 0;
    CHECK_RESULT(RINGBACK_ERROR_TAG_TOO_LONG, ringback_tag_check(S(text), &place));
    CHECK(place == 128);
    ringback_ticket_free(ticket);
    ringback_keyring_free(keys);
}

static void request_ids_are_compared_by_what_they_name(void)
{
    ringback_request_id a, b;
    CHECK_OK(ringback_request_id_parse(S("019F8A3C-51D7-7E02-9C44-0D2B6A7F1E90"), &a));
    CHECK_OK(ringback_request_id_parse(S("019f8a3c-51d7-7e02-9c44-0d2b6a7f1e90"), &b));
    CHECK(ringback_request_id_equal(&a, &b) && a.len == 36 && strcmp(a.text, b.text) == 0);
    CHECK_RESULT(RINGBACK_ERROR_REQUEST_ID_INVALID, ringback_request_id_parse(S("a b"), &b));
    CHECK_RESULT(RINGBACK_ERROR_NOT_UTF8, ringback_request_id_parse(S("\xc3"), &b));
    memset(&b, 0xff, sizeof b);
    CHECK(!ringback_request_id_equal(&a, &b));
}

static void names_are_those_of_every_language(void)
{
    ringback_kind kind = 0;
    CHECK_OK(ringback_kind_of(S("stream.results"), &kind));
    CHECK(kind == RINGBACK_KIND_STREAM_RESULTS && is(ringback_kind_name(kind), "stream.results"));
    CHECK_RESULT(RINGBACK_ERROR_KIND_UNKNOWN, ringback_kind_of(S("transcripts"), &kind));
    CHECK(is(ringback_situation_name(RINGBACK_SITUATION_IN_PROGRESS), "in_progress"));
    CHECK(ringback_situation_name(99).len == 0);
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", RINGBACK_VERSION_MAJOR, RINGBACK_VERSION_MINOR, RINGBACK_VERSION_PATCH);
    CHECK(is(ringback_version(), version));
}

int main(void)
{
    a_ticket_is_minted_and_verified();
    what_cannot_be_minted_is_refused();
    a_callback_url_is_written_and_checked();
    request_ids_are_compared_by_what_they_name();
    names_are_those_of_every_language();
    return ended("submit");
}
