// packages: libyaml-cpp-dev
// needs: libyaml-cpp.a
// build: c++ -std=c++17 -O1 $source -o native -l:libyaml-cpp.a
#include <iostream>
#include <yaml-cpp/yaml.h>

int main() {
    YAML::Node node = YAML::Load("{ship: Pequod, crew: [Ahab, Ishmael], masts: 3}");
    std::cout << node["crew"][1].as<std::string>() << ' ' << node["masts"].as<int>() + 1 << '\n';
    node["crew"].push_back("Pip");
    std::cout << node << '\n';
    try {
        node["ship"].as<int>();
    } catch (const YAML::Exception &e) {
        std::cout << e.what() << '\n';
    }
    return 7;
}
