package dev.orcinus.jit;

import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.targets.remote.RemoteTarget;
import java.util.List;

/**
 * A {@link Jit} that loads code into another process, which runs it. If that process crashes, calls
 * throw a {@link dev.orcinus.loader.TargetException}. {@link Jit#connect} and {@link Jit#launch}
 * make one.
 *
 * <pre>{@code
 * try (RemoteJit jit = Jit.connect("127.0.0.1", 20000)) {
 *     RemoteDylib dylib = jit.createDylib("hello");
 *     dylib.add(Path.of("hello.o"));
 *     int status = dylib.run("main", List.of("hello"));
 * }
 * }</pre>
 */
public final class RemoteJit extends Jit {
    private RemoteJit(RemoteTarget target) {
        super(target);
    }

    static RemoteJit over(RemoteTarget target) {
        try {
            return new RemoteJit(target);
        } catch (RuntimeException e) {
            target.close();
            throw e;
        }
    }

    @Override
    public RemoteDylib createDylib(String name) {
        return register(name, dylib -> new RemoteDylib(this, dylib, name));
    }

    /**
     * Closes all dylibs, the youngest first, and ends the session, even if functions are running in
     * the other process. That process keeps their memory until they have returned, or it ends.
     *
     * @throws dev.orcinus.loader.LinkException as {@link Jit#close} does
     */
    @Override
    public void close() {
        super.close();
    }

    @Override
    void beginEnd(List<Dylib> all) {
        session().forceEnd(all);
    }
}
