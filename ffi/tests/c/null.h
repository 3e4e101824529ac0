/*
 * The beginning of a program that is generated out of the header: it calls each function with NULL for each pointer, and
 * uses what is made here in all other places.
 */

#include "check.h"

static ringback_payload *a_payload;
static ringback_keyring *a_keyring;
static ringback_ticket *a_ticket;
static ringback_config *a_config;
static ringback_ledger *a_ledger;
static ringback_receiver *a_receiver;
static ringback_delivery *a_delivery;
static ringback_head *a_head;
static ringback_value a_value;
static ringback_list list;
static const ringback_claim no_claim;
static const ringback_str no_text = {NULL, 0};
static const ringback_str broken_text = {NULL, 5};

/* Room for outputs, and zeros for inputs; one for each place, for no two arguments may be the same. */
static union {
    long double aligned;
    unsigned char bytes[65536];
} room_of[16];
static void *room[16];

static void tell(void *userdata, ringback_head *head)
{
    (void)userdata;
    ringback_head_add(head, S("authorization"), S("Basic eDp4"));
}

/* A head is there only within the callback, so its calls with NULL are made here. */
static void tell_nothing(void *userdata, ringback_head *head)
{
    tell(userdata, head);
    CHECK_RESULT(RINGBACK_ERROR_NULL_ARGUMENT, ringback_head_add(NULL, S("x"), S("x")));
    CHECK_RESULT(RINGBACK_ERROR_NULL_ARGUMENT, ringback_head_add(head, no_text, S("x")));
    CHECK_RESULT(RINGBACK_ERROR_NULL_ARGUMENT, ringback_head_add(head, S("x"), broken_text));
    CHECK_OK(ringback_head_add(head, S("x"), no_text));
}

static void begin(void)
{
    static const char BODY[] = "{\"metadata\":{},\"results\":{\"channels\":[{}]}}";
    uint8_t random[32] = {7};
    ringback_ledger_options options = ringback_ledger_options_default();
    ringback_answer answer;
    options.submissions = options.deliveries = 4;
    for (size_t place = 0; place < sizeof room / sizeof *room; place++)
        room[place] = room_of[place].bytes;
    CHECK_OK(ringback_payload_parse((const uint8_t *)BODY, strlen(BODY), &a_payload, NULL));
    CHECK_OK(ringback_payload_pointer(a_payload, S("/results/channels"), &a_value));
    CHECK_OK(ringback_value_elements(a_payload, a_value, &list));
    CHECK_OK(ringback_keyring_new(no_text, &a_keyring));
    CHECK_OK(ringback_keyring_add(a_keyring, random, 32));
    CHECK_OK(ringback_ticket_mint(a_keyring, 1, S("x"), 0, random, 12, 0, &a_ticket));
    CHECK_OK(ringback_config_new(&a_config));
    CHECK_OK(ringback_config_set_seed(a_config, random, 32));
    CHECK_OK(ringback_config_add_basic(a_config, S("x"), S("x"), S("x")));
    CHECK_OK(ringback_ledger_new(&options, random, 16, NULL, 0, at(0), &a_ledger));
    CHECK_OK(ringback_receiver_new(a_config, a_ledger, &a_receiver));
    CHECK_OK(ringback_ledger_new(&options, random, 16, NULL, 0, at(0), &a_ledger));
    CHECK_OK(ringback_begin(a_receiver, S("POST"), S("/"), tell_nothing, NULL, at(0), &a_delivery, &answer));
    CHECK(answer.status == 0);
}

static void end(void)
{
    ringback_payload_free(a_payload);
    ringback_keyring_free(a_keyring);
    ringback_ticket_free(a_ticket);
    ringback_config_free(a_config);
    ringback_ledger_free(a_ledger);
    ringback_delivery_free(a_delivery);
    ringback_receiver_free(a_receiver);
}
