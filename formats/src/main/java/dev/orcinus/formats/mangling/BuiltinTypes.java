package dev.orcinus.formats.mangling;

import java.util.Map;
import java.util.Optional;

/** The types that C++ knows by itself, and the ends of literals of theirs. */
final class BuiltinTypes {
    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("v", "void"),
                    Map.entry("w", "wchar_t"),
                    Map.entry("b", "bool"),
                    Map.entry("c", "char"),
                    Map.entry("a", "signed char"),
                    Map.entry("h", "unsigned char"),
                    Map.entry("s", "short"),
                    Map.entry("t", "unsigned short"),
                    Map.entry("i", "int"),
                    Map.entry("j", "unsigned int"),
                    Map.entry("l", "long"),
                    Map.entry("m", "unsigned long"),
                    Map.entry("x", "long long"),
                    Map.entry("y", "unsigned long long"),
                    Map.entry("n", "__int128"),
                    Map.entry("o", "unsigned __int128"),
                    Map.entry("f", "float"),
                    Map.entry("d", "double"),
                    Map.entry("e", "long double"),
                    Map.entry("g", "__float128"),
                    Map.entry("z", "..."),
                    Map.entry("Dn", "decltype(nullptr)"),
                    Map.entry("Da", "auto"),
                    Map.entry("Dc", "decltype(auto)"),
                    Map.entry("Di", "char32_t"),
                    Map.entry("Ds", "char16_t"),
                    Map.entry("Du", "char8_t"),
                    Map.entry("Dh", "half"),
                    Map.entry("Df", "decimal32"),
                    Map.entry("Dd", "decimal64"),
                    Map.entry("De", "decimal128"));

    private static final Map<String, String> SUFFIXES =
            Map.of(
                    "int", "",
                    "unsigned int", "u",
                    "long", "l",
                    "unsigned long", "ul",
                    "long long", "ll",
                    "unsigned long long", "ull");

    private BuiltinTypes() {}

    /** Takes a type of C++'s own, if one is next. */
    static Optional<Fragment> take(MangledText text) {
        for (int length = 1; length <= 2; length++) {
            char last = text.peek(length - 1);
            String code = length == 1 ? "" + last : "" + text.peek() + last;
            String name = NAMES.get(code);
            if (name != null && text.take(code)) {
                return Optional.of(Fragment.of(name));
            }
        }
        return Optional.empty();
    }

    /** Returns a literal of a type as programs write it. */
    static String literal(String type, String value) {
        if (type.equals("bool")) {
            return switch (value) {
                case "0" -> "false";
                case "1" -> "true";
                default -> "(bool)" + value;
            };
        }
        String suffix = SUFFIXES.get(type);
        return suffix == null ? "(" + type + ")" + value : value + suffix;
    }
}
