/* Requests to memcheck. Without it they do nothing, and `watch_is_on` says so. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <valgrind/memcheck.h>

/* Whether the program runs under valgrind. */
int watch_is_on(void) { return RUNNING_ON_VALGRIND != 0; }

/* From now on these bytes have no known value: memcheck reports a jump or an address that depends on them. */
void watch_hide(const void *bytes, size_t length) { (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, length); }

/* The same value, which may be known now. */
uint64_t watch_reveal(uint64_t value) {
  (void)VALGRIND_MAKE_MEM_DEFINED(&value, sizeof value);
  return value;
}

/* How many reports there were so far. */
unsigned watch_reports(void) { return (unsigned)VALGRIND_COUNT_ERRORS; }

/* Where `part` begins within the bytes of an object, padding and all; `length` if nowhere. */
size_t watch_find(const unsigned char *bytes, size_t length, const unsigned char *part, size_t part_length) {
  for (size_t at = 0; at + part_length <= length; at++) {
    if (memcmp(bytes + at, part, part_length) == 0) return at;
  }
  return length;
}
