package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Session;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.RegistrationException;
import java.util.List;

/**
 * Registers unwind info and debug objects, by call or as allocation action: {@code SPSError (range,
 * ...)}.
 */
final class RegistrationService {
    private static final SpsCodec<List<AddressRange>> RANGES = SpsCodec.sequence(Sps.RANGE);

    /** Mirrors LLVM's {@code registerEHFrameSection}. */
    Answer registerEhFrames(Session session, SpsReader in) throws ProtocolException {
        AddressRange section = Sps.RANGE.read(in);
        return reply(() -> session.guest().unwind().register(section));
    }

    /** Mirrors LLVM's {@code deregisterEHFrameSection}. */
    Answer deregisterEhFrames(Session session, SpsReader in) throws ProtocolException {
        session.guest().unwind().deregister(Sps.RANGE.read(in).start());
        return Answer.now(Replies.success());
    }

    /**
     * Mirrors LLVM's {@code registerJITLoaderGDB}; its second argument, whether to tell a debugger
     * at once, is always true.
     */
    Answer registerDebugObject(Session session, SpsReader in) throws ProtocolException {
        AddressRange object = Sps.RANGE.read(in);
        in.readBoolean();
        return reply(() -> session.guest().code().register(object));
    }

    /**
     * Serves {@code SPSError (seq<range> code, addr dso, range dwarf, range compact)}, for Mach-O.
     * The guest's unwinder reads the DWARF section; it does not know compact unwind info. Mirrors
     * LLVM's {@code UnwindInfoManager}.
     */
    Answer registerUnwindInfo(Session session, SpsReader in) throws ProtocolException {
        RANGES.read(in);
        in.readAddress();
        AddressRange dwarf = Sps.RANGE.read(in);
        Sps.RANGE.read(in);
        return reply(() -> session.guest().unwind().register(dwarf));
    }

    /**
     * Serves {@code SPSError (seq<range> code)}, which has nothing to do: the unwinder forgets a
     * section together with its allocation, of which this call is a dealloc action.
     */
    Answer deregisterUnwindInfo(Session session, SpsReader in) throws ProtocolException {
        RANGES.read(in);
        return Answer.now(Replies.success());
    }

    private static Answer reply(Registration registration) {
        try {
            registration.run();
            return Answer.now(Replies.success());
        } catch (RegistrationException e) {
            return Answer.now(Replies.error(e.getMessage()));
        }
    }

    @FunctionalInterface
    private interface Registration {
        void run() throws RegistrationException;
    }
}
