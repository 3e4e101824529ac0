/*
 * A small program that prints the transcript in a file, made with one library or another to see what each adds to it.
 *
 * Without RINGBACK and YYJSON it only reads the file: that is what the others are compared with. With RECEIVE it makes
 * a receiver as well, and delivers the file to it.
 */

#include <stdio.h>
#include <string.h>

static unsigned char text[1 << 20];

#if defined(YYJSON)

#include <yyjson.h>

static void print(size_t len)
{
    yyjson_doc *document = yyjson_read((const char *)text, len, 0);
    yyjson_val *value = yyjson_doc_ptr_get(document, "/results/channels/0/alternatives/0/transcript");
    printf("%s\n", value ? yyjson_get_str(value) : "");
    yyjson_doc_free(document);
}

#elif defined(RINGBACK)

#include <ringback.h>

static void print(size_t len)
{
    ringback_payload *payload = NULL;
    ringback_str transcript = {NULL, 0};
    if (ringback_payload_parse(text, len, &payload, NULL) == RINGBACK_OK)
        ringback_payload_transcript(payload, &transcript);
    printf("%.*s\n", (int)transcript.len, (const char *)transcript.data);
    ringback_payload_free(payload);
}

#else

static void print(size_t len)
{
    printf("%.*s\n", (int)len, (const char *)text);
}

#endif

#if defined(RECEIVE)

static void tell(void *userdata, ringback_head *head)
{
    ringback_head_add(head, ringback_str_of("authorization"), ringback_str_of(userdata));
}

static void receive(size_t len, char *authorization)
{
    static unsigned char seed[32];
    ringback_now now = {1, 1};
    ringback_config *config = NULL;
    ringback_ledger *ledger = NULL;
    ringback_receiver *receiver = NULL;
    ringback_delivery *delivery = NULL;
    ringback_ledger_options options = ringback_ledger_options_default();
    ringback_answer answer;
    ringback_decision decision;
    if (ringback_config_new(&config) || ringback_config_set_seed(config, seed, sizeof seed) ||
        ringback_config_add_basic_text(config, ringback_str_of("hook:secret")) ||
        ringback_ledger_new(&options, seed, 16, NULL, 0, now, &ledger) ||
        ringback_receiver_new(config, ledger, &receiver) ||
        ringback_begin(receiver, ringback_str_of("POST"), ringback_str_of("/"), tell, authorization, now, &delivery, &answer) ||
        ringback_feed(delivery, text, len, &answer) || ringback_finish(delivery, now, &decision))
        return;
    if (decision.handle)
        ringback_settle(receiver, decision.work.claim, RINGBACK_OUTCOME_DONE, now, &answer);
    printf("%d\n", answer.status);
    ringback_delivery_free(delivery);
    ringback_receiver_free(receiver);
    ringback_config_free(config);
}

#endif

int main(int count, char **arguments)
{
    FILE *file = count > 1 ? fopen(arguments[1], "rb") : NULL;
    if (file == NULL)
        return 2;
    size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    print(len);
#if defined(RECEIVE)
    receive(len, arguments[2]);
#endif
    return 0;
}
