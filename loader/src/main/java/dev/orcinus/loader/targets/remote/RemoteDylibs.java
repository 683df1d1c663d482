package dev.orcinus.loader.targets.remote;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.SymbolDef;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The executor's libraries and their symbols. Several threads may use it. Mirrors LLVM's {@code
 * EPCGenericDylibManager}.
 */
final class RemoteDylibs {
    private static final SpsCodec<List<Optional<ExecutorAddress>>> ADDRESSES =
            SpsCodec.sequence(SpsCodec.optional(Sps.ADDRESS));
    private static final SpsCodec<List<Optional<SymbolDef>>> OPTIONAL_DEFINITIONS =
            SpsCodec.sequence(SpsCodec.optional(SymbolDef.CODEC));
    private static final SpsCodec<List<SymbolDef>> DEFINITIONS = SpsCodec.sequence(SymbolDef.CODEC);

    private final RemoteSession session;
    private final DylibForm form;
    private final ExecutorAddress instance;
    private final ExecutorAddress open;
    private final ExecutorAddress find;
    private volatile ExecutorAddress process;

    RemoteDylibs(RemoteSession session, Offer offer) {
        this.session = session;
        this.form = offer.dylibForm();
        this.instance = offer.get(form.instance());
        this.open = offer.get(form.open());
        this.find = offer.get(form.find());
    }

    /**
     * Returns the handle of the process itself. Two threads may open it at the same time, which
     * does no harm.
     */
    ExecutorAddress process() {
        if (process == null) {
            process = open("");
        }
        return process;
    }

    ExecutorAddress open(String path) {
        SpsWriter arguments = new SpsWriter().writeAddress(instance).writeString(path).writeLong(0);
        String what = path.isEmpty() ? "open the process" : "open '" + path + "'";
        return session.call(what, open, arguments.toBytes()).expected(Sps.ADDRESS);
    }

    /**
     * Looks up names as the object format spells them, and returns their addresses, or 0 for
     * missing ones. The request says that no name is required: LLVM 19 would not tell which one is
     * missing, and 22 crashes on some.
     */
    List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
        if (names.isEmpty()) {
            return List.of();
        }
        RemoteCall call = session.call("look up " + outline(names), find, query(handle, names));
        List<ExecutorAddress> found = new ArrayList<>(names.size());
        for (Optional<ExecutorAddress> address : addresses(call)) {
            found.add(address.orElse(ExecutorAddress.NULL));
        }
        if (found.size() != names.size()) {
            throw call.failure(
                    "it returned " + found.size() + " addresses for " + names.size() + " names",
                    null);
        }
        return found;
    }

    private byte[] query(ExecutorAddress handle, List<String> names) {
        SpsWriter arguments = new SpsWriter();
        if (form != DylibForm.RESOLVE) {
            arguments.writeAddress(instance);
        }
        arguments.writeAddress(handle);
        LookupElement.SET_CODEC.write(
                arguments, names.stream().map(name -> new LookupElement(name, false)).toList());
        return arguments.toBytes();
    }

    private List<Optional<ExecutorAddress>> addresses(RemoteCall call) {
        return switch (form) {
            case NATIVE -> call.expected(ADDRESSES);
            case RESOLVE ->
                    call.expected(OPTIONAL_DEFINITIONS).stream()
                            .map(definition -> definition.map(SymbolDef::address))
                            .toList();
            case LOOKUP ->
                    call.expected(DEFINITIONS).stream()
                            .map(definition -> Optional.of(definition.address()))
                            .toList();
        };
    }

    private static String outline(List<String> names) {
        String first = "'" + names.getFirst() + "'";
        return names.size() == 1 ? first : first + " and " + (names.size() - 1) + " more";
    }
}
