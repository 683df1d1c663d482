// packages: libgoogle-perftools-dev
// needs: libtcmalloc_minimal.a
// build: c++ -std=c++17 -O1 $source -o native -Wl,--whole-archive -l:libtcmalloc_minimal.a -Wl,--no-whole-archive -lpthread -ldl
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <malloc.h>
#include <map>
#include <pwd.h>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// The allocator takes the place of the C library's, also where libraries allocate and the program frees.
int main() {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([] {
            std::map<int, std::string> strings;
            for (int k = 0; k < 2000; k++) strings[k] = std::string(k % 300, 'x');
            for (int k = 0; k < 2000; k += 2) strings.erase(k);
        });
    }
    for (std::thread &thread : threads) thread.join();
    free(strdup("copy"));
    free(realpath(".", nullptr));
    char *line = nullptr;
    size_t size = 0;
    FILE *file = fopen("/etc/passwd", "r");
    std::printf("%d\n", getline(&line, &size, file) > 0);
    free(line);
    fclose(file);
    std::ifstream stream("/etc/passwd");
    std::string first;
    std::getline(stream, first);
    std::printf("%d %s\n", !first.empty(), getpwuid(0)->pw_name);
    void *opened = dlopen("libm.so.6", RTLD_NOW);
    std::printf("%d\n", opened != nullptr);
    void *aligned = nullptr;
    std::printf("%d\n", posix_memalign(&aligned, 4096, 10000));
    std::printf("%zu\n", malloc_usable_size(aligned));
    free(aligned);
    try {
        throw std::runtime_error("thrown");
    } catch (const std::exception &e) {
        std::puts(e.what());
    }
    return 0;
}
