/* A request on stdin to a response on stdout; an error is a message on stderr and an exit code. */
#include <stdio.h>
#include <stdlib.h>

#include "pipeline.h"

static unsigned char *all_of(FILE *file, size_t *length) {
    size_t room = (size_t)1 << 16;
    unsigned char *bytes = malloc(room);
    *length = 0;
    while (bytes != NULL) {
        size_t got = fread(bytes + *length, 1, room - *length, file);
        *length += got;
        if (got == 0 || *length > REQUEST_MOST) break;
        if (*length == room) {
            room *= 2;
            unsigned char *more = realloc(bytes, room);
            if (more == NULL) {
                free(bytes);
                return NULL;
            }
            bytes = more;
        }
    }
    return bytes;
}

int main(void) {
    size_t length;
    unsigned char *bytes = all_of(stdin, &length);
    if (bytes == NULL) {
        fputs("no memory for the request\n", stderr);
        return RUN_MEMORY;
    }
    Response response = pipeline_run((Slice){bytes, length});
    int code = response.code;
    if (code != RUN_OK) {
        fprintf(stderr, "%s\n", response.message);
    } else if (fwrite(response.output.at ? response.output.at : bytes, 1, response.output.length, stdout) !=
                   response.output.length ||
               fflush(stdout) != 0) {
        fputs("the response cannot be written\n", stderr);
        code = RUN_FAILED;
    }
    response_free(&response);
    free(bytes);
    return code;
}
