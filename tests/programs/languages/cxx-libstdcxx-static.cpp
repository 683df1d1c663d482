// build: c++ -std=c++17 -O1 -pthread -static-libstdc++ -static-libgcc $source -o native
#include <algorithm>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

struct Noisy {
    std::string name;
    explicit Noisy(std::string n) : name(std::move(n)) { std::cout << name << " made\n"; }
    ~Noisy() { std::cout << name << " gone\n"; }
};

static Noisy global("global");
thread_local Noisy local("of a thread");
std::once_flag once;

struct Base {
    virtual ~Base() = default;
    virtual int value() const { return 1; }
};
struct Derived : Base {
    int value() const override { return 2; }
};

int main() {
    std::map<std::string, int> counts;
    std::istringstream words("the whale and the sea and the ship");
    for (std::string word; words >> word;) {
        ++counts[word];
    }
    for (auto &[word, count] : counts) {
        std::cout << word << ' ' << count << '\n';
    }
    std::unique_ptr<Base> base = std::make_unique<Derived>();
    std::cout << base->value() << ' ' << (dynamic_cast<Derived *>(base.get()) != nullptr) << '\n';
    try {
        std::vector<int>().at(3);
    } catch (const std::out_of_range &e) {
        std::cout << "caught " << e.what() << '\n';
    }
    std::thread([] { std::cout << local.name << '\n'; }).join();
    std::call_once(once, [] { std::cout << "once\n"; });
    auto sum = std::async(std::launch::async, [] { return 40 + 2; });
    std::cout << sum.get() << ' ' << std::regex_replace("a1b22", std::regex("[0-9]+"), "#") << '\n';
    try {
        std::async(std::launch::async, []() -> int { throw std::runtime_error("from a task"); }).get();
    } catch (const std::exception &e) {
        std::cout << e.what() << '\n';
    }
    return 7;
}
