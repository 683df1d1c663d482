package dev.orcinus.jit.binding;

import java.io.Serial;

/**
 * A method of an interface that C cannot have, with the reason. {@link InterfaceBinder} collects
 * them.
 */
final class BindingProblem extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    BindingProblem(String message) {
        super(message);
    }
}
