package dev.orcinus.platform.linux.guestprocess.calls;

import dev.orcinus.platform.linux.guestprocess.threads.EscapedException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.Upcall;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A Java method whose arguments and result are in integer registers. It has no state. */
final class PlainCallback implements ExportedFunction {
    private final FunctionDescriptor shape;
    private final MethodHandle method;
    private final SharedSegments shared;

    /**
     * A callback.
     *
     * @param method takes an array of the arguments and returns an object
     */
    PlainCallback(FunctionDescriptor shape, MethodHandle method, SharedSegments shared) {
        this.shape = shape;
        this.method = method;
        this.shared = shared;
    }

    @Override
    public void serve(Upcall call) {
        Object[] arguments = new Object[shape.argumentLayouts().size()];
        for (int i = 0; i < arguments.length; i++) {
            MemoryLayout layout = shape.argumentLayouts().get(i);
            arguments[i] =
                    layout instanceof AddressLayout pointer
                            ? shared.pointer(call.argument(i), pointer)
                            : ValueBits.toValue(call.argument(i), ((ValueLayout) layout).carrier());
        }
        Object result = invoke(method, arguments);
        if (shape.returnLayout().isPresent()) {
            call.returns(shared.word(shape.returnLayout().get(), result));
        }
    }

    /** Calls a method whose exceptions end the guest. */
    static Object invoke(MethodHandle method, Object[] arguments) {
        try {
            return method.invokeExact(arguments);
        } catch (GuestGoneException gone) {
            throw gone;
        } catch (Throwable thrown) {
            throw new EscapedException(thrown);
        }
    }
}
