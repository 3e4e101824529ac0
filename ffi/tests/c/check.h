/* What the C tests share: checks that count, and strings to compare with. */

#ifndef CHECK_H
#define CHECK_H

#include <ringback.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

/* Says where something is not as it should be, and goes on. */
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                    \
            failures++;                                                                                                \
        }                                                                                                              \
    } while (0)

/* The same for a call that is expected to return something. */
#define CHECK_RESULT(expected, call)                                                                                   \
    do {                                                                                                               \
        ringback_result result_ = (call);                                                                              \
        if (result_ != (expected)) {                                                                                   \
            ringback_str name_ = ringback_result_name(result_);                                                        \
            fprintf(stderr, "%s:%d: %s gives %.*s\n", __FILE__, __LINE__, #call, (int)name_.len,                       \
                    (const char *)name_.data);                                                                         \
            failures++;                                                                                                \
        }                                                                                                              \
    } while (0)

#define CHECK_OK(call) CHECK_RESULT(RINGBACK_OK, call)

#define S(literal) ringback_str_of(literal)

static inline int is(ringback_str text, const char *expected)
{
    return ringback_str_equal(text, ringback_str_of(expected));
}

/* A moment: `millis` after the beginning of the tests. */
static inline ringback_now at(uint64_t millis)
{
    ringback_now now = {UINT64_C(1795000000000) + millis, millis};
    return now;
}

/* How a test program ends: with the number of its failures as an exit code. */
static inline int ended(const char *name)
{
    if (failures == 0) {
        printf("%s: ok\n", name);
        return 0;
    }
    fprintf(stderr, "%s: %d failures\n", name, failures);
    return 1;
}

#endif
