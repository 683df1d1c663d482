package dev.orcinus.executor.session;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** A list of the calls of several fakes. Thread-safe. */
final class EventLog {
    private final List<String> events = new CopyOnWriteArrayList<>();

    void add(String event) {
        events.add(event);
    }

    List<String> events() {
        return List.copyOf(events);
    }

    /** Returns a proxy of an object that logs the names of called methods. */
    <T> T record(Class<T> type, T target, String... methods) {
        Set<String> recorded = Set.of(methods);
        return proxy(
                type,
                (_, method, arguments) -> {
                    if (recorded.contains(method.getName())) {
                        add(method.getName());
                    }
                    return invoke(target, method, arguments);
                });
    }

    /** Returns a proxy of a guest that logs everything that a session frees or flushes. */
    Guest guest(FakeGuest fake) {
        GuestMemory memory = record(GuestMemory.class, fake.memory(), "unmap", "unlinkShared");
        GuestProcess process = record(GuestProcess.class, fake.process(), "flushStdio");
        GuestThreadLocals threadLocals =
                record(GuestThreadLocals.class, fake.threadLocals(), "close");
        GuestLibraries libraries = proxy(GuestLibraries.class, (_, _, _) -> null);
        return proxy(
                Guest.class,
                (_, method, arguments) ->
                        switch (method.getName()) {
                            case "memory" -> memory;
                            case "process" -> process;
                            case "threadLocals" -> threadLocals;
                            case "libraries" -> libraries;
                            case "export" -> addresses(((List<?>) arguments[0]).size());
                            default -> invoke(fake, method, arguments);
                        });
    }

    private static List<ExecutorAddress> addresses(int count) {
        ExecutorAddress first = new ExecutorAddress(0x1000);
        return IntStream.range(0, count).mapToObj(i -> first.plus(i)).toList();
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        EventLog.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object invoke(Object target, Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
