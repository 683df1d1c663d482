// packages: libgtest-dev
// needs: libgtest.a libgtest_main.a
// build: c++ -std=c++17 -O1 $source -o native -l:libgtest.a -l:libgtest_main.a -lpthread
// varies: \(\d+ ms( total)?\)
#include <gtest/gtest.h>
#include <stdexcept>

class Numbers : public testing::TestWithParam<int> {};

TEST_P(Numbers, areSmall) {
    EXPECT_LT(GetParam(), 3);
}

INSTANTIATE_TEST_SUITE_P(All, Numbers, testing::Values(1, 2, 3));

TEST(Whale, throws) {
    EXPECT_THROW(throw std::runtime_error("x"), std::logic_error);
}

TEST(WhaleDeathTest, dies) {
    EXPECT_DEATH(abort(), "");
}
