#include "memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)64 << 10)
#define ALIGN (sizeof(max_align_t))

struct Block {
    Block *before;
    size_t used, room;
    max_align_t bytes[];
};

void *arena_take(Arena *arena, size_t size) {
    if (size > ARENA_MOST - ALIGN) return NULL;
    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    if (size == 0) size = ALIGN;
    Block *block = arena->last;
    if (block == NULL || block->room - block->used < size) {
        size_t room = size > BLOCK ? size : BLOCK;
        if (arena->total > ARENA_MOST - room) return NULL;
        block = malloc(sizeof(Block) + room);
        if (block == NULL) return NULL;
        block->before = arena->last;
        block->used = 0;
        block->room = room;
        arena->last = block;
        arena->total += room;
    }
    void *at = (unsigned char *)block->bytes + block->used;
    block->used += size;
    return at;
}

void arena_free(Arena *arena) {
    while (arena->last != NULL) {
        Block *block = arena->last;
        arena->last = block->before;
        free(block);
    }
    arena->total = 0;
}

Chunks chunks_of(Arena *arena, size_t width) {
    Chunks chunks = {0};
    chunks.arena = arena;
    chunks.width = width;
    return chunks;
}

static unsigned top_bit(size_t number) {
    unsigned bit = 0;
    while (number >>= 1) bit++;
    return bit;
}

void *chunks_at(const Chunks *chunks, size_t index) {
    size_t number = index + ((size_t)1 << CHUNK_FIRST);
    unsigned bit = top_bit(number);
    return chunks->chunks[bit - CHUNK_FIRST] + (number - ((size_t)1 << bit)) * chunks->width;
}

void *chunks_add(Chunks *chunks) {
    size_t number = chunks->count + ((size_t)1 << CHUNK_FIRST);
    unsigned bit = top_bit(number), chunk = bit - CHUNK_FIRST;
    if (chunk >= CHUNK_MOST) return NULL;
    if (chunks->chunks[chunk] == NULL) {
        size_t elements = (size_t)1 << bit;
        if (elements > ARENA_MOST / chunks->width) return NULL;
        chunks->chunks[chunk] = arena_take(chunks->arena, elements * chunks->width);
        if (chunks->chunks[chunk] == NULL) return NULL;
    }
    chunks->count++;
    return chunks_at(chunks, chunks->count - 1);
}

Buffer buffer_of(Arena *arena) {
    Buffer buffer = {0};
    buffer.arena = arena;
    return buffer;
}

bool buffer_put(Buffer *buffer, const void *bytes, size_t length) {
    if (length == 0) return true;
    if (length > buffer->room - buffer->length) {
        size_t room = buffer->room ? buffer->room : 256;
        while (room - buffer->length < length) {
            if (room > ARENA_MOST / 2) return false;
            room *= 2;
        }
        unsigned char *at = arena_take(buffer->arena, room);
        if (at == NULL) return false;
        if (buffer->length) memcpy(at, buffer->at, buffer->length);
        buffer->at = at;
        buffer->room = room;
    }
    memcpy(buffer->at + buffer->length, bytes, length);
    buffer->length += length;
    return true;
}

bool buffer_text(Buffer *buffer, const char *text) { return buffer_put(buffer, text, strlen(text)); }

bool buffer_number(Buffer *buffer, uint64_t number) {
    char text[24];
    int length = snprintf(text, sizeof text, "%" PRIu64, number);
    return length > 0 && buffer_put(buffer, text, (size_t)length);
}

Slice buffer_slice(const Buffer *buffer) { return (Slice){buffer->at, buffer->length}; }

Slice slice_of(const char *text) { return (Slice){(const unsigned char *)text, strlen(text)}; }

bool slice_is(Slice slice, const char *text) {
    return slice.length == strlen(text) && (slice.length == 0 || memcmp(slice.at, text, slice.length) == 0);
}

Slice slice_until(Slice *rest, unsigned char end) {
    const unsigned char *found = rest->length ? memchr(rest->at, end, rest->length) : NULL;
    Slice taken = *rest;
    if (found != NULL) taken.length = (size_t)(found - rest->at);
    size_t used = taken.length + (found != NULL);
    rest->at = rest->length ? rest->at + used : rest->at;
    rest->length -= used;
    return taken;
}
