/* The fuzz target: any bytes are a request. With libFuzzer (clang -fsanitize=fuzzer) as it is; without it, a driver that
 * changes the requests in the files that it is given, so many times, from a fixed seed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    Response response = pipeline_run((Slice){bytes, length});
    volatile unsigned char last = 0;
    for (size_t i = 0; i < response.output.length; i++) last = response.output.at[i];
    (void)last;
    response_free(&response);
    return 0;
}

#ifndef WITH_LIBFUZZER
static uint64_t state = 88172645463325252u;

static size_t random_below(size_t most) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return most ? (size_t)(state % most) : 0;
}

int main(int count, char **names) {
    long rounds = count > 1 ? strtol(names[1], NULL, 10) : 1000;
    for (int i = 2; i < count; i++) {
        static unsigned char seed[1 << 16];
        FILE *file = fopen(names[i], "rb");
        if (file == NULL) return 2;
        size_t length = fread(seed, 1, sizeof seed, file);
        fclose(file);
        for (long round = 0; round < rounds; round++) {
            size_t cut = random_below(4) ? length : random_below(length + 1);
            unsigned char *copy = malloc(cut + 1); /* its own, so that reading past its end is seen */
            if (copy == NULL) return 2;
            memcpy(copy, seed, cut);
            for (size_t change = random_below(6); change-- > 0 && cut;)
                copy[random_below(cut)] = random_below(3) ? (unsigned char)random_below(256) : (unsigned char)"\n 0@2e"[random_below(6)];
            LLVMFuzzerTestOneInput(copy, cut);
            free(copy);
        }
    }
    return 0;
}
#endif
