#include "pipeline.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    Arena *arena;
    Response *response;
    Chunks ops;    /* of Op */
    Chunks inputs; /* of Slice */
    Slice format;
} Request;

static bool error(Response *response, int code, const char *message) {
    if (response->code == RUN_OK) {
        response->code = code;
        snprintf(response->message, sizeof response->message, "%s", message);
    }
    return false;
}

int failed(Context *context, int code, const char *message) {
    error(context->response, code, message);
    return code;
}

Slice param(const Context *context, const char *name, const char *otherwise) {
    for (size_t i = 0; i < context->op->params.count; i++) {
        const Param *row = chunks_at(&context->op->params, i);
        if (slice_is(row->name, name)) return row->value;
    }
    return slice_of(otherwise);
}

bool number_of(Slice text, size_t most, size_t *number) {
    size_t found = 0;
    if (text.length == 0 || text.length > 18) return false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
        found = found * 10 + (size_t)(text.at[i] - '0');
    }
    *number = found;
    return found <= most;
}

/* inputs */

static bool add_input(Request *request, Slice bytes) {
    Slice *input = chunks_add(&request->inputs);
    if (input == NULL) return error(request->response, RUN_MEMORY, "no memory for the inputs");
    *input = bytes;
    return true;
}

static bool add_file(Request *request, Slice path) {
    char name[4096];
    if (path.length == 0 || path.length >= sizeof name || memchr(path.at, 0, path.length) != NULL)
        return error(request->response, RUN_MALFORMED, "an input's path is empty, too long or no path");
    memcpy(name, path.at, path.length);
    name[path.length] = 0;
    FILE *file = fopen(name, "rb");
    if (file == NULL) return error(request->response, RUN_INPUT, "an input file cannot be opened");
    Buffer buffer = buffer_of(request->arena);
    unsigned char piece[1 << 16];
    size_t got;
    bool fits = true;
    while (fits && (got = fread(piece, 1, sizeof piece, file)) > 0)
        fits = buffer.length + got <= REQUEST_MOST && buffer_put(&buffer, piece, got);
    bool whole = !ferror(file);
    fclose(file);
    if (!fits) return error(request->response, RUN_INPUT, "an input file is too large");
    if (!whole) return error(request->response, RUN_INPUT, "an input file cannot be read");
    return add_input(request, buffer_slice(&buffer));
}

static Op *add_op(Request *request, Slice name) {
    Op *op = chunks_add(&request->ops);
    if (op == NULL) {
        error(request->response, RUN_MEMORY, "no memory for the operations");
        return NULL;
    }
    op->name = name;
    op->params = chunks_of(request->arena, sizeof(Param));
    return op;
}

static bool add_param(Request *request, Op *op, Slice name, Slice value) {
    Param *row = chunks_add(&op->params);
    if (row == NULL) return error(request->response, RUN_MEMORY, "no memory for the parameters");
    row->name = name;
    row->value = value;
    return true;
}

/* version 1 */

static bool starts(Slice *line, const char *word) {
    size_t length = strlen(word);
    if (line->length < length || memcmp(line->at, word, length) != 0) return false;
    line->at += length;
    line->length -= length;
    return true;
}

static bool read_op(Request *request, Slice line) {
    Op *op = add_op(request, slice_until(&line, ' '));
    if (op == NULL) return false;
    if (op->name.length == 0) return error(request->response, RUN_MALFORMED, "an op has no name");
    while (line.length) {
        Slice name = slice_until(&line, ' ');
        if (name.length < 2 || name.at[0] != '@' || line.length == 0)
            return error(request->response, RUN_MALFORMED, "a parameter is no '@NAME VALUE'");
        name.at++;
        name.length--;
        if (!add_param(request, op, name, slice_until(&line, ' '))) return false;
    }
    return true;
}

static bool read_text(Request *request, Slice rest) {
    Response *response = request->response;
    while (rest.length) {
        if (memchr(rest.at, '\n', rest.length) == NULL)
            return error(response, RUN_MALFORMED, "a line has no end: the request is truncated");
        Slice line = slice_until(&rest, '\n');
        if (slice_is(line, "end"))
            return rest.length == 0 || error(response, RUN_MALFORMED, "something follows 'end'");
        if (starts(&line, "op ")) {
            if (!read_op(request, line)) return false;
        } else if (starts(&line, "input file ")) {
            if (!add_file(request, line)) return false;
        } else if (starts(&line, "input blob ")) {
            size_t length;
            if (!number_of(line, REQUEST_MOST, &length)) return error(response, RUN_MALFORMED, "a blob's length is none");
            if (length >= rest.length || rest.at[length] != '\n')
                return error(response, RUN_MALFORMED, "a blob is not as long as it says");
            if (!add_input(request, (Slice){rest.at, length})) return false;
            rest.at += length + 1;
            rest.length -= length + 1;
        } else if (starts(&line, "format ")) {
            request->format = line;
        } else {
            return error(response, RUN_MALFORMED, "a line is none of op, input, format, end");
        }
    }
    return error(response, RUN_MALFORMED, "there is no 'end': the request is truncated");
}

/* version 2 */

static bool take(Request *request, Slice *rest, size_t length, Slice *taken) {
    if (length > rest->length) return error(request->response, RUN_MALFORMED, "the request is truncated");
    *taken = (Slice){rest->at, length};
    rest->at += length;
    rest->length -= length;
    return true;
}

static bool take_number(Request *request, Slice *rest, size_t bytes, size_t *number) {
    Slice taken;
    if (!take(request, rest, bytes, &taken)) return false;
    *number = 0;
    for (size_t i = bytes; i-- > 0;) *number = *number << 8 | taken.at[i];
    return true;
}

static bool take_sized(Request *request, Slice *rest, size_t bytes, Slice *taken) {
    size_t length;
    return take_number(request, rest, bytes, &length) && take(request, rest, length, taken);
}

static bool read_binary(Request *request, Slice rest) {
    size_t ops, params, inputs, kind;
    Slice name, value;
    if (!take_number(request, &rest, 1, &ops)) return false;
    for (size_t i = 0; i < ops; i++) {
        if (!take_sized(request, &rest, 1, &name)) return false;
        if (name.length == 0) return error(request->response, RUN_MALFORMED, "an op has no name");
        Op *op = add_op(request, name);
        if (op == NULL || !take_number(request, &rest, 1, &params)) return false;
        for (size_t j = 0; j < params; j++) {
            if (!take_sized(request, &rest, 1, &name) || !take_sized(request, &rest, 2, &value)) return false;
            if (!add_param(request, op, name, value)) return false;
        }
    }
    if (!take_sized(request, &rest, 1, &request->format) || !take_number(request, &rest, 2, &inputs)) return false;
    for (size_t i = 0; i < inputs; i++) {
        if (!take_number(request, &rest, 1, &kind) || !take_sized(request, &rest, 4, &value)) return false;
        if (kind > 1) return error(request->response, RUN_MALFORMED, "an input is neither a blob nor a file");
        if (!(kind == 1 ? add_file(request, value) : add_input(request, value))) return false;
    }
    return rest.length == 0 || error(request->response, RUN_MALFORMED, "something follows the last input");
}

/* running */

static Run operation(Slice name) {
    for (const Registered *row = OPERATIONS; row->name != NULL; row++)
        if (slice_is(name, row->name)) return row->run;
    return NULL;
}

static void run(Request *request) {
    Response *response = request->response;
    if (request->ops.count == 0) {
        error(response, RUN_MALFORMED, "the request has no op");
        return;
    }
    for (size_t i = 0; i < request->ops.count; i++)
        if (operation(((Op *)chunks_at(&request->ops, i))->name) == NULL) {
            error(response, RUN_UNKNOWN, "no op is called that");
            return;
        }
    Chunks inputs = request->inputs;
    for (size_t i = 0; i < request->ops.count; i++) {
        const Op *op = chunks_at(&request->ops, i);
        Context context = {0};
        context.arena = request->arena;
        context.op = op;
        context.inputs = &inputs;
        context.format = request->format;
        context.output = buffer_of(request->arena);
        context.response = response;
        int code = operation(op->name)(&context);
        if (code != RUN_OK) {
            error(response, code, "the operation failed");
            return;
        }
        Chunks next = chunks_of(request->arena, sizeof(Slice));
        Slice *made = chunks_add(&next);
        if (made == NULL) {
            error(response, RUN_MEMORY, "no memory for the output");
            return;
        }
        *made = buffer_slice(&context.output);
        response->output = *made;
        inputs = next;
    }
}

Response pipeline_run(Slice bytes) {
    Response response = {0};
    Request request = {0};
    request.arena = &response.arena;
    request.response = &response;
    request.ops = chunks_of(request.arena, sizeof(Op));
    request.inputs = chunks_of(request.arena, sizeof(Slice));
    request.format = slice_of("text");
    if (bytes.length == 0)
        error(&response, RUN_MALFORMED, "the request is empty");
    else if (bytes.length > REQUEST_MOST)
        error(&response, RUN_MALFORMED, "the request is too large");
    else if (bytes.at[0] == 2 ? read_binary(&request, (Slice){bytes.at + 1, bytes.length - 1}) : read_text(&request, bytes))
        run(&request);
    if (response.code != RUN_OK) response.output = (Slice){NULL, 0};
    return response;
}

void response_free(Response *response) { arena_free(&response->arena); }
