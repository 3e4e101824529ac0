/* Runs every check of the static library beside it: 0 if all came out right, 1 if one did not. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

size_t ringback_proof_count(void);
const char *ringback_proof_claim(size_t number);
bool ringback_proof_run(size_t number);

int main(void)
{
    size_t count = ringback_proof_count();
    size_t right = 0;

    for (size_t number = 0; number < count; number++) {
        bool good = ringback_proof_run(number);
        right += good;
        printf("%s: %s\n", good ? "right" : "WRONG", ringback_proof_claim(number));
    }
    printf("%zu of %zu checks came out right\n", right, count);
    return count > 0 && right == count ? 0 : 1;
}
