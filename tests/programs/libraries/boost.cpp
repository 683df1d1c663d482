// packages: libboost-regex-dev libboost-filesystem-dev libboost-program-options-dev libboost-serialization-dev libboost-thread-dev libboost-context-dev
// needs: libboost_regex.a libboost_filesystem.a libboost_program_options.a libboost_serialization.a libboost_thread.a libboost_context.a
// build: c++ -std=c++17 -O1 $source -o native -Wl,-Bstatic -lboost_regex -lboost_filesystem -lboost_program_options -lboost_serialization -lboost_thread -lboost_context -lboost_system -Wl,-Bdynamic -lpthread
#include <boost/archive/text_iarchive.hpp>
#include <boost/archive/text_oarchive.hpp>
#include <boost/context/fiber.hpp>
#include <boost/filesystem.hpp>
#include <boost/program_options.hpp>
#include <boost/regex.hpp>
#include <boost/serialization/export.hpp>
#include <boost/serialization/vector.hpp>
#include <boost/thread.hpp>
#include <iostream>
#include <sstream>

struct Base {
    virtual ~Base() = default;
    virtual int value() const { return 1; }
    template <class A> void serialize(A &, unsigned) {}
};
struct Derived : Base {
    int n = 0;
    int value() const override { return n; }
    template <class A> void serialize(A &archive, unsigned) { archive & boost::serialization::base_object<Base>(*this) & n; }
};
BOOST_CLASS_EXPORT(Derived)

int main() {
    std::stringstream stream;
    {
        Derived derived;
        derived.n = 42;
        const Base *base = &derived;
        boost::archive::text_oarchive(stream) << base;
    }
    Base *back = nullptr;
    boost::archive::text_iarchive(stream) >> back;
    std::cout << back->value() << '\n';
    delete back;
    boost::smatch match;
    std::string text = "whale 42 ship 7";
    boost::regex_search(text, match, boost::regex("(\\d+)\\s(?<what>[a-z]+)"));
    std::cout << match[1] << ' ' << match["what"] << '\n';
    std::cout << boost::filesystem::path("/a/b/../c").lexically_normal() << ' ' << boost::filesystem::exists("/nowhere") << '\n';
    namespace po = boost::program_options;
    po::options_description options("options");
    options.add_options()("count,c", po::value<int>()->default_value(3), "a number");
    po::variables_map map;
    try {
        po::store(po::command_line_parser(std::vector<std::string>{"--cuont=4"}).options(options).run(), map);
    } catch (const po::error &e) {
        std::cout << e.what() << '\n';
    }
    int sum = 0;
    boost::context::fiber fiber([&](boost::context::fiber &&caller) {
        for (int i = 1; i <= 3; i++) {
            sum += i;
            caller = std::move(caller).resume();
        }
        return std::move(caller);
    });
    while (fiber) {
        fiber = std::move(fiber).resume();
    }
    boost::thread thread([&] { sum *= 10; });
    thread.join();
    std::cout << sum << '\n';
    return 7;
}
