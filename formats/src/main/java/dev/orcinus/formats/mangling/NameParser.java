package dev.orcinus.formats.mangling;

import dev.orcinus.formats.mangling.MangledText.NotUnderstoodException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads names of functions, variables and classes. Used by one thread. */
final class NameParser {
    private static final Map<Character, String> STANDARD =
            Map.of(
                    'a', "std::allocator",
                    'b', "std::basic_string",
                    's', "std::string",
                    'i', "std::istream",
                    'o', "std::ostream",
                    'd', "std::iostream");

    private static final Map<String, String> SPECIAL =
            Map.of(
                    "TV", "vtable for ",
                    "TT", "VTT for ",
                    "TI", "typeinfo for ",
                    "TS", "typeinfo name for ");

    private static final Map<String, String> OF_VARIABLE =
            Map.of(
                    "GV", "guard variable for ",
                    "TH", "TLS init function for ",
                    "TW", "TLS wrapper function for ");

    private static final String ANONYMOUS = "_GLOBAL__N";

    private final MangledText text;
    private final TypeParser types;

    /** The qualifiers of the member function whose name has been read last. */
    private String qualifiers = "";

    NameParser(MangledText text) {
        this.text = text;
        this.types = new TypeParser(text, this);
    }

    /**
     * Reads what a symbol stands for.
     *
     * @param isWhole whether a function is shown with the type of its result
     */
    String encoding(boolean isWhole) throws NotUnderstoodException {
        text.descend();
        Optional<String> special = special();
        String name = special.isPresent() ? special.get() : plain(isWhole);
        text.ascend();
        return name;
    }

    private String plain(boolean isWhole) throws NotUnderstoodException {
        Fragment name = name();
        String behind = qualifiers;
        qualifiers = "";
        if (text.isAtEnd() || text.peek() == 'E') {
            return name.text();
        }
        List<Fragment> before = types.setArguments(argumentsOf(name));
        Fragment result =
                name.arguments() != null && !isWithoutResult(name) ? types.type() : Fragment.of("");
        String parameters = "(" + Fragment.join(types.parameters()) + ")" + behind;
        types.setArguments(before);
        if (!isWhole || result.text().isEmpty()) {
            return name.text() + parameters;
        }
        String space = result.kind() == Fragment.Kind.POINTER ? "" : " ";
        return result.left() + space + name.text() + parameters + result.right();
    }

    private static List<Fragment> argumentsOf(Fragment name) {
        return name.arguments() == null ? List.of() : name.arguments();
    }

    /** Constructors, destructors and conversions say no type of a result. */
    private static boolean isWithoutResult(Fragment name) {
        return name.kind() == Fragment.Kind.NAME_WITHOUT_RESULT;
    }

    private Optional<String> special() throws NotUnderstoodException {
        String code = "" + text.peek() + text.peek(1);
        if (SPECIAL.containsKey(code) && text.take(code)) {
            return Optional.of(SPECIAL.get(code) + types.type().text());
        }
        if (OF_VARIABLE.containsKey(code) && text.take(code)) {
            return Optional.of(OF_VARIABLE.get(code) + name().text());
        }
        if (text.take("GR")) {
            String name = name().text();
            int number = text.isAtEnd() ? 0 : text.sequence(36);
            return Optional.of("reference temporary #" + number + " for " + name);
        }
        if (text.take("GTt")) {
            return Optional.of("transaction clone for " + encoding(true));
        }
        if (text.take("TC")) {
            String of = types.type().text();
            text.number();
            text.require('_');
            return Optional.of("construction vtable for " + of + "-in-" + types.type().text());
        }
        return thunk();
    }

    private Optional<String> thunk() throws NotUnderstoodException {
        String kind;
        if (text.take("Tc")) {
            kind = "covariant return thunk to ";
            offset();
            offset();
        } else if (text.startsWith("Th") || text.startsWith("Tv")) {
            kind = text.peek(1) == 'h' ? "non-virtual thunk to " : "virtual thunk to ";
            text.require('T');
            offset();
        } else {
            return Optional.empty();
        }
        return Optional.of(kind + encoding(false));
    }

    private void offset() throws NotUnderstoodException {
        int numbers = text.take('v') ? 2 : 1;
        if (numbers == 1) {
            text.require('h');
        }
        for (int i = 0; i < numbers; i++) {
            text.take('n');
            text.number();
            text.require('_');
        }
    }

    /** Reads the name of a class as a type. */
    Fragment classType() throws NotUnderstoodException {
        if (text.peek() == 'S' && text.peek(1) != 't') {
            Fragment known = substitution();
            return text.peek() == 'I'
                    ? text.remember(known.with(types.templateArguments()))
                    : known;
        }
        String before = qualifiers;
        Fragment name = name();
        qualifiers = before;
        return text.remember(name);
    }

    private Fragment name() throws NotUnderstoodException {
        text.descend();
        Fragment name =
                switch (text.peek()) {
                    case 'N' -> nested();
                    case 'Z' -> local();
                    default -> unscoped();
                };
        text.ascend();
        return name;
    }

    private Fragment unscoped() throws NotUnderstoodException {
        Fragment name;
        boolean isNew = true;
        if (text.take("St")) {
            name = inside("std", unqualified(""));
        } else if (text.peek() == 'S') {
            name = substitution();
            isNew = false;
        } else {
            name = unqualified("");
        }
        if (text.peek() != 'I') {
            if (!isNew) {
                throw new NotUnderstoodException();
            }
            return name;
        }
        if (isNew) {
            text.remember(name);
        }
        return withArguments(name);
    }

    /** Adds template arguments; a conversion stays a function without a result. */
    private Fragment withArguments(Fragment name) throws NotUnderstoodException {
        Fragment whole = name.with(types.templateArguments());
        return isWithoutResult(name) ? withoutResult(whole) : whole;
    }

    private static Fragment withoutResult(Fragment name) {
        return new Fragment(
                name.left(),
                name.right(),
                Fragment.Kind.NAME_WITHOUT_RESULT,
                name.last(),
                name.arguments(),
                null);
    }

    private static Fragment inside(String scope, Fragment name) {
        Fragment whole = Fragment.named(scope + "::" + name.text(), name.last());
        return isWithoutResult(name) ? withoutResult(whole) : whole;
    }

    private Fragment nested() throws NotUnderstoodException {
        text.require('N');
        StringBuilder behind = new StringBuilder();
        boolean isRestrict = text.take('r');
        boolean isVolatile = text.take('V');
        behind.append(text.take('K') ? " const" : "");
        behind.append(isVolatile ? " volatile" : "").append(isRestrict ? " __restrict" : "");
        behind.append(text.take('R') ? " &" : text.take('O') ? " &&" : "");
        Fragment prefix = null;
        while (!text.take('E')) {
            boolean isKnown = text.peek() == 'S' || text.peek() == 'T';
            prefix = component(prefix);
            if (text.peek() != 'E' && !isKnown) {
                text.remember(prefix);
            }
        }
        if (prefix == null) {
            throw new NotUnderstoodException();
        }
        qualifiers = behind.toString();
        return prefix;
    }

    private Fragment component(Fragment prefix) throws NotUnderstoodException {
        return switch (text.peek()) {
            case 'S' -> prefix == null ? standardOrKnown() : refuse();
            case 'I' -> prefix == null ? refuse() : withArguments(prefix);
            case 'T' -> prefix == null ? types.type() : refuse();
            default -> member(prefix);
        };
    }

    private Fragment member(Fragment prefix) throws NotUnderstoodException {
        text.take('M');
        return prefix == null ? unqualified("") : inside(prefix.text(), unqualified(prefix.last()));
    }

    private static Fragment refuse() throws NotUnderstoodException {
        throw new NotUnderstoodException();
    }

    private Fragment standardOrKnown() throws NotUnderstoodException {
        return text.take("St") ? Fragment.of("std") : substitution();
    }

    private Fragment substitution() throws NotUnderstoodException {
        text.require('S');
        char code = text.peek();
        String standard = STANDARD.get(code);
        if (standard == null) {
            return types.reference(text.sequence(36));
        }
        text.next();
        String last = standard.substring("std::".length());
        boolean isShort = code != 'a' && code != 'b';
        Fragment known = Fragment.named(standard, isShort ? "basic_" + last : last);
        return text.peek() == 'B' ? tagged(known) : known;
    }

    private Fragment local() throws NotUnderstoodException {
        text.require('Z');
        String function = encoding(false);
        text.require('E');
        if (text.take('s')) {
            discriminator();
            return Fragment.of(function + "::string literal");
        }
        if (text.take('d')) {
            String number = Integer.toString(text.sequence(10) + 1);
            return inside(function + "::{default arg#" + number + "}", name());
        }
        Fragment name = name();
        discriminator();
        Fragment whole = inside(function, name);
        return name.arguments() == null
                ? whole
                : new Fragment(
                        whole.left(), "", whole.kind(), whole.last(), name.arguments(), null);
    }

    private void discriminator() throws NotUnderstoodException {
        if (text.take("__")) {
            text.number();
            text.require('_');
        } else if (text.take('_')) {
            text.number();
        }
    }

    /**
     * Reads a name without scope.
     *
     * @param owner the name of the class, for constructors
     */
    private Fragment unqualified(String owner) throws NotUnderstoodException {
        text.take('L');
        char first = text.peek();
        Fragment name;
        if (Character.isDigit(first)) {
            name = source();
        } else if (first == 'C' && !owner.isEmpty()) {
            text.next();
            text.next();
            name = withoutResult(Fragment.of(owner));
        } else if (first == 'D' && Character.isDigit(text.peek(1)) && !owner.isEmpty()) {
            text.next();
            text.next();
            name = withoutResult(Fragment.of("~" + owner));
        } else if (text.take("DC")) {
            name = binding();
        } else if (text.take("Ut")) {
            name = Fragment.of("{unnamed type#" + (text.sequence(10) + 1) + "}");
        } else if (text.take("Ul")) {
            name = lambda();
        } else {
            name = operator();
        }
        return tagged(name);
    }

    private Fragment source() throws NotUnderstoodException {
        String name = text.take(text.number());
        return Fragment.of(name.startsWith(ANONYMOUS) ? "(anonymous namespace)" : name);
    }

    private Fragment binding() throws NotUnderstoodException {
        StringBuilder all = new StringBuilder();
        while (!text.take('E')) {
            all.append(all.isEmpty() ? "[" : ", ").append(source().text());
        }
        return Fragment.of(all.append(']').toString());
    }

    private Fragment lambda() throws NotUnderstoodException {
        String parameters = Fragment.join(types.lambdaParameters());
        text.require('E');
        return Fragment.of("{lambda(" + parameters + ")#" + (text.sequence(10) + 1) + "}");
    }

    private Fragment operator() throws NotUnderstoodException {
        if (text.take("cv")) {
            return withoutResult(Fragment.of("operator " + types.type().text()));
        }
        if (text.take("li")) {
            return Fragment.of("operator\"\" " + source().text());
        }
        return Fragment.of(Operators.take(text).orElseThrow(NotUnderstoodException::new));
    }

    /** Adds the ABI tags that follow. */
    private Fragment tagged(Fragment name) throws NotUnderstoodException {
        Fragment tagged = name;
        while (text.take('B')) {
            String with = tagged.text() + "[abi:" + text.take(text.number()) + "]";
            Fragment whole = Fragment.named(with, tagged.last());
            tagged = isWithoutResult(name) ? withoutResult(whole) : whole;
        }
        return tagged;
    }
}
