/* Stands between a process and its disk: counts and records every step that changes a folder, and at one
   of them kills the process, tears the write, or lets the disk be full or read-only from there on.

   Loaded with LD_PRELOAD, so that Python, SQLite and Chroma's own threads are seen alike; disk.py drives it. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { RECORD, KILL, TEAR, FULL, READ_ONLY, STOP };

static char root[PATH_MAX];
static size_t root_length;
static int record = -1, blow;
static long at, steps;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static ssize_t put(int fd, const void *data, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    return real(fd, data, length);
}

/* Watch the folder from now on; step `blow_at` (from 1) is hit. The record goes to a file outside the folder. */
void disk_watch(const char *folder, const char *file, long blow_at, int how) {
    REAL(int, open, const char *, int, ...);
    record = file && *file ? real(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    at = blow_at;
    blow = how;
    steps = 0;
    root_length = strlen(folder);
    strcpy(root, folder);
}

long disk_steps(void) { return steps; }

static int inside(const char *path) {
    return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static void place_of(int dir, const char *path, char *out) {
    char link[64];
    ssize_t length = 0;
    if (*path == '/') {
        snprintf(out, PATH_MAX, "%s", path);
        return;
    }
    if (dir == AT_FDCWD) {
        if (!getcwd(out, PATH_MAX)) *out = 0;
        length = strlen(out);
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
        length = readlink(link, out, PATH_MAX - 1);
        if (length < 0) length = 0;
    }
    snprintf(out + length, PATH_MAX - length, "/%s", path);
}

static int watched(int fd, uint64_t *inode) {
    char link[64], path[PATH_MAX];
    struct stat status;
    if (!root_length || fd == record) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (!inside(path) || fstat(fd, &status)) return 0;
    *inode = status.st_ino;
    return 1;
}

static void note(char step, uint64_t inode, uint64_t offset, const char *a, const char *b, const void *data, size_t size) {
    if (record < 0) return;
    struct __attribute__((packed)) { char step; uint64_t inode, offset; uint16_t a, b; uint64_t size; } head = {
        step, inode, offset, strlen(a), strlen(b), size};
    put(record, &head, sizeof head);
    put(record, a, head.a);
    put(record, b, head.b);
    if (size) put(record, data, size);
}

/* Begin a step, with the lock held; 0, or the error that it must fail with. */
static int begin(int takes_room) {
    pthread_mutex_lock(&lock);
    steps++;
    if (blow == KILL && steps == at) kill(getpid(), SIGKILL);
    if (blow == STOP && steps == at) kill(getpid(), SIGTERM);
    int failed = blow == FULL && takes_room && steps >= at ? ENOSPC : blow == READ_ONLY && steps >= at ? EROFS : 0;
    if (failed) pthread_mutex_unlock(&lock);
    return failed;
}

static void end(void) {
    int kept = errno;
    if (blow == TEAR && steps == at) kill(getpid(), SIGKILL);
    pthread_mutex_unlock(&lock);
    errno = kept;
}

#define FAIL(error) return errno = (error), -1
#define BEGIN(takes_room) do { int failed_ = begin(takes_room); if (failed_) FAIL(failed_); } while (0)

static size_t torn(size_t length) { return blow == TEAR && steps == at ? length / 2 : length; }

ssize_t write(int fd, const void *data, size_t length) {
    REAL(ssize_t, write, int, const void *, size_t);
    uint64_t inode;
    if (!length || !watched(fd, &inode)) return real(fd, data, length);
    BEGIN(1);
    struct stat status;
    int appends = fcntl(fd, F_GETFL) & O_APPEND && !fstat(fd, &status);
    off_t offset = appends ? status.st_size : lseek(fd, 0, SEEK_CUR);
    ssize_t done = real(fd, data, torn(length));
    if (done > 0) note('W', inode, offset, "", "", data, done);
    end();
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    uint64_t inode;
    if (!length || !watched(fd, &inode)) return real(fd, data, length, offset);
    BEGIN(1);
    ssize_t done = real(fd, data, torn(length), offset);
    if (done > 0) note('W', inode, offset, "", "", data, done);
    end();
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    uint64_t inode;
    if (!watched(fd, &inode)) return real(fd, parts, count);
    for (int i = 0; i < count; i++)
        if (parts[i].iov_len) return write(fd, parts[i].iov_base, parts[i].iov_len);
    return 0;
}

/* Copies inside the kernel become reads and writes, so that they are seen. */
static ssize_t copy(int out, int in, off_t *from, off64_t *to, size_t length) {
    char block[65536];
    if (length > sizeof block) length = sizeof block;
    ssize_t got = from ? pread(in, block, length, *from) : read(in, block, length);
    if (got <= 0) return got;
    ssize_t done = to ? pwrite64(out, block, got, *to) : write(out, block, got);
    if (done > 0 && from) *from += done;
    if (done > 0 && to) *to += done;
    return done;
}
ssize_t sendfile64(int out, int in, off64_t *from, size_t length) {
    REAL(ssize_t, sendfile64, int, int, off64_t *, size_t);
    uint64_t inode;
    return watched(out, &inode) ? copy(out, in, from, 0, length) : real(out, in, from, length);
}
ssize_t sendfile(int out, int in, off_t *from, size_t length) { return sendfile64(out, in, from, length); }
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags) {
    REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
    uint64_t inode;
    return watched(out, &inode) ? copy(out, in, from, to, length) : real(in, from, out, to, length, flags);
}

static int cut(int fd, off64_t size) {
    REAL(int, ftruncate64, int, off64_t);
    uint64_t inode;
    if (!watched(fd, &inode)) return real(fd, size);
    BEGIN(0);
    int done = real(fd, size);
    if (!done) note('T', inode, size, "", "", 0, 0);
    end();
    return done;
}
int ftruncate(int fd, off_t size) { return cut(fd, size); }
int ftruncate64(int fd, off64_t size) { return cut(fd, size); }
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
    REAL(int, fallocate64, int, int, off64_t, off64_t);
    uint64_t inode;
    if (watched(fd, &inode)) FAIL(EOPNOTSUPP);
    return real(fd, mode, offset, length);
}
int fallocate(int fd, int mode, off_t offset, off_t length) { return fallocate64(fd, mode, offset, length); }

/* Noted and not done: a kill loses nothing that is in the system's memory, and a real disk would take its time. */
static int force(int fd) {
    uint64_t inode;
    if (!watched(fd, &inode)) return 0;
    BEGIN(0);
    note('S', inode, 0, "", "", 0, 0);
    end();
    return 0;
}
int fsync(int fd) { return force(fd); }
int fdatasync(int fd) { return force(fd); }

static int make(int dir, const char *path, int flags, mode_t mode) {
    REAL(int, openat64, int, const char *, int, ...);
    char place[PATH_MAX];
    struct stat status;
    place_of(dir, path, place);
    if (!root_length || !inside(place) || !(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE)
        return real(dir, path, flags, mode);
    int there = !stat(place, &status);
    if (there && !(flags & O_TRUNC && status.st_size) && !(blow == READ_ONLY && steps >= at))
        return real(dir, path, flags, mode);
    BEGIN(!there);
    int fd = real(dir, path, flags, mode);
    if (fd >= 0 && !fstat(fd, &status)) note(there ? 'T' : 'C', status.st_ino, 0, place, "", 0, 0);
    end();
    return fd;
}
#define MODE() mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { MODE(); return make(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(); return make(AT_FDCWD, path, flags, mode); }
int openat(int dir, const char *path, int flags, ...) { MODE(); return make(dir, path, flags, mode); }
int openat64(int dir, const char *path, int flags, ...) { MODE(); return make(dir, path, flags, mode); }

/* C++ opens through here, and writes through write. */
static FILE *stream(const char *path, const char *mode) {
    REAL(FILE *, fopen64, const char *, const char *);
    int flags = *mode == 'w' ? O_CREAT | O_TRUNC | O_WRONLY : *mode == 'a' ? O_CREAT | O_WRONLY : 0;
    if (flags) {
        int fd = make(AT_FDCWD, path, flags, 0666);
        if (fd < 0) return 0;
        close(fd);
    }
    return real(path, mode);
}
FILE *fopen(const char *path, const char *mode) { return stream(path, mode); }
FILE *fopen64(const char *path, const char *mode) { return stream(path, mode); }

static int move(int from_dir, const char *from, int to_dir, const char *to) {
    REAL(int, renameat, int, const char *, int, const char *);
    char a[PATH_MAX], b[PATH_MAX];
    place_of(from_dir, from, a);
    place_of(to_dir, to, b);
    if (!inside(a) && !inside(b)) return real(from_dir, from, to_dir, to);
    BEGIN(0);
    int done = real(from_dir, from, to_dir, to);
    if (!done) note('R', 0, 0, a, b, 0, 0);
    end();
    return done;
}
int rename(const char *from, const char *to) { return move(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int a, const char *from, int b, const char *to) { return move(a, from, b, to); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { (void)flags; return move(a, from, b, to); }

static int drop(int dir, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    char place[PATH_MAX];
    struct stat status;
    place_of(dir, path, place);
    if (!inside(place) || lstat(place, &status)) return real(dir, path, flags);
    BEGIN(0);
    int done = real(dir, path, flags);
    if (!done) note(flags & AT_REMOVEDIR ? 'D' : 'U', 0, 0, place, "", 0, 0);
    end();
    return done;
}
int unlink(const char *path) { return drop(AT_FDCWD, path, 0); }
int unlinkat(int dir, const char *path, int flags) { return drop(dir, path, flags); }
int rmdir(const char *path) { return drop(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int dir, const char *path, mode_t mode) {
    REAL(int, mkdirat, int, const char *, mode_t);
    char place[PATH_MAX];
    struct stat status;
    place_of(dir, path, place);
    if (!inside(place) || !stat(place, &status)) return real(dir, path, mode);
    BEGIN(1);
    int done = real(dir, path, mode);
    if (!done && !stat(place, &status)) note('M', status.st_ino, 0, place, "", 0, 0);
    end();
    return done;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
