package dev.orcinus.jit;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Lists that callers have given. */
final class Lists {
    private Lists() {}

    /**
     * Returns a copy.
     *
     * @param parameter the name of the parameter, for messages
     * @throws NullPointerException if the list or one of its elements is null
     */
    static <T> List<T> copy(List<T> list, String parameter) {
        Objects.requireNonNull(list, parameter);
        for (T element : list) {
            Objects.requireNonNull(element, parameter + " has an element that is null");
        }
        return List.copyOf(list);
    }

    /** Returns the elements of an array, as {@link #copy(List, String)} does. */
    static <T> List<T> copy(T[] array, String parameter) {
        Objects.requireNonNull(array, parameter);
        return copy(Arrays.asList(array), parameter);
    }
}
