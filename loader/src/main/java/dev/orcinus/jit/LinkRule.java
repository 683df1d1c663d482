package dev.orcinus.jit;

import dev.orcinus.loader.link.LinkRules;

/**
 * A rule by which a dylib's objects are linked, for which static linkers have options.
 *
 * <pre>{@code dylib.apply(LinkRule.FIRST_DEFINITION_COUNTS);}</pre>
 */
public enum LinkRule {
    /** Of several strong definitions of a symbol, the first counts ({@code -z muldefs}). */
    FIRST_DEFINITION_COUNTS {
        @Override
        void apply(LinkRules rules) {
            rules.letFirstDefinitionCount();
        }
    },
    /** The stacks of a program are executable ({@code -z execstack}). */
    EXECUTABLE_STACK {
        @Override
        void apply(LinkRules rules) {
            rules.setStack(LinkRules.Stack.EXECUTABLE);
        }
    },
    /**
     * The stacks of a program are not executable, whatever objects say ({@code -z noexecstack}).
     */
    NO_EXECUTABLE_STACK {
        @Override
        void apply(LinkRules rules) {
            rules.setStack(LinkRules.Stack.NOT_EXECUTABLE);
        }
    };

    abstract void apply(LinkRules rules);
}
