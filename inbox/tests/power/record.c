/* Records what a process writes to a database, its log and its spool, in order, with every flush and everything that it says on its
 * standard output. Preloaded with LD_PRELOAD; RINGBACK_RECORD names the record, RINGBACK_RECORDED the database.
 *
 * A record is a row of: tag (1 byte), file (1 byte: d, w or s, or - for none), a number (8 bytes), a length (4 bytes), and
 * so many bytes. Tags: W write at an offset; T truncate to a length; B a flush begins; F a flush has ended, and what was
 * recorded before the row of its number is durable; S the process said this. Numbers are those of this machine. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static int record = -1;
static uint64_t rows;
static char files[4096];

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Called with the lock held; gives the number of the row. */
static uint64_t note(char tag, char file, uint64_t number, const void *bytes, uint32_t length) {
    char head[14];
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
    if (record < 0) {
        const char *path = getenv("RINGBACK_RECORD");
        if (!path) return 0;
        record = NEXT(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (record < 0) abort();
    }
    head[0] = tag;
    head[1] = file ? file : '-';
    memcpy(head + 2, &number, 8);
    memcpy(head + 10, &length, 4);
    if (writev(record, parts, 2) != (ssize_t)(sizeof head + length)) abort();
    return rows++;
}

static char file_of(int fd) { return fd >= 0 && fd < (int)sizeof files ? files[fd] : 0; }

static int opened(int fd, const char *path) {
    const char *database = getenv("RINGBACK_RECORDED");
    if (fd < 0 || fd >= (int)sizeof files || !database) return fd;
    size_t length = strlen(database);
    files[fd] = 0;
    if (!strncmp(path, database, length)) {
        if (!path[length]) files[fd] = 'd';
        else if (!strcmp(path + length, "-wal")) files[fd] = 'w';
        else if (!strcmp(path + length, "-spool/spool")) files[fd] = 's';
    }
    return fd;
}

#define OPEN(name)                                            \
    int name(const char *path, int flags, ...) {              \
        va_list rest;                                         \
        va_start(rest, flags);                                \
        int mode = flags & O_CREAT ? va_arg(rest, int) : 0;   \
        va_end(rest);                                         \
        return opened(NEXT(name)(path, flags, mode), path);   \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    if (file_of(fd)) files[fd] = 0;
    return NEXT(close)(fd);
}

/* The row comes before the write: what another thread flushes meanwhile may hold it or not. */
#define PWRITE(name, offset_type)                                                          \
    ssize_t name(int fd, const void *bytes, size_t length, offset_type at) {               \
        if (!file_of(fd)) return NEXT(name)(fd, bytes, length, at);                        \
        pthread_mutex_lock(&order);                                                        \
        note('W', file_of(fd), (uint64_t)at, bytes, (uint32_t)length);                     \
        ssize_t done = NEXT(name)(fd, bytes, length, at);                                  \
        if (done != (ssize_t)length) abort();                                              \
        pthread_mutex_unlock(&order);                                                      \
        return done;                                                                       \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t length) {
    if (fd != 1 && !file_of(fd)) return NEXT(write)(fd, bytes, length);
    pthread_mutex_lock(&order);
    if (fd == 1) note('S', 0, 0, bytes, (uint32_t)length);
    else note('W', file_of(fd), (uint64_t)lseek(fd, 0, SEEK_CUR), bytes, (uint32_t)length);
    ssize_t done = NEXT(write)(fd, bytes, length);
    pthread_mutex_unlock(&order);
    return done;
}

#define TRUNCATE(name, offset_type)                                   \
    int name(int fd, offset_type length) {                            \
        if (!file_of(fd)) return NEXT(name)(fd, length);              \
        pthread_mutex_lock(&order);                                   \
        note('T', file_of(fd), (uint64_t)length, NULL, 0);            \
        int done = NEXT(name)(fd, length);                            \
        pthread_mutex_unlock(&order);                                 \
        return done;                                                  \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

/* The disk is not asked: a flush that takes no time is as good for a record, and the test is over sooner. */
static int flushed(int fd) {
    pthread_mutex_lock(&order);
    uint64_t begun = note('B', file_of(fd), 0, NULL, 0);
    pthread_mutex_unlock(&order);
    sched_yield();
    pthread_mutex_lock(&order);
    note('F', file_of(fd), begun, NULL, 0);
    pthread_mutex_unlock(&order);
    return 0;
}

int fsync(int fd) { return file_of(fd) ? flushed(fd) : NEXT(fsync)(fd); }
int fdatasync(int fd) { return file_of(fd) ? flushed(fd) : NEXT(fdatasync)(fd); }
