/* What may be done on several threads at once: deliveries to one receiver, reading one payload. */

#define _POSIX_C_SOURCE 200809L

#include "check.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 200 };

static ringback_receiver *receiver;
static ringback_payload *payload;

static void tell(void *userdata, ringback_head *head)
{
    (void)userdata;
    ringback_head_add(head, S("authorization"), S("Basic aG9vazpzZWNyZXQ="));
}

/* Every thread delivers the same documents: each is to be handled once in all. */
static void *deliver(void *handled)
{
    for (int round = 0; round < ROUNDS; round++) {
        char body[200];
        int len = snprintf(body, sizeof body, "{\"metadata\":{\"request_id\":\"r%d\"},\"results\":{\"channels\":[]}}", round);
        for (;;) {
            ringback_delivery *delivery = NULL;
            ringback_answer answer;
            ringback_decision decision;
            if (ringback_begin(receiver, S("POST"), S("/"), tell, NULL, at(0), &delivery, &answer) != RINGBACK_OK ||
                ringback_feed(delivery, (const uint8_t *)body, (size_t)len, &answer) != RINGBACK_OK ||
                ringback_finish(delivery, at(0), &decision) != RINGBACK_OK)
                abort();
            if (decision.handle) {
                ++*(int *)handled;
                ringback_settle(receiver, decision.work.claim, RINGBACK_OUTCOME_DONE, at(0), &answer);
            }
            ringback_delivery_free(delivery);
            if (decision.handle || decision.answer.status == 200)
                break;
        }
    }
    return NULL;
}

/* Every thread decodes the same strings. */
static void *read_words(void *wrong)
{
    ringback_list list;
    ringback_value root;
    ringback_str text;
    ringback_payload_pointer(payload, S(""), &root);
    ringback_value_elements(payload, root, &list);
    while (ringback_string_next(payload, &list, &text) == RINGBACK_OK)
        *(int *)wrong += !is(text, "\xc3\xa9\n");
    return NULL;
}

static int run(void *(*work)(void *))
{
    pthread_t threads[THREADS];
    int counts[THREADS] = {0}, sum = 0;
    for (int at_thread = 0; at_thread < THREADS; at_thread++)
        CHECK(pthread_create(&threads[at_thread], NULL, work, &counts[at_thread]) == 0);
    for (int at_thread = 0; at_thread < THREADS; at_thread++) {
        pthread_join(threads[at_thread], NULL);
        sum += counts[at_thread];
    }
    return sum;
}

int main(void)
{
    ringback_config *config = NULL;
    ringback_ledger *ledger = NULL;
    ringback_ledger_options options = ringback_ledger_options_default();
    uint8_t seed[32] = {1};
    CHECK_OK(ringback_config_new(&config));
    CHECK_OK(ringback_config_set_seed(config, seed, sizeof seed));
    CHECK_OK(ringback_config_add_basic_text(config, S("hook:secret")));
    CHECK_OK(ringback_ledger_new(&options, seed, 16, NULL, 0, at(0), &ledger));
    CHECK_OK(ringback_receiver_new(config, ledger, &receiver));
    ringback_config_free(config);
    CHECK(run(deliver) == ROUNDS);
    ringback_receiver_free(receiver);

    static char text[ROUNDS * 12 + 8] = "[";
    for (int round = 0; round < ROUNDS; round++)
        strcat(text, round == 0 ? "\"\\u00e9\\n\"" : ",\"\\u00e9\\n\"");
    strcat(text, "]");
    CHECK_OK(ringback_payload_parse((const uint8_t *)text, strlen(text), &payload, NULL));
    CHECK(run(read_words) == 0);
    ringback_payload_free(payload);
    return ended("threads");
}
