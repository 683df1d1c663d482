package dev.orcinus.formats.mangling;

import dev.orcinus.formats.mangling.Fragment.Kind;
import dev.orcinus.formats.mangling.MangledText.NotUnderstoodException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads types and template arguments. Used by one thread. */
final class TypeParser {
    private final MangledText text;
    private final NameParser names;
    private final Map<Integer, Integer> parameters = new HashMap<>();
    private List<Fragment> arguments = List.of();
    private boolean isInLambda;

    /** The element of a pack that an expansion is at, and the number of elements; -1 outside. */
    private int element = -1;

    private int elements;

    TypeParser(MangledText text, NameParser names) {
        this.text = text;
        this.names = names;
    }

    /** Sets what template parameters stand for, and returns what they have stood for. */
    List<Fragment> setArguments(List<Fragment> now) {
        List<Fragment> before = arguments;
        arguments = now;
        return before;
    }

    /** Reads the parameters of a lambda, whose own template parameters are called auto. */
    List<Fragment> lambdaParameters() throws NotUnderstoodException {
        boolean before = isInLambda;
        isInLambda = true;
        List<Fragment> parameters = parameters();
        isInLambda = before;
        return parameters;
    }

    /** Reads types up to the end of the symbol, to an E, or to the suffix of a function type. */
    List<Fragment> parameters() throws NotUnderstoodException {
        List<Fragment> types = new ArrayList<>();
        while (!text.isAtEnd() && text.peek() != 'E' && !isReferenceBeforeEnd()) {
            types.add(type());
        }
        boolean isEmpty = types.size() == 1 && types.getFirst().text().equals("void");
        return isEmpty ? List.of() : types;
    }

    private boolean isReferenceBeforeEnd() {
        return (text.peek() == 'R' || text.peek() == 'O') && text.peek(1) == 'E';
    }

    Fragment type() throws NotUnderstoodException {
        text.descend();
        Optional<Fragment> builtin = BuiltinTypes.take(text);
        Fragment type = builtin.isPresent() ? builtin.get() : compound();
        text.ascend();
        return type;
    }

    private Fragment compound() throws NotUnderstoodException {
        char first = text.peek();
        return switch (first) {
            case 'r', 'V', 'K' -> text.remember(qualified());
            case 'P' -> marked("*");
            case 'R' -> marked("&");
            case 'O' -> marked("&&");
            case 'C' -> suffixed(" _Complex");
            case 'G' -> suffixed(" _Imaginary");
            case 'F' -> text.remember(function(""));
            case 'A' -> text.remember(array());
            case 'M' -> text.remember(member());
            case 'T' -> parameter();
            case 'D' -> special();
            case 'U' -> vendorQualified();
            case 'u' -> vendorType();
            default -> names.classType();
        };
    }

    private Fragment marked(String mark) throws NotUnderstoodException {
        text.next();
        return text.remember(type().pointer(mark));
    }

    private Fragment suffixed(String suffix) throws NotUnderstoodException {
        text.next();
        Fragment of = type();
        return text.remember(Fragment.type(of.left() + suffix, of.right(), of.kind()));
    }

    private Fragment qualified() throws NotUnderstoodException {
        boolean isRestrict = text.take('r');
        boolean isVolatile = text.take('V');
        boolean isConst = text.take('K');
        Fragment type = text.peek() == 'F' ? function("") : type();
        type = isConst ? type.qualified("const") : type;
        type = isVolatile ? type.qualified("volatile") : type;
        return isRestrict ? type.qualified("__restrict") : type;
    }

    private Fragment function(String exceptions) throws NotUnderstoodException {
        text.require('F');
        text.take('Y');
        Fragment result = type();
        String parameters = Fragment.join(parameters());
        String reference = text.take('R') ? " &" : text.take('O') ? " &&" : "";
        text.require('E');
        String right = "(" + parameters + ")" + reference + exceptions;
        return Fragment.type(result.left(), right + result.right(), Kind.FUNCTION);
    }

    private Fragment array() throws NotUnderstoodException {
        text.require('A');
        String size = text.peek() == '_' ? "" : Integer.toString(text.number());
        text.require('_');
        Fragment of = type();
        return Fragment.type(of.left(), " [" + size + "]" + of.right().strip(), Kind.ARRAY);
    }

    private Fragment member() throws NotUnderstoodException {
        text.require('M');
        String owner = type().text();
        Fragment of = type();
        return of.kind() == Kind.PLAIN
                ? Fragment.type(of.left() + " " + owner + "::*", of.right(), Kind.PLAIN)
                : Fragment.type(of.left() + " (" + owner + "::*", ")" + of.right(), Kind.POINTER);
    }

    /** Reads a template parameter, and template arguments of one that is a template. */
    private Fragment parameter() throws NotUnderstoodException {
        text.require('T');
        if (text.peek() == 's' || text.peek() == 'u' || text.peek() == 'e') {
            text.next();
            return names.classType();
        }
        int index = text.sequence(10);
        Fragment type = argument(index);
        parameters.put(text.remembered(), index);
        text.remember(type);
        return text.peek() == 'I' ? text.remember(type.with(templateArguments())) : type;
    }

    /**
     * Returns what a reference to an earlier part stands for, which may be a template parameter.
     */
    Fragment reference(int index) throws NotUnderstoodException {
        Fragment known = text.substitution(index);
        Integer parameter = parameters.get(index);
        return parameter == null ? known : argument(parameter);
    }

    private Fragment argument(int index) throws NotUnderstoodException {
        if (isInLambda && index >= arguments.size()) {
            return Fragment.of("auto:" + (index + 1));
        }
        if (index >= arguments.size()) {
            throw new NotUnderstoodException();
        }
        Fragment argument = arguments.get(index);
        if (element < 0 || argument.pack() == null) {
            return argument;
        }
        elements = argument.pack().size();
        return element < elements ? argument.pack().get(element) : Fragment.of("");
    }

    private Fragment special() throws NotUnderstoodException {
        if (text.take("Dp")) {
            return text.remember(expansion());
        }
        if (text.take("Do")) {
            return text.remember(function(" noexcept"));
        }
        if (text.take("Dv")) {
            int count = text.number();
            text.require('_');
            return text.remember(Fragment.of(type().text() + " __vector(" + count + ")"));
        }
        throw new NotUnderstoodException();
    }

    /** Reads a pattern, once for each element of the pack in it. */
    private Fragment expansion() throws NotUnderstoodException {
        int start = text.position();
        int outer = element;
        List<Fragment> all = new ArrayList<>();
        int known = text.remembered();
        elements = -1;
        element = 0;
        Fragment first = type();
        int size = elements;
        if (size != 0) {
            all.add(first);
        }
        int end = text.position();
        int knownAfterwards = text.remembered();
        for (element = 1; element < size; element++) {
            text.goTo(start);
            all.add(type());
            text.forget(knownAfterwards);
        }
        if (known > knownAfterwards) {
            throw new NotUnderstoodException();
        }
        text.goTo(end);
        element = outer;
        return Fragment.packOf(all);
    }

    private Fragment vendorQualified() throws NotUnderstoodException {
        text.require('U');
        String name = text.take(text.number());
        return text.remember(type().qualified(name));
    }

    private Fragment vendorType() throws NotUnderstoodException {
        text.require('u');
        return text.remember(Fragment.of(text.take(text.number())));
    }

    /** Reads template arguments from their I on. */
    List<Fragment> templateArguments() throws NotUnderstoodException {
        text.require('I');
        List<Fragment> all = new ArrayList<>();
        while (!text.take('E')) {
            all.add(templateArgument());
        }
        return all;
    }

    private Fragment templateArgument() throws NotUnderstoodException {
        text.descend();
        Fragment argument;
        if (text.peek() == 'L') {
            argument = Fragment.of(literal());
        } else if (text.take('X')) {
            argument = Fragment.of(expression());
            text.require('E');
        } else if (text.take('J')) {
            List<Fragment> elementsOfPack = new ArrayList<>();
            while (!text.take('E')) {
                elementsOfPack.add(templateArgument());
            }
            argument = Fragment.packOf(elementsOfPack);
        } else {
            argument = type();
        }
        text.ascend();
        return argument;
    }

    /** Reads an expression of operators, parameters, literals and members of types. */
    private String expression() throws NotUnderstoodException {
        text.descend();
        String value;
        if (text.peek() == 'L') {
            value = literal();
        } else if (text.take('T')) {
            value = argument(text.sequence(10)).text();
        } else if (text.take("sr")) {
            value = memberOfType();
        } else {
            value = operation();
        }
        text.ascend();
        return value;
    }

    private String operation() throws NotUnderstoodException {
        String name = Operators.take(text).orElseThrow(NotUnderstoodException::new);
        String symbol = name.substring("operator".length()).strip();
        if (Operators.isUnary(symbol)) {
            return symbol + operand();
        }
        if (!Operators.isBinary(symbol)) {
            throw new NotUnderstoodException();
        }
        String left = operand();
        String all = left + symbol + operand();
        return symbol.equals(">") ? "(" + all + ")" : all;
    }

    private String operand() throws NotUnderstoodException {
        boolean isMember = text.startsWith("sr");
        String value = expression();
        return isMember ? value : "(" + value + ")";
    }

    private String memberOfType() throws NotUnderstoodException {
        StringBuilder scope = new StringBuilder();
        boolean isNested = text.take('N');
        if (isNested || !Character.isDigit(text.peek())) {
            scope.append(type().text());
        }
        if (isNested || scope.isEmpty()) {
            while (!text.take('E')) {
                scope.append(scope.isEmpty() ? "" : "::").append(simpleName());
            }
        }
        return scope + "::" + simpleName();
    }

    private String simpleName() throws NotUnderstoodException {
        Fragment name = Fragment.of(text.take(text.number()));
        return text.peek() == 'I' ? name.with(templateArguments()).text() : name.text();
    }

    private String literal() throws NotUnderstoodException {
        text.require('L');
        if (text.take("_Z")) {
            String name = names.encoding(false);
            text.require('E');
            return name;
        }
        String type = type().text();
        StringBuilder value = new StringBuilder(text.take('n') ? "-" : "");
        while (!text.take('E')) {
            value.append(text.next());
        }
        return BuiltinTypes.literal(type, value.toString());
    }
}
