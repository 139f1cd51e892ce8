/* A pipeline: a request names operations and inputs, a response is what the last operation gave, or an error.
 *
 * Text, version 1, a line each:
 *     op NAME [@PARAM VALUE]...
 *     input file PATH
 *     input blob LENGTH          followed by a newline, so many bytes, and a newline
 *     format NAME
 *     end
 * Binary, version 2, numbers little-endian: one byte 2; one byte: how many ops; each: one byte and the name, one byte:
 * how many params, each: one byte and the name, two bytes and the value; one byte and the format; two bytes: how many
 * inputs, each: one byte (0 a blob, 1 a path), four bytes and the bytes. Nothing may follow.
 */
#ifndef PIPELINE_H
#define PIPELINE_H

#include "memory.h"

#define REQUEST_MOST ((size_t)256 << 20) /* bytes of a request, and of a file that it names */

/* Exit codes of the program; they are those of `code` in a response, too. */
enum { RUN_OK = 0, RUN_FAILED = 1, RUN_MALFORMED = 2, RUN_UNKNOWN = 3, RUN_INPUT = 4, RUN_MEMORY = 5 };

typedef struct {
    Slice name, value;
} Param;

typedef struct {
    Slice name;
    Chunks params; /* of Param */
} Op;

typedef struct {
    int code;
    char message[200]; /* why, where the code is not RUN_OK */
    Slice output;
    Arena arena;       /* has the output */
} Response;

/* What an operation is given. It puts what it makes into `output`, and returns RUN_OK, or `failed(context, ...)`. */
typedef struct {
    Arena *arena;
    const Op *op;
    const Chunks *inputs; /* of Slice; for the second operation and those after it, what the one before it gave */
    Slice format;
    Buffer output;
    Response *response;
} Context;

typedef int (*Run)(Context *context);

/* The registry: the operations by name, up to one without a name. */
typedef struct {
    const char *name;
    Run run;
} Registered;
extern const Registered OPERATIONS[];

/* The one entry: a request, in either format, to a response, whose memory is `response_free`'s. */
Response pipeline_run(Slice request);
void response_free(Response *response);

int failed(Context *context, int code, const char *message);
/* The value of a parameter, or `otherwise`. */
Slice param(const Context *context, const char *name, const char *otherwise);
/* A whole number, as a parameter or a length is written; false for anything else. */
bool number_of(Slice text, size_t most, size_t *number);

#endif
