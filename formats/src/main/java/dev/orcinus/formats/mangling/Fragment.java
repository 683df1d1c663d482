package dev.orcinus.formats.mangling;

import java.util.List;

/**
 * A name or a type. A declarator stands between two halves of a type.
 *
 * @param left the half before it
 * @param right the half behind it
 * @param kind what the type is
 * @param last the last name in it without template arguments, which constructors have
 * @param arguments the template arguments at its end; null if there are none
 * @param pack the elements, if it stands for a pack of arguments; else null
 */
record Fragment(
        String left,
        String right,
        Kind kind,
        String last,
        List<Fragment> arguments,
        List<Fragment> pack) {
    /** The kinds of types that matter for declarators. */
    enum Kind {
        PLAIN,
        FUNCTION,
        ARRAY,
        /** A pointer or reference to a function or an array. */
        POINTER,
        /** No type, but the name of a function whose symbol does not say the type of its result. */
        NAME_WITHOUT_RESULT
    }

    static Fragment of(String text) {
        return new Fragment(text, "", Kind.PLAIN, text, null, null);
    }

    static Fragment named(String text, String last) {
        return new Fragment(text, "", Kind.PLAIN, last, null, null);
    }

    static Fragment type(String left, String right, Kind kind) {
        return new Fragment(left, right, kind, "", null, null);
    }

    static Fragment packOf(List<Fragment> elements) {
        return new Fragment(join(elements), "", Kind.PLAIN, "", null, elements);
    }

    /** Returns the texts, separated by commas; a pack without elements has none. */
    static String join(List<Fragment> all) {
        StringBuilder text = new StringBuilder();
        for (Fragment fragment : all) {
            String next = fragment.text();
            if (fragment.pack == null || !next.isEmpty()) {
                text.append(text.isEmpty() ? "" : ", ").append(next);
            }
        }
        return text.toString();
    }

    String text() {
        return kind == Kind.FUNCTION ? left + " " + right : left + right;
    }

    int length() {
        return left.length() + right.length();
    }

    /** Returns a name with template arguments behind it. */
    Fragment with(List<Fragment> added) {
        String list = join(added);
        String text = left + (left.endsWith("<") ? " <" : "<") + list;
        return new Fragment(
                text + (list.endsWith(">") ? " >" : ">"), "", Kind.PLAIN, last, added, null);
    }

    /** Returns a pointer to this type, or a reference. */
    Fragment pointer(String mark) {
        return switch (kind) {
            case PLAIN, NAME_WITHOUT_RESULT -> type(collapsed(mark), right, Kind.PLAIN);
            case FUNCTION, ARRAY -> type(left + " (" + mark, ")" + right, Kind.POINTER);
            case POINTER -> type(collapsed(mark), right, Kind.POINTER);
        };
    }

    /** Adds a mark; a reference to a reference is one reference. */
    private String collapsed(String mark) {
        if (mark.startsWith("&") && left.endsWith("&")) {
            return mark.equals("&") && left.endsWith("&&")
                    ? left.substring(0, left.length() - 1)
                    : left;
        }
        return left + mark;
    }

    /** Returns this type with a qualifier, such as {@code const}. */
    Fragment qualified(String qualifier) {
        return kind == Kind.FUNCTION
                ? type(left, right + " " + qualifier, kind)
                : type(left + " " + qualifier, right, kind);
    }
}
