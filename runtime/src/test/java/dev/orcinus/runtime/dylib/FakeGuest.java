package dev.orcinus.runtime.dylib;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;

import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.runtime.guest.GuestRuntime;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Guest functions that write their names down, and a controller that has linked everything. */
final class FakeGuest implements LinkingController {
    private final dev.orcinus.fakes.FakeGuest guest = new dev.orcinus.fakes.FakeGuest();
    private final FakeGuestMemory memory = guest.memory();
    private final GuestRuntime runtime = new GuestRuntime(guest);
    private final MemoryManager manager = runtime.memory();
    private final JitDylibs dylibs = new JitDylibs(runtime, this);
    private final ExecutorAddress code = memory.pages(PAGE, MemProt.READ_EXEC).start();
    private final Map<String, ExecutorAddress> functions = new HashMap<>();
    private final Map<ExecutorAddress, String> names = new HashMap<>();
    private final Map<ExecutorAddress, String> dylibNames = new HashMap<>();
    private final Map<ExecutorAddress, List<ExecutorAddress>> links = new ConcurrentHashMap<>();
    private final Map<String, Effect> effects = new HashMap<>();
    private final List<String> ran = new ArrayList<>();
    private String pushFailure;
    private volatile Effect whenAsked = () -> {};

    /** An additional effect of a function. */
    @FunctionalInterface
    interface Effect {
        void run() throws Exception;
    }

    FakeGuest() {
        guest.invoker().onCall(this::call);
    }

    JitDylibs dylibs() {
        return dylibs;
    }

    ExecutorAddress register(String name) throws DylibException {
        ExecutorAddress handle = new ExecutorAddress(0x1000 + 8L * name.hashCode());
        dylibs.register(name, handle);
        dylibNames.put(handle, name);
        return handle;
    }

    /** Puts variables into memory. */
    AddressRange data(int... values) {
        byte[] bytes = bytes(values);
        AddressRange data =
                AddressRange.of(memory.pages(PAGE, MemProt.READ_WRITE).start(), bytes.length);
        memory.put(data.start(), bytes);
        return data;
    }

    /** Changes variables. */
    void store(AddressRange data, int... values) {
        memory.put(data.start(), bytes(values));
    }

    /** Returns the values of variables. */
    List<Integer> values(AddressRange data) {
        List<Integer> values = new ArrayList<>();
        for (byte value : memory.peek(data)) {
            values.add((int) value);
        }
        return values;
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    String name(ExecutorAddress dylib) {
        return dylibNames.get(dylib);
    }

    void link(ExecutorAddress dylib, ExecutorAddress... dependencies) {
        links.put(dylib, List.of(dependencies));
    }

    void failPushes(String message) {
        pushFailure = message;
    }

    /** Sets an additional effect of a question to the controller. */
    void whenAsked(Effect effect) {
        whenAsked = effect;
    }

    void when(String function, Effect effect) {
        effects.put(function, effect);
    }

    /** Returns the address of a function, the same each time. */
    synchronized ExecutorAddress function(String name) {
        return functions.computeIfAbsent(
                name,
                _ -> {
                    ExecutorAddress address = code.plus(1L + functions.size());
                    names.put(address, name);
                    return address;
                });
    }

    /** Returns a section of pointers to functions. */
    AddressRange array(String... functionNames) {
        ExecutorAddress[] pointers = new ExecutorAddress[functionNames.length];
        for (int i = 0; i < pointers.length; i++) {
            pointers[i] = function(functionNames[i]);
        }
        return pointers(pointers);
    }

    AddressRange pointers(ExecutorAddress... pointers) {
        ByteBuffer bytes = ByteBuffer.allocate(pointers.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (ExecutorAddress pointer : pointers) {
            bytes.putLong(pointer.value());
        }
        ExecutorAddress start = memory.pages(bytes.capacity(), MemProt.READ_WRITE).start();
        memory.put(start, bytes.array());
        return AddressRange.of(start, bytes.capacity());
    }

    ExecutorAddress allocate() throws AllocationException {
        ExecutorAddress base = manager.reserve(PAGE);
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(AllocGroup.ofWire((byte) 5), base, PAGE, 0);
        return allocation.finish(List.of());
    }

    void release(ExecutorAddress base) throws AllocationException {
        manager.release(List.of(base)).run();
    }

    /** Returns the functions that ran since the last call. */
    synchronized String ran() {
        String text = String.join(" ", ran);
        ran.clear();
        return text;
    }

    private long call(GuestCall call) {
        String name;
        synchronized (this) {
            name = names.get(call.function());
            ran.add(name);
        }
        run(name, effects.getOrDefault(name, () -> {}));
        return 0;
    }

    private static void run(String name, Effect effect) {
        try {
            effect.run();
        } catch (Exception e) {
            throw new AssertionError(name, e);
        }
    }

    @Override
    public List<Links> pushInitializers(ExecutorAddress dylib) throws DylibException {
        run("the controller", whenAsked);
        if (pushFailure != null) {
            throw new DylibException(pushFailure);
        }
        return links.entrySet().stream().map(e -> new Links(e.getKey(), e.getValue())).toList();
    }

    @Override
    public ExecutorAddress lookUp(ExecutorAddress dylib, String symbol) {
        run("the controller", whenAsked);
        return function(symbol);
    }
}
