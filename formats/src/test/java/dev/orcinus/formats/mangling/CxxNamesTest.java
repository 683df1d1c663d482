package dev.orcinus.formats.mangling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class CxxNamesTest {
    private static final List<String> SYMBOLS =
            List.of(
                    "_Z5storePi",
                    "_ZNK3foo3barERKSs",
                    "_ZN1AIiE1fIcEEvT_",
                    "_ZZN3foo3barEvENKUlPKcE_clES1_",
                    "_ZNSt6vectorIiSaIiEE9push_backERKi",
                    "_ZSt5asyncIN4llvm15unique_functionIFvvEEEJEESt6futureINSt15__invoke_result"
                            + "INSt5decayIT_E4typeEJDpNS6_IT0_E4typeEEE4typeEESt6launchOS7_DpOSA_",
                    "_ZTv0_n24_N1B1fEv");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "_Z1fv|f()",
                "_Z5storePi|store(int*)",
                "_Z1fPKc|f(char const*)",
                "_Z1fRA3_Ki|f(int const (&) [3])",
                "_Z1fPFivEM1AKFvcE|f(int (*)(), void (A::*)(char) const)",
                "_ZN1AC2Ev|A::A()",
                "_ZN1AD0Ev|A::~A()",
                "_ZNKSt6vectorIiSaIiEE4sizeEv|std::vector<int, std::allocator<int> >::size() const",
                "_ZN12_GLOBAL__N_11fEv|(anonymous namespace)::f()",
                "_ZZ4mainENKUliE_clEi|main::{lambda(int)#1}::operator()(int) const",
                "_ZNSsC1EPKc|std::string::basic_string(char const*)",
                "_Z3addIiET_S0_S0_|int add<int>(int, int)",
                "_Z1fIJidEEvDpT_|void f<int, double>(int, double)",
                "_Z1fIJEEvDpOT_|void f<>()",
                "_ZN1AcvbEv|A::operator bool()",
                "_ZlsRSo1A|operator<<(std::ostream&, A)",
                "_ZN1AILi3ELb1EE1gEv|A<3, true>::g()",
                "_ZTV1A|vtable for A",
                "_ZThn8_N1B1fEv|non-virtual thunk to B::f()",
                "_Z1fv.cold|f() [clone .cold]",
                "_ZN1AB5cxx11Ev|A[abi:cxx11]()",
            })
    void namesAreThoseOfPrograms(String symbol, String name) {
        assertEquals(name, CxxNames.demangle(symbol));
    }

    /** Other symbols, and those that are not understood, stay as they are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "main",
                "",
                "_Z",
                "_ZN",
                "_Z1",
                "_Z99f",
                "_ZN1A",
                "_Z1fS_",
                "_Z1fT_",
                "_Z1fv$x",
                "_ZL",
                "_Z1fIXspT_EEvv"
            })
    void otherSymbolsStay(String symbol) {
        assertEquals(symbol, CxxNames.demangle(symbol));
    }

    @Test
    void symbolsThatStandForEndlessNamesStay() {
        StringBuilder endless = new StringBuilder("_Z1f1A");
        for (int i = 0; i < 60; i++) {
            endless.append("S_");
        }
        assertFalse(CxxNames.demangle(endless.toString()).startsWith("_Z"));
        StringBuilder doubling = new StringBuilder("_Z1f1AIiiE");
        for (int i = 0; i < 40; i++) {
            String last =
                    i == 0 ? "S0_" : "S" + Integer.toString(i, 36).toUpperCase(Locale.ROOT) + "_";
            doubling.append("S_I").append(last).append(last).append('E');
        }
        assertEquals(doubling.toString(), CxxNames.demangle(doubling.toString()));
        String deep = "_Z1f" + "P".repeat(100_000) + "i";
        assertEquals(deep, CxxNames.demangle(deep));
    }

    /** Symbols come out of a process that may have destroyed them. */
    @Test
    void noSymbolDoesHarm() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (String symbol : SYMBOLS) {
            for (int length = 0; length < symbol.length(); length++) {
                CxxNames.demangle(symbol.substring(0, length));
            }
            for (int i = 0; i < 20_000; i++) {
                char[] changed = symbol.toCharArray();
                for (int j = random.nextInt(4); j >= 0; j--) {
                    String other = SYMBOLS.get(random.nextInt(SYMBOLS.size()));
                    int at = 2 + random.nextInt(changed.length - 2);
                    changed[at] = other.charAt(random.nextInt(other.length()));
                }
                CxxNames.demangle(new String(changed));
            }
        }
    }
}
