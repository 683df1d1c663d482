package dev.orcinus.daemon;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A real host, and all that it gives out, of whose calls one at a time fails. Calls that may fail
 * are those that are declared to throw {@link HostCallException}, and those that tell a failure by
 * their result. Thread-safe.
 */
final class FaultyHost {
    static final String INJECTED = "injected fault";

    /** Follows the name of a call that has told its failure by its result. */
    static final String SILENT = " (silent)";

    private static final String SPI = "dev.orcinus.platform.spi.";

    private final Map<Object, Object> wrapped =
            Collections.synchronizedMap(new IdentityHashMap<>());
    private final AtomicInteger left = new AtomicInteger(-1);
    private final AtomicReference<String> wanted = new AtomicReference<>("");
    private volatile Function<String, Throwable> fault = FaultyHost::failure;
    private volatile String failed = "";

    Host wrap(Host host) {
        return (Host) wrapAny(host);
    }

    /** The fault of a call of the system. */
    static Throwable failure(String call) {
        return new HostCallException(call, 12, INJECTED);
    }

    /** The fault of a lack of memory or threads. */
    static Throwable shortage(String call) {
        return new OutOfMemoryError(INJECTED + ": " + call);
    }

    /** Lets a call fail after a number of others. */
    void failAfter(int calls, Function<String, Throwable> with) {
        failed = "";
        fault = with;
        left.set(calls + 1);
    }

    /** Lets the next call of a name fail. */
    void failNext(String call, Function<String, Throwable> with) {
        failed = "";
        fault = with;
        wanted.set(call);
    }

    /** Lets no call fail any more; returns the one that has failed, empty if none has. */
    String stopFailing() {
        left.set(-1);
        wanted.set("");
        return failed;
    }

    private Object wrapAny(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(this::wrapAny);
        }
        if (value == null || Proxy.isProxyClass(value.getClass())) {
            return value;
        }
        Class<?>[] interfaces =
                interfaces(value.getClass())
                        .filter(type -> type.getName().startsWith(SPI))
                        .distinct()
                        .toArray(Class<?>[]::new);
        return interfaces.length == 0
                ? value
                : wrapped.computeIfAbsent(
                        value,
                        target ->
                                Proxy.newProxyInstance(
                                        FaultyHost.class.getClassLoader(),
                                        interfaces,
                                        (_, method, arguments) -> call(target, method, arguments)));
    }

    private static Stream<Class<?>> interfaces(Class<?> type) {
        return type == null
                ? Stream.of()
                : Stream.concat(
                        Arrays.stream(type.getInterfaces())
                                .flatMap(one -> Stream.concat(Stream.of(one), interfaces(one))),
                        interfaces(type.getSuperclass()));
    }

    private Object call(Object target, Method method, Object... arguments) throws Throwable {
        boolean mayThrow = mayThrow(method);
        Object refusal = mayThrow ? null : refusal(method, arguments);
        String name = name(method) + (mayThrow ? "" : SILENT);
        if ((mayThrow || refusal != null) && isDue(name)) {
            failed = name;
            Throwable thrown = fault.apply(name);
            if (mayThrow || thrown instanceof Error) {
                throw thrown;
            }
            return refusal;
        }
        try {
            return wrapAny(method.invoke(target, arguments));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private boolean isDue(String name) {
        return (left.get() > 0 && left.decrementAndGet() == 0) || isWanted(name);
    }

    private boolean isWanted(String name) {
        String now = wanted.get();
        return now.equals(name) && wanted.compareAndSet(now, "");
    }

    static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    static boolean mayThrow(Method method) {
        return Set.of(method.getExceptionTypes()).contains(HostCallException.class);
    }

    /** Returns the result that tells of a failure; null if there is none. */
    private static Object refusal(Method method, Object... arguments) {
        return switch (method.getName()) {
            case "tryRead", "tryWrite", "tryStore" -> false;
            case "openWatch", "openTerminal" -> Optional.empty();
            case "discard", "unmap" -> failures(method, (List<?>) arguments[0]);
            default -> null;
        };
    }

    private static Map<Object, HostCallException> failures(Method method, List<?> ranges) {
        Map<Object, HostCallException> all = new LinkedHashMap<>();
        ranges.forEach(range -> all.put(range, (HostCallException) failure(name(method))));
        return all;
    }
}
