package dev.orcinus.loader.targets.local;

import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.memory.AllocationAction;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.RegistrationException;
import dev.orcinus.runtime.guest.GuestRuntime;
import dev.orcinus.runtime.guest.NoCodeException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** A translation of allocation actions into Java calls. */
final class LocalActions {
    private final GuestRuntime guest;

    LocalActions(GuestRuntime guest) {
        this.guest = guest;
    }

    /**
     * Not a switch, because Java generates the code of one at the first use: at each cold start.
     */
    AllocationAction bind(TargetAction action) {
        if (action instanceof TargetAction.None) {
            return AllocationAction.NONE;
        }
        if (action instanceof TargetAction.RegisterEhFrame(var section)) {
            return new Bound(section.start(), false, () -> guest.unwind().registerLinked(section));
        }
        if (action instanceof TargetAction.DeregisterEhFrame(var section)) {
            return new Bound(
                    section.start(), false, () -> guest.unwind().deregister(section.start()));
        }
        if (action instanceof TargetAction.CloseThreadLocals(var handle)) {
            return new Bound(handle, false, () -> close(handle));
        }
        ExecutorAddress function = ((TargetAction.CallWrapper) action).function();
        return new Bound(function, true, () -> call(function));
    }

    private void close(ExecutorAddress block) throws AllocationAction.ActionFailedException {
        try {
            guest.threadLocals().close(block);
        } catch (HostCallException e) {
            throw new AllocationAction.ActionFailedException(e.getMessage());
        }
    }

    private void call(ExecutorAddress function) throws AllocationAction.ActionFailedException {
        Optional<String> error =
                switch (result(function)) {
                    case WrapperFunctionResult.OutOfBandError(var message) -> Optional.of(message);
                    case WrapperFunctionResult.Value(var bytes) -> decode(bytes);
                };
        if (error.isPresent()) {
            throw new AllocationAction.ActionFailedException(error.get());
        }
    }

    private WrapperFunctionResult result(ExecutorAddress function)
            throws AllocationAction.ActionFailedException {
        try {
            return guest.calls().callWrapper(function, MemorySegment.NULL).value();
        } catch (NoCodeException e) {
            throw new AllocationAction.ActionFailedException(e.getMessage());
        }
    }

    private static Optional<String> decode(byte[] result) {
        try {
            return Sps.ERROR.read(new SpsReader(MemorySegment.ofArray(result)));
        } catch (ProtocolException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** An action with its arguments. */
    private record Bound(ExecutorAddress function, boolean runsGuestCode, Step step)
            implements AllocationAction {
        @Override
        public void run() throws ActionFailedException {
            try {
                step.run();
            } catch (RegistrationException e) {
                throw new ActionFailedException(e.getMessage());
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws RegistrationException, AllocationAction.ActionFailedException;
    }
}
