// packages: libleveldb-dev libsnappy-dev
// needs: libleveldb.a libsnappy.a
// build: c++ -std=c++17 -O1 $source -o native -Wl,-Bstatic -lleveldb -lsnappy -Wl,-Bdynamic -lpthread
#include <iostream>
#include <leveldb/db.h>

int main() {
    leveldb::DB *db = nullptr;
    leveldb::Options options;
    options.create_if_missing = true;
    leveldb::DestroyDB("db", options);
    std::cout << leveldb::DB::Open(options, "db", &db).ok() << '\n';
    for (int i = 0; i < 20000; i++) {
        db->Put({}, "key" + std::to_string(i), std::string(100, 'a' + i % 26));
    }
    db->CompactRange(nullptr, nullptr);
    std::string value;
    std::cout << db->Get({}, "key777", &value).ok() << ' ' << value[0] << ' ' << db->Get({}, "no key", &value).ToString() << '\n';
    delete db;
    return 7;
}
