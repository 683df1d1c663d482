package dev.orcinus.executor.orcrt.elf;

import static dev.orcinus.executor.orcrt.core.DylibServices.reply;

import dev.orcinus.executor.orcrt.core.Platform;
import dev.orcinus.executor.orcrt.core.ThreadLocalTemplates;
import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.FinalizeContext;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.dylib.FunctionSection;
import dev.orcinus.runtime.dylib.JitDylibs;
import java.util.List;

/**
 * The wrapper functions of LLVM's ELF platform by which a controller registers the sections of an
 * object. Mirrors {@code elfnix_platform.cpp} of compiler-rt.
 */
final class ElfNixSections {
    private static final SpsCodec<List<AddressRange>> RANGES = SpsCodec.sequence(Sps.RANGE);

    private final JitDylibs dylibs;
    private final ThreadLocalTemplates threadLocals;

    ElfNixSections(Platform platform, ThreadLocalTemplates threadLocals) {
        this.dylibs = platform.dylibs();
        this.threadLocals = threadLocals;
    }

    Answer registerObject(Session session, SpsReader in) throws ProtocolException {
        AddressRange unwindInfo = Sps.RANGE.read(in);
        AddressRange template = Sps.RANGE.read(in);
        return reply(
                () -> {
                    session.guest().unwind().register(unwindInfo);
                    threadLocals.register(template);
                });
    }

    Answer deregisterObject(Session session, SpsReader in) throws ProtocolException {
        AddressRange unwindInfo = Sps.RANGE.read(in);
        AddressRange template = Sps.RANGE.read(in);
        return reply(
                () -> {
                    session.guest().unwind().deregister(unwindInfo.start());
                    threadLocals.deregister(template);
                });
    }

    /**
     * Records initializers. The call comes for each object of a dylib, so it also tells which dylib
     * an allocation belongs to.
     */
    Answer registerInitializers(Session session, FinalizeContext context, SpsReader in)
            throws ProtocolException {
        ExecutorAddress handle = in.readAddress();
        List<AddressRange> sections = RANGES.read(in);
        return reply(
                () -> {
                    if (context.allocation().isPresent()) {
                        dylibs.own(handle, context.allocation().get());
                    }
                    for (AddressRange section : sections) {
                        dylibs.record(handle, FunctionSection.initializers(section));
                    }
                });
    }

    /**
     * Records finalizers in reverse: the controller lists an object's sections in the order in
     * which they are to run, and recorded sections run last to first.
     */
    Answer registerFinalizers(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress handle = in.readAddress();
        List<AddressRange> sections = RANGES.read(in);
        return reply(
                () -> {
                    for (AddressRange section : sections.reversed()) {
                        dylibs.record(handle, FunctionSection.finalizers(section));
                    }
                });
    }

    WrapperFunction deregister(FunctionSection.When when) {
        return (_, in) -> {
            ExecutorAddress handle = in.readAddress();
            List<AddressRange> sections = RANGES.read(in);
            return reply(
                    () -> {
                        for (AddressRange section : sections) {
                            dylibs.remove(handle, when, section);
                        }
                    });
        };
    }

    Answer createKey(Session session, SpsReader in) {
        try {
            return Answer.now(Replies.expected(Sps.ADDRESS, threadLocals.createKey()));
        } catch (HostCallException e) {
            return Answer.now(Replies.unexpected(e.getMessage()));
        }
    }
}
