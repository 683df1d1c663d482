package dev.orcinus.formats.mangling;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The operators that functions can be. */
final class Operators {
    private static final String TABLE =
            "nw new,na new[],dl delete,da delete[],aw co_await,ps +,ng -,ad &,de *,co ~,pl +,mi -,"
                    + "ml *,dv /,rm %,an &,or |,eo ^,aS =,pL +=,mI -=,mL *=,dV /=,rM %=,aN &=,"
                    + "oR |=,eO ^=,ls <<,rs >>,lS <<=,rS >>=,eq ==,ne !=,lt <,gt >,le <=,ge >=,"
                    + "ss <=>,nt !,aa &&,oo ||,pp ++,mm --,pm ->*,pt ->,cl (),ix [],qu ?";

    private static final Set<String> BINARY =
            Set.of(
                    "+", "-", "*", "/", "%", "&", "|", "^", "==", "!=", "<", ">", "<=", ">=", "&&",
                    "||");

    private static final Map<String, String> NAMES = read();

    private Operators() {}

    private static Map<String, String> read() {
        Map<String, String> names = new HashMap<>();
        for (String line : TABLE.split(",", -1)) {
            String symbol = line.substring(3);
            boolean isWord = Character.isLetter(symbol.charAt(0));
            names.put(line.substring(0, 2), "operator" + (isWord ? " " : "") + symbol);
        }
        return names;
    }

    /**
     * Returns whether an expression with this symbol has one operand in front of which it stands.
     */
    static boolean isUnary(String symbol) {
        return symbol.equals("!") || symbol.equals("~");
    }

    /** Returns whether an expression with this symbol has two operands, between which it stands. */
    static boolean isBinary(String symbol) {
        return BINARY.contains(symbol);
    }

    /** Takes an operator, if one is next. */
    static Optional<String> take(MangledText text) {
        String code = "" + text.peek() + text.peek(1);
        String name = NAMES.get(code);
        return name != null && text.take(code) ? Optional.of(name) : Optional.empty();
    }
}
