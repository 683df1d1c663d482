PACKAGE=tinyxml2

compile() {
    objects c++ -O2 -- tinyxml2.cpp xmltest.cpp
}
