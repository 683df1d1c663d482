package dev.orcinus.executor;

import dev.orcinus.executor.session.WrapperTable;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import java.util.List;
import java.util.Map;

/** Tables without functions of our own. It has no state. */
public final class EmptyTable {
    private EmptyTable() {}

    /** Returns a table for a guest; native entries return nothing. */
    public static WrapperTable of(FakeGuest guest) throws HostCallException {
        return new WrapperTable(
                guest,
                PresentedTarget.of(guest),
                List.of(),
                Map.of(),
                _ -> ExportedFunction.wrapper(_ -> WrapperFunctionResult.EMPTY));
    }
}
