/* Memory of one request: slices of bytes that others own, an arena that is freed as a whole, and a chunked array. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that somebody else owns. */
typedef struct {
    const unsigned char *at;
    size_t length;
} Slice;

typedef struct Block Block;

/* Memory that is given out piece by piece, and freed at once. A zeroed one is empty. */
typedef struct {
    Block *last;
    size_t total;
} Arena;

/* Elements of one width in chunks of 16, 32, 64 ... elements: one that was added never moves. */
#define CHUNK_FIRST 4
#define CHUNK_MOST 40
typedef struct {
    Arena *arena;
    size_t width;
    size_t count;
    unsigned char *chunks[CHUNK_MOST];
} Chunks;

/* Bytes that grow at their end. */
typedef struct {
    Arena *arena;
    unsigned char *at;
    size_t length, room;
} Buffer;

/* NULL where the request has had as much as it may (ARENA_MOST), or the machine has no more. */
void *arena_take(Arena *arena, size_t size);
void arena_free(Arena *arena);
#define ARENA_MOST ((size_t)2 << 30)

Chunks chunks_of(Arena *arena, size_t width);
void *chunks_add(Chunks *chunks);
void *chunks_at(const Chunks *chunks, size_t index);

Buffer buffer_of(Arena *arena);
bool buffer_put(Buffer *buffer, const void *bytes, size_t length);
bool buffer_text(Buffer *buffer, const char *text);
bool buffer_number(Buffer *buffer, uint64_t number);
Slice buffer_slice(const Buffer *buffer);

Slice slice_of(const char *text);
bool slice_is(Slice slice, const char *text);
/* The bytes up to the first `end`, which is taken off `rest` too; all of them where there is none. */
Slice slice_until(Slice *rest, unsigned char end);

#endif
