package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.TargetAction;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.ThreadLocalStorage;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The linker's actions as calls of the executor's wrapper functions. For many threads.
 *
 * @see TargetAction
 */
final class RemoteActions {
    /** Of LLVM 21 and later, of ones still to come, and of 19: all take (range) and give error. */
    private static final List<String> REGISTER =
            List.of(
                    "llvm_orc_registerEHFrameAllocAction",
                    "llvm_orc_registerEHFrameSectionAllocAction",
                    "llvm_orc_registerEHFrameSectionWrapper");

    private final Offer offer;
    private final RemoteDylibs dylibs;
    private final WrapperFunctionCall noCall;

    /**
     * Actions for an executor.
     *
     * @param noCall what stands for a finalize action that is none
     */
    RemoteActions(Offer offer, RemoteDylibs dylibs, WrapperFunctionCall noCall) {
        this.offer = offer;
        this.dylibs = dylibs;
        this.noCall = noCall;
    }

    /** Translates; pairs that do nothing are left out. */
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
                    new WrapperFunctionCall(
                            registration(deregistering()), Sps.RANGE.encode(section));
            case TargetAction.CloseThreadLocals(ExecutorAddress handle) ->
                    new WrapperFunctionCall(
                            offer.get(ThreadLocalStorage.CLOSE), Sps.ADDRESS.encode(handle));
            case TargetAction.CallWrapper(ExecutorAddress function) ->
                    new WrapperFunctionCall(function, new byte[0]);
        };
    }

    private static List<String> deregistering() {
        return REGISTER.stream().map(name -> name.replace("_register", "_deregister")).toList();
    }

    /** The newest of some names, in the Setup message or else among the process's symbols. */
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
                                                + ": it cannot register unwind info, it has none of "
                                                + String.join(", ", names),
                                        null));
    }

    /** Mach-O puts an underscore in front of C names. */
    private List<String> linkerNames(List<String> names) {
        boolean machO = offer.setup().triple().text().contains("-apple-");
        return machO ? names.stream().map(name -> "_" + name).toList() : names;
    }
}
