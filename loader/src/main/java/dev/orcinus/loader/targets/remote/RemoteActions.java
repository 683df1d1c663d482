package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.OrcinusNames;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A translation of the linker's actions into calls of the executor's wrapper functions. Several
 * threads may use it.
 *
 * @see TargetAction
 */
final class RemoteActions {
    /**
     * The names in LLVM 24's {@code orc-rt}, in LLVM 21 and later, in coming versions, and in 19.
     * All take (range) and return an error.
     */
    private static final List<String> REGISTER =
            List.of(
                    LlvmNames.NATIVE_REGISTER_EH_FRAMES_ACTION,
                    LlvmNames.REGISTER_EH_FRAMES_ACTION,
                    LlvmNames.REGISTER_EH_FRAMES_SECTION_ACTION,
                    LlvmNames.REGISTER_EH_FRAMES);

    private static final List<String> DEREGISTER =
            List.of(
                    LlvmNames.NATIVE_DEREGISTER_EH_FRAMES_ACTION,
                    LlvmNames.DEREGISTER_EH_FRAMES_ACTION,
                    LlvmNames.DEREGISTER_EH_FRAMES_SECTION_ACTION,
                    LlvmNames.DEREGISTER_EH_FRAMES);

    private final Offer offer;
    private final RemoteDylibs dylibs;
    private final WrapperFunctionCall noCall;

    /**
     * Makes a translation for an executor.
     *
     * @param noCall the call that stands for a missing finalize action
     */
    RemoteActions(Offer offer, RemoteDylibs dylibs, WrapperFunctionCall noCall) {
        this.offer = offer;
        this.dylibs = dylibs;
        this.noCall = noCall;
    }

    /** Returns the translated actions, without pairs that do nothing. */
    List<AllocActionCallPair> translate(List<TargetAction.Pair> actions) {
        List<AllocActionCallPair> calls = new ArrayList<>(actions.size());
        for (TargetAction.Pair pair : actions) {
            WrapperFunctionCall first = translate(pair.finalizeAction());
            WrapperFunctionCall last = translate(pair.deallocAction());
            if (!first.isNone() || !last.isNone()) {
                calls.add(new AllocActionCallPair(first.isNone() ? noCall : first, last));
            }
        }
        return calls;
    }

    private WrapperFunctionCall translate(TargetAction action) {
        return switch (action) {
            case TargetAction.None() -> WrapperFunctionCall.NONE;
            case TargetAction.RegisterEhFrame(AddressRange section) ->
                    new WrapperFunctionCall(registration(REGISTER), Sps.RANGE.encode(section));
            case TargetAction.DeregisterEhFrame(AddressRange section) ->
                    new WrapperFunctionCall(registration(DEREGISTER), Sps.RANGE.encode(section));
            case TargetAction.CloseThreadLocals(ExecutorAddress handle) ->
                    new WrapperFunctionCall(
                            offer.get(OrcinusNames.CLOSE_THREAD_LOCALS),
                            Sps.ADDRESS.encode(handle));
            case TargetAction.CallWrapper(ExecutorAddress function) ->
                    new WrapperFunctionCall(function, new byte[0]);
        };
    }

    /**
     * Returns the address of the first of the names that the Setup message has, or else that the
     * process's symbols have.
     */
    private ExecutorAddress registration(List<String> names) {
        for (String name : names) {
            ExecutorAddress offered = offer.find(name);
            if (offered != null) {
                return offered;
            }
        }
        return dylibs.find(dylibs.process(), linkerNames(names)).stream()
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(
                        () ->
                                new TargetException(
                                        offer.peer()
                                                + ": it cannot register unwind info, because it has none of "
                                                + String.join(", ", names),
                                        null));
    }

    /**
     * Returns the names as the object format spells them: Mach-O puts an underscore in front of C
     * names.
     */
    private List<String> linkerNames(List<String> names) {
        boolean machO = offer.setup().triple().text().contains("-apple-");
        return machO ? names.stream().map(name -> "_" + name).toList() : names;
    }
}
