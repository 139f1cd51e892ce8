/* Headings of a Markdown text by level, code blocks left out: "h1 3\nh2 7\n". */
#include <string.h>

#include "pipeline.h"

static bool is_fence(Slice line) {
    return line.length >= 3 && (memcmp(line.at, "```", 3) == 0 || memcmp(line.at, "~~~", 3) == 0);
}

static unsigned level_of(Slice line) {
    unsigned level = 0;
    while (level < line.length && line.at[level] == '#') level++;
    bool ends = level == line.length || line.at[level] == ' ' || line.at[level] == '\t';
    return level <= 6 && ends ? level : 0;
}

static int run_markdownit_parse(Context *context) {
    uint64_t counts[7] = {0};
    for (size_t i = 0; i < context->inputs->count; i++) {
        Slice rest = *(const Slice *)chunks_at(context->inputs, i);
        bool fenced = false;
        while (rest.length) {
            Slice line = slice_until(&rest, '\n');
            if (is_fence(line)) fenced = !fenced;
            else if (!fenced) counts[level_of(line)]++;
        }
    }
    for (unsigned level = 1; level <= 6; level++) {
        if (counts[level] == 0) continue;
        bool put = buffer_text(&context->output, "h") && buffer_number(&context->output, level) &&
                   buffer_text(&context->output, " ") && buffer_number(&context->output, counts[level]) &&
                   buffer_text(&context->output, "\n");
        if (!put) return failed(context, RUN_MEMORY, "no memory");
    }
    return RUN_OK;
}

static int run_copy(Context *context) {
    for (size_t i = 0; i < context->inputs->count; i++) {
        const Slice *input = chunks_at(context->inputs, i);
        if (!buffer_put(&context->output, input->at, input->length)) return failed(context, RUN_MEMORY, "no memory");
    }
    return RUN_OK;
}

static int run_count(Context *context) {
    size_t byte, found = 0;
    if (!number_of(param(context, "byte", "10"), 255, &byte)) return failed(context, RUN_FAILED, "@byte is no byte");
    for (size_t i = 0; i < context->inputs->count; i++) {
        const Slice *input = chunks_at(context->inputs, i);
        for (size_t j = 0; j < input->length; j++) found += input->at[j] == byte;
    }
    return buffer_number(&context->output, found) ? RUN_OK : failed(context, RUN_MEMORY, "no memory");
}

const Registered OPERATIONS[] = {
    {"markdownit_parse", run_markdownit_parse}, {"copy", run_copy}, {"count", run_count}, {NULL, NULL}};
