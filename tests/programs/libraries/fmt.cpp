// packages: libfmt-dev
// needs: libfmt.a
// build: c++ -std=c++17 -O1 $source -o native -l:libfmt.a
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <vector>

int main() {
    fmt::print("{:>8.3f}|{:#x}|{}|{:%H:%M:%S}\n", 3.14159, 255, std::vector<int>{1, 2, 3}, std::chrono::seconds(3661));
    try {
        fmt::print(fmt::runtime("{:d}\n"), "text");
    } catch (const fmt::format_error &e) {
        fmt::print("caught {}\n", e.what());
    }
    return 7;
}
