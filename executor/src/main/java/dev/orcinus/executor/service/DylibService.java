package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Service;
import dev.orcinus.executor.session.Session;
import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.SymbolDef;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Shared libraries and the symbols of the process. LLVM 19 and 20 call {@code lookup}. Later
 * versions call {@code resolve}, which has two forms under one name. Libraries stay open for the
 * life of the process, as in LLVM; a session can look symbols up in those that it has opened.
 * Mirrors LLVM's {@code SimpleExecutorDylibManager} and {@code ExecutorResolver}.
 */
final class DylibService implements Service {
    private static final SpsCodec<List<SymbolDef>> SYMBOLS = SpsCodec.sequence(SymbolDef.CODEC);
    private static final SpsCodec<List<Optional<SymbolDef>>> OPTIONAL_SYMBOLS =
            SpsCodec.sequence(SpsCodec.optional(SymbolDef.CODEC));
    private static final SpsCodec<List<Optional<ExecutorAddress>>> OPTIONAL_ADDRESSES =
            SpsCodec.sequence(SpsCodec.optional(Sps.ADDRESS));

    private final Instance instance;
    private final GuestLibraries libraries;
    private final PresentedTarget target;
    private final ProcessLookup processSymbols;
    private final ConcurrentMap<Session, Set<ExecutorAddress>> opened = new ConcurrentHashMap<>();

    DylibService(
            Instance instance,
            GuestLibraries libraries,
            PresentedTarget target,
            ProcessLookup processSymbols) {
        this.instance = instance;
        this.libraries = libraries;
        this.target = target;
        this.processSymbols = processSymbols;
    }

    /**
     * Serves {@code SPSExpected<addr> (instance, string path, uint64 mode)}; the empty path is the
     * process.
     */
    Answer open(Session session, SpsReader in) throws ProtocolException {
        instance.read(in);
        String path = in.readString();
        long mode = in.readLong();
        if (mode != 0) {
            return Answer.now(Replies.unexpected("open: non-zero mode bits not yet supported"));
        }
        return path.isEmpty()
                ? Answer.now(opened(session, libraries.processHandle()))
                : Answer.onGuestThread(() -> openLibrary(session, path));
    }

    private WrapperFunctionResult openLibrary(Session session, String path) {
        try {
            return opened(session, session.guest().libraries().open(path));
        } catch (HostCallException e) {
            return Replies.unexpected(e.getMessage());
        } catch (GuestGoneException e) {
            String how = "while it opened " + path + ", the guest " + e.end().describe();
            return Replies.unexpected(how);
        }
    }

    private WrapperFunctionResult opened(Session session, ExecutorAddress handle) {
        opened.computeIfAbsent(session, _ -> ConcurrentHashMap.newKeySet()).add(handle);
        return Replies.expected(Sps.ADDRESS, handle);
    }

    /**
     * Serves {@code SPSExpected<seq<def>> (instance, handle, lookup set)}; the error names all
     * missing required symbols.
     */
    Answer lookup(Session session, SpsReader in) throws ProtocolException {
        instance.read(in);
        ExecutorAddress handle = in.readAddress();
        List<LookupElement> elements = LookupElement.SET_CODEC.read(in);
        if (isUnknown(session, handle)) {
            return Answer.now(Replies.unexpected(noSuchLibrary(handle)));
        }
        List<String> missing = new ArrayList<>();
        List<SymbolDef> found = new ArrayList<>(elements.size());
        Iterator<Optional<ExecutorAddress>> addresses = find(session, handle, elements).iterator();
        for (LookupElement element : elements) {
            ExecutorAddress address = addresses.next().orElse(ExecutorAddress.NULL);
            if (address.isNull() && element.required()) {
                missing.add(element.name());
            }
            found.add(SymbolDef.exported(address));
        }
        return Answer.now(
                missing.isEmpty()
                        ? Replies.expected(SYMBOLS, found)
                        : Replies.unexpected(
                                "Missing definition for " + String.join(", ", missing)));
    }

    /**
     * Serves, for LLVM 23, {@code SPSExpected<seq<optional<addr>>> (instance, handle, lookup set)};
     * for LLVM 21 and 22, {@code SPSExpected<seq<optional<def>>> (handle, lookup set)}. No handle
     * has the value of the instance, so the first argument tells the forms apart.
     */
    Answer resolve(Session session, SpsReader in) throws ProtocolException {
        ExecutorAddress first = in.readAddress();
        boolean addressesOnly = instance.is(first);
        ExecutorAddress handle = addressesOnly ? in.readAddress() : first;
        List<LookupElement> elements = LookupElement.SET_CODEC.read(in);
        if (isUnknown(session, handle)) {
            return Answer.now(Replies.unexpected(noSuchLibrary(handle)));
        }
        List<Optional<ExecutorAddress>> found = new ArrayList<>(elements.size());
        Iterator<Optional<ExecutorAddress>> addresses = find(session, handle, elements).iterator();
        for (LookupElement element : elements) {
            found.add(orWeak(addresses.next(), element));
        }
        return Answer.now(
                addressesOnly
                        ? Replies.expected(OPTIONAL_ADDRESSES, found)
                        : Replies.expected(
                                OPTIONAL_SYMBOLS,
                                found.stream().map(a -> a.map(SymbolDef::exported)).toList()));
    }

    /**
     * Returns the address of a symbol; 0 for a missing weak one, empty for a missing required one.
     */
    private static Optional<ExecutorAddress> orWeak(
            Optional<ExecutorAddress> address, LookupElement element) {
        return address.isEmpty() && !element.required()
                ? Optional.of(ExecutorAddress.NULL)
                : address;
    }

    /**
     * Returns a function {@code SPSExpected<seq<optional<addr>>> (lookup set)} over other symbols.
     */
    static WrapperFunction lookupIn(ProcessSymbols symbols) {
        return (_, in) ->
                Answer.now(
                        Replies.expected(
                                OPTIONAL_ADDRESSES,
                                LookupElement.SET_CODEC.read(in).stream()
                                        .map(e -> orWeak(symbols.find(e.name()), e))
                                        .toList()));
    }

    private List<Optional<ExecutorAddress>> find(
            Session session, ExecutorAddress handle, List<LookupElement> elements) {
        List<String> names = new ArrayList<>(elements.size());
        for (LookupElement element : elements) {
            target.cName(element.name()).ifPresent(names::add);
        }
        Iterator<Optional<ExecutorAddress>> addresses =
                handle.equals(libraries.process())
                        ? processSymbols.find(names).iterator()
                        : names.stream()
                                .map(name -> session.guest().libraries().find(handle, name))
                                .iterator();
        List<Optional<ExecutorAddress>> found = new ArrayList<>(elements.size());
        for (LookupElement element : elements) {
            Optional<String> name = target.cName(element.name());
            Optional<ExecutorAddress> address = name.flatMap(_ -> addresses.next());
            address.ifPresent(known -> session.lookups().note(name.orElseThrow(), known));
            found.add(address);
        }
        return found;
    }

    private boolean isUnknown(Session session, ExecutorAddress handle) {
        return !opened.getOrDefault(session, Set.of()).contains(handle);
    }

    private static String noSuchLibrary(ExecutorAddress handle) {
        return "no library has the handle " + handle + " in this session";
    }

    @Override
    public void onShutdown(Session session) {
        opened.remove(session);
    }
}
