package dev.orcinus.executor.orcrt.macho;

import static dev.orcinus.executor.orcrt.core.DylibServices.reply;

import dev.orcinus.executor.orcrt.core.ThreadLocalTemplates;
import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.FinalizeContext;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Session;
import dev.orcinus.memory.AllocationAction.ActionFailedException;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.RegistrationException;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.FunctionSection.When;
import dev.orcinus.runtime.dylib.JitDylibs;
import java.util.ArrayList;
import java.util.List;

/**
 * The wrapper functions of LLVM's Mach-O platform by which a controller registers the sections and
 * symbols of an object. Mirrors {@code macho_platform.cpp} of compiler-rt.
 */
final class MachOObjects {
    private static final SpsCodec<List<WrapperFunctionCall>> CALLS =
            SpsCodec.sequence(WrapperFunctionCall.CODEC);
    private static final int SYMBOL_BYTES = 2 * Long.BYTES + 1;

    private final JitDylibs dylibs;
    private final ThreadLocalTemplates threadLocals;
    private final LinkedSymbols symbols;

    MachOObjects(JitDylibs dylibs, ThreadLocalTemplates threadLocals, LinkedSymbols symbols) {
        this.dylibs = dylibs;
        this.threadLocals = threadLocals;
        this.symbols = symbols;
    }

    /**
     * Records the sections of an object. The call also tells which dylib an allocation belongs to.
     */
    Answer registerSections(Session session, FinalizeContext context, SpsReader in)
            throws ProtocolException {
        ObjectSections object = ObjectSections.read(in);
        return reply(
                () -> {
                    if (context.allocation().isPresent()) {
                        dylibs.own(object.dylib(), context.allocation().get());
                    }
                    for (ObjectSections.Section section : object.sections()) {
                        register(session, object.dylib(), section.name(), section.range());
                    }
                });
    }

    private void register(Session session, ExecutorAddress dylib, String name, AddressRange range)
            throws DylibException, RegistrationException {
        switch (name) {
            case ObjectSections.UNWIND_INFO -> session.guest().unwind().register(range);
            case "__DATA,__data" -> dylibs.keepValues(dylib, range);
            case "__DATA,__common" -> dylibs.keepZeros(dylib, range);
            case "__DATA,__thread_data" -> threadLocals.register(range);
            case "__DATA,__mod_init_func" ->
                    dylibs.record(dylib, FunctionSection.initializers(range));
            case "__llvm_jitlink_ObjCRuntimeRegistrationObject" ->
                    throw new DylibException(
                            "the code at "
                                    + range
                                    + " is Objective-C or Swift, whose runtime is not in this process");
            default -> throw new DylibException("the platform knows no section " + name);
        }
    }

    /** Takes back what {@link #registerSections} has recorded. */
    Answer deregisterSections(Session session, SpsReader in) throws ProtocolException {
        ObjectSections object = ObjectSections.read(in);
        return reply(
                () -> {
                    for (ObjectSections.Section section : object.sections()) {
                        deregister(session, object.dylib(), section.name(), section.range());
                    }
                });
    }

    private void deregister(Session session, ExecutorAddress dylib, String name, AddressRange range)
            throws DylibException, HostCallException {
        switch (name) {
            case ObjectSections.UNWIND_INFO -> session.guest().unwind().deregister(range.start());
            case "__DATA,__data", "__DATA,__common" -> dylibs.removeData(dylib, range);
            case "__DATA,__thread_data" -> threadLocals.deregister(range);
            case "__DATA,__mod_init_func" -> dylibs.remove(dylib, When.INITIALIZE, range);
            default -> throw new DylibException("the platform knows no section " + name);
        }
    }

    Answer registerSymbols(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress dylib = in.readAddress();
        symbols.add(dylib, readSymbols(in));
        return Answer.now(Replies.success());
    }

    Answer deregisterSymbols(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress dylib = in.readAddress();
        symbols.remove(dylib, readSymbols(in));
        return Answer.now(Replies.success());
    }

    /** Reads {@code seq<tuple<addr name, addr symbol, uint8 flags>>}. */
    private static List<LinkedSymbols.Symbol> readSymbols(SpsReader in) throws ProtocolException {
        int count = in.readCount(SYMBOL_BYTES);
        List<LinkedSymbols.Symbol> found = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            found.add(new LinkedSymbols.Symbol(in.readAddress(), in.readAddress()));
            in.readByte();
        }
        return found;
    }

    Answer createKey(Session session, SpsReader in) {
        try {
            return Answer.now(Replies.expected(Sps.ADDRESS, threadLocals.createKey()));
        } catch (HostCallException e) {
            return Answer.now(Replies.unexpected(e.getMessage()));
        }
    }

    /** Serves {@code SPSError (seq<call>)}: makes calls up to the first that fails. */
    static Answer runCalls(Session session, SpsReader in) throws ProtocolException {
        List<AllocActionCallPair> pairs = new ArrayList<>();
        for (WrapperFunctionCall call : CALLS.read(in)) {
            pairs.add(new AllocActionCallPair(call, WrapperFunctionCall.NONE));
        }
        return Answer.onGuestThread(() -> run(session.bind(ExecutorAddress.NULL, pairs)));
    }

    private static WrapperFunctionResult run(List<AllocationActions.Pair> calls) {
        try {
            for (AllocationActions.Pair call : calls) {
                call.finalizeAction().run();
            }
            return Replies.success();
        } catch (ActionFailedException e) {
            return Replies.error(e.getMessage());
        }
    }
}
