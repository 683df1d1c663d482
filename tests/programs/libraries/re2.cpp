// packages: libre2-dev
// needs: libre2.a
// build: c++ -std=c++17 -O1 $source -o native -l:libre2.a -lpthread
#include <iostream>
#include <re2/re2.h>
#include <re2/set.h>

int main() {
    int n = 0;
    std::string word;
    std::cout << RE2::PartialMatch("call me Ishmael 42", "(\\w+) (\\d+)$", &word, &n) << ' ' << word << ' ' << n << '\n';
    RE2::Set set(RE2::DefaultOptions, RE2::UNANCHORED);
    set.Add("whale", nullptr);
    set.Add("s[ea]+", nullptr);
    set.Compile();
    std::vector<int> found;
    set.Match("the sea", &found);
    std::cout << found.size() << ' ' << RE2("(").ok() << '\n';
    return 7;
}
