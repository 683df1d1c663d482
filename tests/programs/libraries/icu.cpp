// packages: libicu-dev
// needs: libicuuc.a libicui18n.a libicudata.a
// build: c++ -std=c++17 -O1 $source -o native -Wl,-Bstatic -licui18n -licuuc -licudata -Wl,-Bdynamic -ldl -lpthread
#include <iostream>
#include <string>
#include <unicode/brkiter.h>
#include <unicode/calendar.h>
#include <unicode/coll.h>
#include <unicode/numberformatter.h>
#include <unicode/regex.h>
#include <unicode/translit.h>
#include <unicode/unistr.h>

static std::string utf8(const icu::UnicodeString &text) {
    std::string out;
    return text.toUTF8String(out);
}

int main() {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Collator> collator(icu::Collator::createInstance(icu::Locale("sv"), status));
    std::cout << collator->compare(icu::UnicodeString(u"z"), icu::UnicodeString(u"\u00e5")) << '\n';
    std::cout << utf8(icu::UnicodeString(u"stra\u00dfe").toUpper(icu::Locale("de"))) << '\n';
    std::cout << utf8(icu::number::NumberFormatter::withLocale("de").formatDouble(1234567.891, status).toString(status)) << '\n';
    std::unique_ptr<icu::Transliterator> latin(
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII", UTRANS_FORWARD, status));
    icu::UnicodeString text(u"\u041c\u043e\u0441\u043a\u0432\u0430 \u6771\u4eac");
    latin->transliterate(text);
    std::cout << utf8(text) << '\n';
    icu::RegexMatcher matcher(u"\\p{Lu}\\w+", icu::UnicodeString(u"call me Ishmael"), 0, status);
    std::cout << bool(matcher.find(status)) << ' ' << utf8(matcher.group(status)) << ' ' << u_errorName(status) << '\n';
    return 7;
}
